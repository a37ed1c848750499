import { Anchor, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import type { QueueRow } from '../../../../shared/api/validator.ts';
import { Addr } from '../../components/Addr.tsx';
import { day, duration, number } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { typeName } from '../customer/words.ts';
import css from './validator.module.css';

/** What the owner says of the dataset, before anything was opened. */
export function LabelPanel({ row }: { row: QueueRow }) {
  const label = row.label;
  const facts: [string, React.ReactNode][] = [
    [t('validator.check.about.claimed'), row.claimedScore === null ? t('validator.check.unknown') : number(row.claimedScore, 0)],
    [t('validator.check.about.owner'), <Addr key="owner" address={row.owner} />],
    [t('validator.check.about.listed'), day(row.publishedAt)],
    ...(label ? [
      [t('validator.check.about.types'), label.dataTypes.map(typeName).join(', ')],
      [t('validator.check.about.length'), duration(label.durationSeconds)],
      [t('validator.check.about.rows'), number(label.rows)],
      [t('validator.check.about.device'), label.device ?? t('validator.check.unknown')],
    ] as [string, React.ReactNode][] : []),
  ];
  return (
    <Paper component="section" className="ph-panel" aria-labelledby="validator-label">
      <Group justify="space-between" mb="md">
        <Title order={2} size="h4" id="validator-label">{t('validator.check.label')}</Title>
        <Anchor component={Link} href={`/market/${row.datasetId}`} size="sm">{t('validator.check.listing')}</Anchor>
      </Group>
      <Stack>
        {label?.description && <Text size="sm" className="ph-wrap">{label.description}</Text>}
        <dl className={css.facts}>{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      </Stack>
    </Paper>
  );
}
