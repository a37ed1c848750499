import { memo, useCallback, useDeferredValue, useEffect, useState } from 'react';
import { Button, CloseButton, Group, NativeSelect, SegmentedControl, Stack, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { Bookmark, LayoutGrid, Rows3, Search as SearchIcon, ShoppingBasket, SlidersHorizontal, Store } from 'lucide-react';
import { useLocation } from 'wouter';
import { Search } from '../../../../../shared/api/market.ts';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { Loading } from '../../../components/Loading.tsx';
import { Page } from '../../../components/Page.tsx';
import { t } from '../../../i18n/index.ts';
import { useSession } from '../../../stores/session.ts';
import { filterCount } from '../search-url.ts';
import { setCurrentSpecification } from '../specification/current.ts';
import { useBasket } from '../use-basket.ts';
import { useListings } from '../use-listings.ts';
import { Filters } from './Filters.tsx';
import css from './market.module.css';
import { ResultsCards } from './ResultsCards.tsx';
import { ResultsTable } from './ResultsTable.tsx';
import { SaveSearch } from './SaveSearch.tsx';
import { useMarketSearch } from './use-market-search.ts';

type View = 'table' | 'cards';

export function MarketPage() {
  const { search, change, clear } = useMarketSearch();
  const basket = useBasket();
  const [, navigate] = useLocation();
  const { specification } = search;
  useEffect(() => { setCurrentSpecification(specification ?? null); }, [specification]);
  return (
    <Page title={t('customer.market.title')}>
      <Stack gap="md">
        <div className={css['top']}>
          <TextInput
            size="md" type="search" aria-label={t('customer.market.searchLabel')} placeholder={t('customer.market.searchPlaceholder')} maxLength={200}
            leftSection={<SearchIcon size={18} aria-hidden />} value={search.text ?? ''} onChange={(e) => change({ text: e.currentTarget.value || undefined })}
            rightSection={search.text ? <CloseButton aria-label={t('customer.market.clearText')} onClick={() => change({ text: undefined })} /> : undefined}
          />
          <Button size="md" variant={basket.ids.length > 0 ? 'filled' : 'default'} leftSection={<ShoppingBasket size={18} aria-hidden />} onClick={() => navigate('/market/basket')}>{t('customer.market.basketButton', { count: basket.ids.length })}</Button>
        </div>
        <Found search={search} change={change} clear={clear} />
      </Stack>
    </Page>
  );
}

/** Everything under the field: it follows the typing when there is time for it. */
function Found({ search, change, clear }: { search: Search; change(part: Partial<Search>): void; clear(): void }) {
  return <Results search={useDeferredValue(search)} change={change} clear={clear} />;
}

const Results = memo(function Results({ search, change, clear }: { search: Search; change(part: Partial<Search>): void; clear(): void }) {
  const { network, demo } = useSession();
  const basket = useBasket();
  const { found, error, updating, row, need, reload } = useListings(search);
  const [view, setView] = useLocalStorage<View>({ key: 'phdex.market.view', defaultValue: 'table', getInitialValueInEffect: false });
  const [filtersOpen, setFiltersOpen] = useState(false);
  const [saving, setSaving] = useState(false);
  const [saved, setSaved] = useState(false);
  const filters = filterCount(search);
  const fresh = filters === 0 && !search.text;
  const closeSave = useCallback(() => setSaving(false), []);

  return (
    <div className={css['layout']}>
      <aside className={css['filters']} data-open={filtersOpen}>
        <Filters search={search} facets={found?.facets ?? null} simulatedAllowed={network?.allowSimulated ?? false} onChange={change} onClear={clear} />
      </aside>
      <section className={css['results']} aria-busy={updating}>
        <Group justify="space-between" mb="sm" gap="sm">
          <Group gap="sm">
            <Button className={css['openFilters']} size="sm" variant="default" leftSection={<SlidersHorizontal size={16} aria-hidden />} aria-expanded={filtersOpen} onClick={() => setFiltersOpen((o) => !o)}>
              {filters > 0 ? t('customer.market.filtersSet', { count: filters }) : t('customer.market.filters')}
            </Button>
            <Text size="sm" role="status" style={{ fontVariantNumeric: 'tabular-nums' }}>{found ? t('customer.market.found', { count: found.total }) : error ? null : t('customer.market.updating')}</Text>
            {found && updating && <Text size="sm" c="dimmed">{t('customer.market.updating')}</Text>}
          </Group>
          <Group gap="xs">
            {!fresh && <Button size="sm" variant="subtle" leftSection={<Bookmark size={16} aria-hidden />} onClick={() => { setSaved(false); setSaving(true); }}>{t('customer.market.saveSearch')}</Button>}
            <NativeSelect
              aria-label={t('customer.market.sort')} value={search.sort} data={Search.shape.sort.unwrap().options.map((s) => ({ value: s, label: t(`customer.market.sort.${s}`) }))}
              onChange={(e) => change({ sort: e.currentTarget.value as Search['sort'] })}
            />
            <SegmentedControl
              aria-label={t('customer.market.view')} value={view} onChange={(v) => setView(v as View)}
              data={[{ value: 'table', label: <ViewLabel icon={<Rows3 size={16} aria-hidden />} name={t('customer.market.view.table')} /> }, { value: 'cards', label: <ViewLabel icon={<LayoutGrid size={16} aria-hidden />} name={t('customer.market.view.cards')} /> }]}
            />
          </Group>
        </Group>
        {saved && <Text size="sm" role="status" mb="sm">{t('customer.save.done')}</Text>}
        {error && <ErrorBox error={error} onRetry={reload} />}
        {!found && !error && <Loading label={t('customer.market.updating')} />}
        {found && found.total === 0 && (fresh
          ? <Empty icon={<Store size={32} aria-hidden />} title={t('customer.market.empty.title')} text={demo.state === 'starting' || demo.state === 'filling' ? t('customer.market.empty.filling', { done: demo.done, total: demo.total }) : t('customer.market.empty.text')} action={<Button variant="default" onClick={() => change({ certifiedOnly: false })}>{t('customer.market.none.uncertified')}</Button>} />
          : <Empty icon={<SearchIcon size={32} aria-hidden />} title={t('customer.market.none.title')} text={t('customer.market.none.text')} action={filters > 0 ? <Button variant="default" onClick={clear}>{t('customer.market.clearFilters')}</Button> : <Button variant="default" onClick={() => change({ text: undefined })}>{t('customer.market.clearText')}</Button>} />)}
        {found && found.total > 0 && (view === 'table'
          ? <ResultsTable key={found.key} total={found.total} row={row} need={need} basket={basket} />
          : <ResultsCards key={found.key} total={found.total} row={row} need={need} basket={basket} />)}
      </section>
      <SaveSearch search={search} opened={saving} onClose={closeSave} onSaved={() => { setSaving(false); setSaved(true); }} />
    </div>
  );
});

const ViewLabel = ({ icon, name }: { icon: React.ReactNode; name: string }) => <span style={{ display: 'inline-flex' }} title={name}>{icon}<VisuallyHidden>{name}</VisuallyHidden></span>;
