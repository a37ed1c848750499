import { Badge, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { Globe } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Label } from '../../../../shared/domain/label.ts';
import { ScoreBadge } from '../../components/ScoreBadge.tsx';
import { unitName } from '../../components/PlotLegend.tsx';
import { duration, number, rate } from '../../i18n/format.ts';
import { hasKey, t } from '../../i18n/index.ts';
import { kindText } from './recording-words.ts';
import { Panel } from './Panel.tsx';

type Props = { label: Label | null; loading?: boolean; missing: string; sticky?: boolean; title?: string };

const band = (value: string, unit: string): string => { const key = `owner.band.${value}`; return hasKey(key) ? t(key) : `${value}${unit}`; };

/** The label exactly as it goes out: every field that it has, and no other. */
export function LabelPreview({ label, loading = false, missing, sticky = false, title = t('owner.label.title') }: Props) {
  return (
    <Panel padding="lg" component="section" aria-label={title} style={sticky ? { position: 'sticky', top: 76, alignSelf: 'start' } : undefined}>
      <Group gap="xs" mb="md" c="dimmed"><Globe size={16} aria-hidden="true" /><Text size="sm" fw={600}>{title}</Text></Group>
      {label ? <LabelFacts label={label} draft={sticky} /> : loading ? <Stack gap="sm"><Skeleton height={26} width="70%" /><Skeleton height={14} /><Skeleton height={14} width="60%" /></Stack> : <Text size="sm" c="dimmed">{missing}</Text>}
    </Panel>
  );
}

export function LabelFacts({ label, draft }: { label: Label; /** Not published yet: the fingerprint is made with the segments. */ draft: boolean }) {
  const { demographics: d } = label;
  const moves = label.channels.some((c) => c.name.startsWith('acceleration') && c.components.length === 3);
  return (
    <Stack gap="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start"><Title order={2} size="h4" className="ph-wrap">{label.title}</Title><div style={{ flex: "none" }}><ScoreBadge score={label.quality} /></div></Group>
      {label.description && <Text size="sm" className="ph-wrap" style={{ whiteSpace: 'pre-line' }}>{label.description}</Text>}
      <Group gap={6}>
        {label.dataTypes.map((type) => <Badge key={type} variant="light" tt="none">{kindText(type)}</Badge>)}
        {label.simulated && <Badge color="grape" variant="light" tt="none">{t('owner.simulated')}</Badge>}
        {label.tags.map((tag) => <Badge key={tag} variant="default" tt="none">{tag}</Badge>)}
      </Group>
      <dl style={{ margin: 0, display: 'grid', gridTemplateColumns: 'max-content 1fr', gap: '6px 16px' }}>
        <Fact name={t('owner.label.length')}>{duration(label.durationSeconds)}</Fact>
        <Fact name={t('owner.label.samples')}>{number(label.rows)}</Fact>
        <Fact name={t('owner.label.days')}>{number(label.days)}</Fact>
        <Fact name={t('owner.label.month')}>{label.month ?? t('owner.label.none')}</Fact>
        <Fact name={t('owner.label.device')}>{label.device ?? t('owner.label.none')}</Fact>
        {label.channels.map((c) => <Fact key={c.name} name={c.name}>{t('owner.label.channel', { components: c.components.join(', '), unit: unitName(c.unit), rate: rate(c.rateHz) })}</Fact>)}
        <Fact name={t('owner.share.demographics.ageBand')}>{band(d.ageBand, '')}</Fact>
        <Fact name={t('owner.share.demographics.sex')}>{band(d.sex, '')}</Fact>
        <Fact name={t('owner.share.demographics.heightBandCm')}>{band(d.heightBandCm, ' cm')}</Fact>
        <Fact name={t('owner.share.demographics.weightBandKg')}>{band(d.weightBandKg, ' kg')}</Fact>
        {(label.fingerprint !== undefined || (draft && moves)) && <Fact name={t('owner.label.fingerprint')}>{t('owner.label.fingerprint.text')}</Fact>}
        {label.statistics?.map((s) => <Fact key={`${s.channel}.${s.component}`} name={`${s.channel} ${s.component}`}>{t('owner.label.statistics', { mean: number(s.mean), sd: number(s.sd), min: number(s.min), max: number(s.max) })}</Fact>)}
      </dl>
    </Stack>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <Text component="dt" size="sm" c="dimmed">{name}</Text>
      <Text component="dd" size="sm" m={0} className="ph-num ph-wrap">{children}</Text>
    </>
  );
}
