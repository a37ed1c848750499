import { useMemo, useState } from 'react';
import { ActionIcon, Button, CopyButton, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { Check, Copy, FileDown } from 'lucide-react';
import type { ExportIn, PurchaseDetail } from '../../../../../shared/api/market.ts';
import { api } from '../../../api/client.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { JobLine } from '../../../components/JobLine.tsx';
import { ago, bytes } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useJobs } from '../../../stores/jobs.ts';
import { Section } from '../dataset/Section.tsx';
import css from './purchases.module.css';

const FORMATS = ['parquet', 'csv', 'fhir'] as const;

const isFormat = (name: string): name is ExportIn['format'] => (FORMATS as readonly string[]).includes(name);

export function ExportSection({ purchase }: { purchase: PurchaseDetail }) {
  const [dir, setDir] = useState('');
  const run = useAct((format: ExportIn['format']) => api.market.exportAs.mutate({ accessId: purchase.accessId, format, ...(dir.trim() ? { dir: dir.trim() } : {}) }));
  const jobs = useJobs();
  const exporting = useMemo(() => jobs.filter((j) => j.kind === 'export' && j.subject.accessId === purchase.accessId && j.state !== 'done'), [jobs, purchase.accessId]);
  const busy = run.busy || exporting.some((j) => j.state === 'running');
  return (
    <Section title={t('customer.purchase.export')}>
      <Stack>
        <Text size="sm" maw={680}>{t('customer.purchase.exportText')}</Text>
        <div className={css['formats']}>
          {FORMATS.map((format) => (
            <div key={format} className={css['format']}>
              <div>
                <Text fw={600} size="sm">{t(`customer.purchase.export.${format}`)}</Text>
                <Text size="xs" c="dimmed">{t(`customer.purchase.export.${format}.text`)}</Text>
              </div>
              <Button mt="auto" variant="default" size="sm" disabled={busy} leftSection={<FileDown size={16} aria-hidden />} aria-label={t('customer.purchase.export.button', { format: t(`customer.purchase.export.${format}`) })} onClick={() => void run.run(format)}>{t('customer.purchase.export')}</Button>
            </div>
          ))}
        </div>
        <TextInput maw={520} label={t('customer.purchase.export.dir')} description={t('customer.purchase.export.dirHint')} value={dir} maxLength={4096} onChange={(e) => setDir(e.currentTarget.value)} />
        {run.error && <ErrorBox error={run.error} />}
        {exporting.map((j) => <JobLine key={j.id} job={j} />)}
        {purchase.exports.length > 0 && (
          <div>
            <Text size="sm" fw={600} mb="xs">{t('customer.purchase.export.done')}</Text>
            <ul className={css['exports']}>
              {purchase.exports.map((e, i) => (
                <li key={i}>
                  <div>
                    <div className={css['path']}>{e.path}</div>
                    <Text size="xs" c="dimmed">{`${isFormat(e.format) ? t(`customer.purchase.export.${e.format}`) : e.format} · ${bytes(e.bytes)} · ${ago(e.at)}`}</Text>
                  </div>
                  <CopyButton value={e.path}>
                    {({ copied, copy }) => <Tooltip label={t(copied ? 'customer.purchase.export.copied' : 'customer.purchase.export.copy')}><ActionIcon variant="subtle" size="lg" aria-label={t(copied ? 'customer.purchase.export.copied' : 'customer.purchase.export.copy')} onClick={copy}>{copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}</ActionIcon></Tooltip>}
                  </CopyButton>
                </li>
              ))}
            </ul>
          </div>
        )}
      </Stack>
    </Section>
  );
}
