import { Badge, Group, Stack, Table, Text } from '@mantine/core';
import type { ListingDetail } from '../../../../../shared/api/market.ts';
import { bytes, day, duration, number, rate } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { ageName, typeName } from '../words.ts';
import css from './dataset.module.css';
import { Facts } from './Facts.tsx';
import { Section } from './Section.tsx';

/** The label: everything that the world sees of the dataset before it pays. */
export function LabelSection({ listing }: { listing: ListingDetail }) {
  const { label, manifest } = listing;
  if (!label) {
    return (
      <Section title={t('customer.dataset.about')}>
        <Text fw={600}>{t('customer.dataset.noLabel')}</Text>
        <Text size="sm" c="dimmed" mt={4}>{t('customer.dataset.noLabelText')}</Text>
      </Section>
    );
  }
  const person = label.demographics;
  const told = (value: string) => value !== 'undisclosed';
  return (
    <Section title={t('customer.dataset.about')}>
      <Stack gap="lg">
        {label.description && <Text className={css['wrap']}>{label.description}</Text>}
        <Facts facts={[
          { name: t('customer.dataset.length'), value: duration(label.durationSeconds) },
          { name: t('customer.dataset.days'), value: number(label.days) },
          { name: t('customer.dataset.rows'), value: number(label.rows) },
          { name: t('customer.dataset.month'), value: label.month ?? t('customer.unknown') },
          { name: t('customer.dataset.device'), value: label.byHand ? t('customer.dataset.byHand') : label.device ?? t('customer.unknown'), hint: t(label.model ? 'customer.dataset.modelHint' : 'customer.dataset.deviceHint') },
          { name: t('customer.dataset.listed'), value: day(listing.publishedAt) },
          manifest && { name: t('customer.dataset.sealed'), value: bytes(manifest.sealedBytes) },
          told(person.ageBand) && { name: t('customer.dataset.person.age'), value: ageName(person.ageBand) },
          told(person.sex) && { name: t('customer.dataset.person.sex'), value: t(`customer.sex.${person.sex}`) },
          told(person.heightBandCm) && { name: t('customer.dataset.person.height'), value: person.heightBandCm },
          told(person.weightBandKg) && { name: t('customer.dataset.person.weight'), value: person.weightBandKg },
        ]}
        />
        <div style={{ overflowX: 'auto' }}>
          <Table aria-label={t('customer.dataset.channels')} verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('customer.dataset.channel')}</Table.Th>
                <Table.Th>{t('customer.dataset.channel.components')}</Table.Th>
                <Table.Th>{t('customer.dataset.channel.unit')}</Table.Th>
                <Table.Th ta="right">{t('customer.dataset.channel.rate')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {label.channels.map((c) => (
                <Table.Tr key={c.name}>
                  <Table.Td>{typeName(c.name)}</Table.Td>
                  <Table.Td>{c.components.join(', ')}</Table.Td>
                  <Table.Td>{c.unit}</Table.Td>
                  <Table.Td ta="right" style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>{rate(c.rateHz)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
        {manifest && <Text size="sm" c="dimmed">{t('customer.dataset.segmentsText', { count: manifest.segments.length })}</Text>}
        {label.tags.length > 0 && <Group gap={6} role="list" aria-label={t('customer.dataset.tags')}>{label.tags.map((tag) => <Badge key={tag} role="listitem" variant="light" color="gray" tt="none" radius="sm">{tag}</Badge>)}</Group>}
      </Stack>
    </Section>
  );
}
