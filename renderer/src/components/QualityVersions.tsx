import { Text } from '@mantine/core';
import type { ReportView } from '../../../shared/report-view.ts';
import { t } from '../i18n/index.ts';

/** Whose verdict this is: rules, model and list entry by name and hash, for whoever wants to score again. */
export function QualityVersions({ view }: { view: ReportView }) {
  const lines = [
    { name: t('quality.versions.rules'), what: view.rules.name, hash: view.rules.sha256 },
    { name: t('quality.versions.model'), what: view.model?.name ?? t('quality.model.none'), hash: view.model?.sha256 ?? null },
    ...(view.hardware ? [{ name: t('quality.versions.hardware'), what: view.hardware.device, hash: view.hardware.entry }] : []),
  ];
  return (
    <details className="quality-versions">
      <summary>{t('quality.versions')}</summary>
      <Text size="xs" c="dimmed" my={6}>{t('quality.versions.text')}</Text>
      <dl>
        {lines.map(({ name, what, hash }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd><Text span size="sm" className="ph-wrap">{what}</Text> <Text span size="xs" c="dimmed" className="ph-mono ph-wrap">{hash ?? t('quality.versions.nohash')}</Text></dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
