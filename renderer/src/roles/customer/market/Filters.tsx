import { memo } from 'react';
import { Button, Checkbox, Group, NativeSelect, Select, Slider, Stack, Switch, Text } from '@mantine/core';
import { useThrottledCallback } from '@mantine/hooks';
import { AgeBand } from '../../../../../shared/domain/label.ts';
import { ChannelKind } from '../../../../../shared/domain/recording.ts';
import type { Facets, Search } from '../../../../../shared/api/market.ts';
import { Addr } from '../../../components/Addr.tsx';
import { number, rate } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { filterCount } from '../search-url.ts';
import { SpecificationFilter } from '../specification/SpecificationFilter.tsx';
import { ageName, typeName } from '../words.ts';
import { FacetCount } from './FacetCount.tsx';
import { LENGTHS, lengthName, lengthOf } from './lengths.ts';
import { PriceRange } from './PriceRange.tsx';

const RATES = [1, 10, 25, 50, 100, 250, 500];

type Props = { search: Search; facets: Facets | null; simulatedAllowed: boolean; onChange(part: Partial<Search>): void; onClear(): void };

export const Filters = memo(function Filters({ search, facets, simulatedAllowed, onChange, onClear }: Props) {
  const types = search.types ?? [];
  // A kind that was ticked stays to be unticked, though nothing of it is left.
  const kinds = ChannelKind.options.filter((k) => (facets?.types[k] ?? 0) > 0 || types.includes(k));
  const devices = facets?.devices ?? [];
  const slide = useThrottledCallback((v: number) => onChange({ minQuality: v || undefined }), 120);
  return (
    <Stack gap="lg" component="section" aria-label={t('customer.market.filters')}>
      <Group justify="space-between" mih={30}>
        <Text fw={600} size="sm">{t('customer.market.filters')}</Text>
        {filterCount(search) > 0 && <Button size="compact-xs" variant="subtle" onClick={onClear}>{t('customer.market.clearFilters')}</Button>}
      </Group>
      <Switch
        checked={search.certifiedOnly} onChange={(e) => onChange({ certifiedOnly: e.currentTarget.checked })}
        label={<Group gap={6}>{t('customer.filter.certifiedOnly')}{facets && <FacetCount count={facets.certified} />}</Group>}
      />
      <Checkbox.Group label={t('customer.filter.types')} value={types} onChange={(value) => onChange({ types: value.length > 0 ? (value as ChannelKind[]) : undefined })}>
        <Stack gap={8} mt={8}>
          {kinds.map((k) => <Checkbox key={k} value={k} size="sm" label={<Group gap={6}>{typeName(k)}<FacetCount count={facets?.types[k] ?? 0} /></Group>} />)}
          {facets && kinds.length === 0 && <Text size="sm" c="dimmed">{t('customer.filter.noTypes')}</Text>}
        </Stack>
      </Checkbox.Group>
      <div>
        <Text size="sm" fw={500} mb={6}>{t('customer.filter.quality')}</Text>
        <Slider key={search.minQuality ?? 0} min={0} max={100} step={5} defaultValue={search.minQuality ?? 0} onChangeEnd={slide} thumbLabel={t('customer.filter.quality')} label={(v) => number(v)} />
        <Text size="xs" c="dimmed" mt={6}>{search.minQuality ? t('customer.filter.qualityAtLeast', { score: search.minQuality }) : t('customer.filter.qualityAny')}</Text>
      </div>
      <SpecificationFilter search={search} onChange={onChange} />
      <NativeSelect
        label={t('customer.filter.length')} value={lengthOf(search)}
        data={[...LENGTHS.map((l) => ({ value: l.key, label: t(`customer.filter.length.${l.key}`) })), ...(lengthOf(search) === 'custom' ? [{ value: 'custom', label: lengthName(search) }] : [])]}
        onChange={(e) => { const chosen = LENGTHS.find((l) => l.key === e.currentTarget.value); if (chosen) onChange({ minHours: chosen.minHours, maxHours: chosen.maxHours }); }}
      />
      <NativeSelect
        label={t('customer.filter.rate')} value={String(search.minRateHz ?? '')}
        data={[{ value: '', label: t('customer.filter.rate.any') }, ...[...new Set([...RATES, ...(search.minRateHz ? [search.minRateHz] : [])])].sort((a, b) => a - b).map((hz) => ({ value: String(hz), label: t('customer.filter.rate.from', { rate: rate(hz) }) }))]}
        onChange={(e) => onChange({ minRateHz: e.currentTarget.value ? Number(e.currentTarget.value) : undefined })}
      />
      <Select
        label={t('customer.filter.device')} placeholder={t('customer.filter.device.any')} searchable clearable limit={50} value={search.device ?? null}
        data={[...devices.map((d) => ({ value: d.name, label: t('customer.filter.device.count', { name: d.name, count: d.count }) })), ...(search.device && !devices.some((d) => d.name === search.device) ? [{ value: search.device, label: search.device }] : [])]}
        onChange={(value) => onChange({ device: value ?? undefined })}
      />
      <NativeSelect
        label={t('customer.filter.age')} value={search.ageBand ?? ''}
        data={[{ value: '', label: t('customer.filter.age.any') }, ...AgeBand.options.map((band) => ({ value: band, label: t('customer.filter.device.count', { name: ageName(band), count: facets?.ageBands[band] ?? 0 }) }))]}
        onChange={(e) => onChange({ ageBand: (e.currentTarget.value || undefined) as Search['ageBand'] })}
      />
      <div role="group" aria-label={t('customer.filter.price')}>
        <Text size="sm" fw={500} mb={4}>{t('customer.filter.price')}</Text>
        <PriceRange min={search.minPrice} max={search.maxPrice} onChange={onChange} />
      </div>
      {simulatedAllowed && (
        <NativeSelect
          label={facets ? t('customer.filter.device.count', { name: t('customer.filter.simulated'), count: facets.simulated }) : t('customer.filter.simulated')}
          value={search.simulated === undefined ? 'any' : search.simulated ? 'only' : 'no'}
          data={(['any', 'no', 'only'] as const).map((v) => ({ value: v, label: t(`customer.filter.simulated.${v}`) }))}
          onChange={(e) => onChange({ simulated: e.currentTarget.value === 'any' ? undefined : e.currentTarget.value === 'only' })}
        />
      )}
      {search.owner && (
        <div>
          <Text size="sm" fw={500} mb={4}>{t('customer.filter.owner')}</Text>
          <Addr address={search.owner} />
          <Button size="compact-xs" variant="subtle" mt={4} onClick={() => onChange({ owner: undefined })}>{t('customer.filter.ownerClear')}</Button>
        </div>
      )}
    </Stack>
  );
});
