import { Badge, Button, Group, Paper, Stack, Switch, Text, Title } from '@mantine/core';
import { Bookmark } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { SavedSearch, Search } from '../../../../../shared/api/market.ts';
import { api } from '../../../api/client.ts';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { Page } from '../../../components/Page.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useLive } from '../../../stores/live.ts';
import { describeSearch } from '../describe-search.ts';
import { queryOfSearch } from '../search-url.ts';
import { SpecificationForm } from '../specification/SpecificationForm.tsx';

export function SavedPage() {
  const saved = useLive<SavedSearch[]>(['saved-searches'], () => api.market.savedSearches.query(), ['saved-searches', 'listings']);
  const [, navigate] = useLocation();
  return (
    <Page title={t('customer.saved.title')} subtitle={t('customer.saved.subtitle')} back={{ to: '/market', label: t('customer.dataset.back') }}>
      <Loaded live={saved}>
        {(searches) => (searches.length === 0
          ? <Empty icon={<Bookmark size={32} aria-hidden />} title={t('customer.saved.empty.title')} text={t('customer.saved.empty.text')} action={<Button onClick={() => navigate('/market')}>{t('customer.saved.toMarket')}</Button>} />
          : <Stack component="ul" p={0} m={0} style={{ listStyle: 'none' }}>{searches.map((s) => <Saved key={s.id} saved={s} />)}</Stack>)}
      </Loaded>
    </Page>
  );
}

function Saved({ saved }: { saved: SavedSearch }) {
  const [, navigate] = useLocation();
  const forget = useAct(() => api.market.forgetSearch.mutate(saved.id));
  // A search has no «change»: the new one is there before the old one goes, so that none is lost in between.
  const replace = useAct(async (search: Search, notify: boolean) => { await api.market.saveSearch.mutate({ name: saved.name, search, notify }); await api.market.forgetSearch.mutate(saved.id); });
  const [needs, setNeeds] = useState(false);
  const open = useAct(async () => { await api.market.seenSearch.mutate(saved.id); return true; });
  const words = describeSearch(saved.search);
  return (
    <Paper component="li" className="ph-panel">
      <Group justify="space-between" align="flex-start" gap="md">
        <div style={{ minWidth: 0, flex: '1 1 320px' }}>
          <Group gap="xs">
            <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>{saved.name}</Title>
            {saved.unseen > 0 && <Badge tt="none" radius="sm">{t('customer.saved.unseen', { count: saved.unseen })}</Badge>}
          </Group>
          {words !== saved.name && <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>{words}</Text>}
          <Text size="sm" mt={6}>{t('customer.saved.matches', { count: saved.matches })}</Text>
        </div>
        <Group gap="sm">
          <Switch label={t(saved.notify ? 'customer.saved.notifies' : 'customer.saved.quiet')} aria-label={t('customer.saved.notifyNamed', { name: saved.name })} checked={saved.notify} disabled={replace.busy} onChange={(e) => void replace.run(saved.search, e.currentTarget.checked)} />
          <Button variant="subtle" loading={replace.busy} aria-label={t('customer.saved.needsNamed', { name: saved.name })} onClick={() => setNeeds(true)}>{t('customer.saved.needs')}</Button>
          <Button variant="subtle" color="gray" loading={forget.busy} aria-label={t('customer.saved.forgetNamed', { name: saved.name })} onClick={() => void forget.run()}>{t('customer.saved.forget')}</Button>
          <Button variant="default" loading={open.busy} aria-label={t('customer.saved.openNamed', { name: saved.name })} onClick={() => void open.run().then(() => navigate(`/market?${queryOfSearch(saved.search)}`))}>{t('customer.saved.open')}</Button>
        </Group>
      </Group>
      {(forget.error ?? replace.error) && <ErrorBox error={(forget.error ?? replace.error)!} />}
      <SpecificationForm opened={needs} specification={saved.search.specification ?? null} onClose={() => setNeeds(false)} onUse={(specification) => { setNeeds(false); void replace.run({ ...saved.search, specification }, saved.notify); }} />
    </Paper>
  );
}
