import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import type { FreshAccountView } from '../../../../shared/api/account.ts';
import type { Hex } from '../../../../shared/domain/chain.ts';
import { api } from '../../api/client.ts';
import { Addr } from '../../components/Addr.tsx';
import { ConfirmAct } from '../../components/ConfirmAct.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { coins, t } from '../../i18n/all.ts';
import { useAct } from '../../stores/act.ts';
import { useLive } from '../../stores/live.ts';

const heldBy = (a: FreshAccountView): bigint => BigInt(a.phd) + BigInt(a.earnings);

/** What the accounts hold that each dataset, grantee and study has of its own, and the way home for it. */
export function FreshAccounts() {
  const live = useLive(['account', 'accounts'], () => api.account.accounts.query(), ['history', 'datasets']);
  const [asked, setAsked] = useState<readonly FreshAccountView[]>([]);
  const [tx, setTx] = useState<Hex | null>(null);
  const collect = useAct(async () => { const done = await api.account.collect.mutate({ addresses: asked.map((a) => a.address) }); setAsked([]); setTx(done.tx); live.reload(); });
  const ask = (accounts: readonly FreshAccountView[]) => { collect.clear(); setTx(null); setAsked(accounts); };
  const total = (accounts: readonly FreshAccountView[]) => coins(accounts.reduce((sum, a) => sum + heldBy(a), 0n).toString());
  return (
    <Stack component="section" className="ph-panel" gap="sm" aria-labelledby="fresh-accounts">
      <Title order={2} id="fresh-accounts">{t('shell.wallet.fresh')}</Title>
      <Text size="sm" c="dimmed">{t('shell.wallet.fresh.text')}</Text>
      <Loaded live={live}>
        {(accounts) => {
          const rich = accounts.filter((a) => heldBy(a) > 0n);
          return (
            <Stack gap="sm">
              {rich.length === 0 && <Text size="sm">{t('shell.wallet.fresh.none')}</Text>}
              {rich.map((a) => (
                <Group key={a.address} justify="space-between" gap="sm">
                  <Stack gap={0} flex="1 1 200px"><Text size="sm" fw={600} className="ph-wrap">{a.label ?? t(`shell.wallet.fresh.kind.${a.kind}`)}</Text><Addr address={a.address} /></Stack>
                  <Text className="ph-num" fw={600}>{coins(heldBy(a).toString())}</Text>
                  <Button size="compact-sm" variant="default" onClick={() => ask([a])}>{t('shell.wallet.fresh.collect')}</Button>
                </Group>
              ))}
              {rich.length > 1 && <Button variant="default" onClick={() => ask(rich)} style={{ alignSelf: 'flex-start' }}>{t('shell.wallet.fresh.collectAll')}</Button>}
            </Stack>
          );
        }}
      </Loaded>
      {tx && <Alert p="xs" color="green" variant="light" icon={<CircleCheck size={18} aria-hidden />} role="status"><Group gap={6}><Text size="xs">{t('shell.wallet.fresh.collected')}</Text><Addr address={tx} /></Group></Alert>}
      <ConfirmAct
        opened={asked.length > 0} onClose={() => setAsked([])} title={t('shell.wallet.fresh.collect.title', { amount: total(asked) })}
        sentences={[t('shell.wallet.fresh.collect.what', { amount: total(asked) }), t(asked.length > 1 ? 'shell.wallet.fresh.collect.links.all' : 'shell.wallet.fresh.collect.links')]}
        costs={[{ label: t('shell.wallet.cost.amount'), value: total(asked) }]}
        confirm={t('shell.wallet.fresh.collect')} onConfirm={() => void collect.run()} busy={collect.busy} error={collect.error}
      />
    </Stack>
  );
}
