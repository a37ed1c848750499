import { Table, Text } from '@mantine/core';
import type { Label } from '../../../../../shared/domain/label.ts';
import { number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { typeName } from '../words.ts';
import { Section } from './Section.tsx';

const COLUMNS = [['mean', 'mean'], ['deviation', 'sd'], ['least', 'min'], ['greatest', 'max']] as const;

/** Only where the owner chose to publish them. */
export function StatisticsSection({ label }: { label: Label }) {
  if (!label.statistics || label.statistics.length === 0) return null;
  const unitOf = (channel: string) => label.channels.find((c) => c.name === channel)?.unit ?? '';
  return (
    <Section title={t('customer.dataset.statistics')}>
      <Text size="sm" c="dimmed" mb="sm">{t('customer.dataset.statisticsText')}</Text>
      <div style={{ overflowX: 'auto' }}>
        <Table aria-label={t('customer.dataset.statistics')} verticalSpacing={6} style={{ fontVariantNumeric: 'tabular-nums' }}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('customer.dataset.channel')}</Table.Th>
              <Table.Th>{t('customer.dataset.stat.component')}</Table.Th>
              {COLUMNS.map(([name]) => <Table.Th key={name} ta="right">{t(`customer.dataset.stat.${name}`)}</Table.Th>)}
              <Table.Th>{t('customer.dataset.channel.unit')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {label.statistics.map((s) => (
              <Table.Tr key={`${s.channel}:${s.component}`}>
                <Table.Td>{typeName(s.channel)}</Table.Td>
                <Table.Td>{s.component}</Table.Td>
                {COLUMNS.map(([name, key]) => <Table.Td key={name} ta="right">{number(s[key])}</Table.Td>)}
                <Table.Td>{unitOf(s.channel)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Section>
  );
}
