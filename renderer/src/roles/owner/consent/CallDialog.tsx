import type { OwnCallView } from '../../../../../shared/api/studies.ts';
import { CANNOT_BE_ERASED } from '../../../../../shared/domain/erasure.ts';
import { api } from '../../../api/client.ts';
import { callTitle, rewardText } from '../../../components/consent/call-words.ts';
import { purposeTitle } from '../../../components/consent/words.ts';
import { ConfirmAct } from '../../../components/ConfirmAct.tsx';
import { t, type Key } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';

/** What an owner does with a call. */
export type CallAct = { kind: 'enrol'; mine: OwnCallView['meets'][number] } | { kind: 'leave' | 'approve' | 'refuse' };
const TITLES = { enrol: 'studies.enrol.title', leave: 'studies.leave.title', approve: 'studies.approve.title', refuse: 'studies.refuse.title' } as const satisfies Record<CallAct['kind'], Key>;
const CONFIRMS = { enrol: 'studies.enrol.confirm', leave: 'studies.leave.confirm', approve: 'studies.approve.confirm', refuse: 'studies.refuse.confirm' } as const satisfies Record<CallAct['kind'], Key>;

function sentencesOf(c: OwnCallView, act: CallAct): string[] {
  const reward = rewardText(c.reward);
  switch (act.kind) {
    case 'enrol': return [t('studies.enrol.what', { title: act.mine.title, study: callTitle(c) }), c.kind === 'drawn' ? t('studies.enrol.drawn') : t('studies.enrol.open', { reward }), t('studies.enrol.chain')];
    case 'leave': return [t('studies.leave.does')];
    case 'approve': return [t('studies.approve.what', { title: c.meets.find((m) => m.datasetId === c.entry?.datasetId)?.title ?? `#${c.entry?.datasetId ?? ''}`, purpose: c.criteria ? purposeTitle(c.criteria.purpose.term) : '–' }), t('studies.approve.reward', { reward }), CANNOT_BE_ERASED];
    case 'refuse': return [t('studies.refuse.does')];
  }
}

export function CallDialog({ call: c, act, onClose }: { call: OwnCallView; act: CallAct; onClose(): void }) {
  const run = useAct(async () => {
    const { callId, entry } = c;
    if (act.kind === 'enrol') await api.studies.enrol.mutate({ callId, datasetId: act.mine.datasetId! });
    else if (act.kind === 'leave') await api.studies.leave.mutate({ callId, index: entry!.index });
    else if (act.kind === 'approve') await api.studies.approvePlace.mutate({ callId, position: entry!.position! });
    else await api.studies.refusePlace.mutate({ callId, position: entry!.position! });
    onClose();
  });
  return <ConfirmAct opened onClose={onClose} title={t(TITLES[act.kind])} sentences={sentencesOf(c, act)} costs={[]} confirm={t(CONFIRMS[act.kind])} onConfirm={() => void run.run()} busy={run.busy} error={run.error} />;
}
