import { Alert, Checkbox, Group, NumberInput, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import type { Hex } from '../../../../shared/domain/chain.ts';
import { Addr } from '../../components/Addr.tsx';
import { Empty } from '../../components/Empty.tsx';
import { Loading } from '../../components/Loading.tsx';
import { t } from '../../i18n/index.ts';
import { KeeperCells, KeeperHeads } from './KeeperCells.tsx';
import { problemText } from './share-problems.ts';
import type { ShareStepProps } from './share-step.ts';

const LEAST = 2;
const MOST = 32;

/** Who holds the shares of the key, and how many of them together can release it. */
export function ShareKeepersStep({ draft, set, preview, problems }: ShareStepProps) {
  if (!preview) return <Loading />;
  const { keepers } = preview;
  if (keepers.length === 0) return <Empty icon={<KeyRound size={28} />} title={t('owner.keepers.empty.title')} text={t('owner.keepers.empty.text')} />;
  const byHand = draft.named !== null;
  const chosen = new Set<string>(draft.named ?? keepers.filter((k) => k.chosen).map((k) => k.address));
  const count = byHand ? chosen.size : draft.keepers;
  const toggle = (address: Hex) => set({ named: chosen.has(address) ? (draft.named ?? []).filter((a) => a !== address) : [...(draft.named ?? []), address] });
  const problem = problemText(problems, 'namedKeepers') ?? problemText(problems, 'keepers');
  return (
    <Stack gap="lg">
      <SegmentedControl aria-label={t('owner.keepers.mode')} value={byHand ? 'hand' : 'app'} style={{ alignSelf: 'start' }} data={[{ value: 'app', label: t('owner.keepers.mode.app') }, { value: 'hand', label: t('owner.keepers.mode.hand') }]} onChange={(v) => set({ named: v === 'hand' ? [...chosen] as Hex[] : null })} />
      <Group align="flex-start" gap="xl">
        {!byHand && <NumberInput w={190} label={t('owner.keepers.count')} min={LEAST} max={MOST} allowDecimal={false} clampBehavior="blur" value={draft.keepers} onChange={(v) => { if (typeof v === 'number') set({ counted: true, keepers: v, threshold: Math.min(draft.threshold, Math.max(LEAST, v)) }); }} error={problem} />}
        <NumberInput w={190} label={t('owner.keepers.threshold')} min={LEAST} max={Math.max(LEAST, Math.min(MOST, count))} allowDecimal={false} clampBehavior="blur" value={draft.threshold} onChange={(v) => { if (typeof v === 'number') set({ counted: true, threshold: v }); }} error={problemText(problems, 'threshold')} />
      </Group>
      {byHand && problem && <Text size="sm" c="red" role="alert">{problem}</Text>}
      <Alert variant="light" icon={<KeyRound size={18} aria-hidden="true" />} role="status">
        <Text size="sm" fw={600}>{t('owner.keepers.explain', { threshold: draft.threshold, total: count })}</Text>
        <Text size="sm" mt={4}>{t('owner.keepers.explain.more', { below: Math.max(0, draft.threshold - 1), spare: Math.max(0, count - draft.threshold) })}</Text>
      </Alert>
      <div style={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t('owner.keepers.table')}>
        <Table verticalSpacing="sm" miw={720}>
          <Table.Thead><Table.Tr><Table.Th>{t('owner.keepers.col.keeper')}</Table.Th><KeeperHeads stake /></Table.Tr></Table.Thead>
          <Table.Tbody>
            {keepers.map((k) => (
              <Table.Tr key={k.address}>
                <Table.Td>
                  <Group gap="sm" wrap="nowrap">
                    <Checkbox checked={chosen.has(k.address)} disabled={!byHand} onChange={() => toggle(k.address)} aria-label={t('owner.keepers.choose', { address: k.address })} />
                    <Addr address={k.address} />
                  </Group>
                </Table.Td>
                <KeeperCells online={k.online} reputation={k.reputation} stake={k.stake} uptime={k.uptime} />
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Stack>
  );
}
