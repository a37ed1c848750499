import type { OwnCallView } from '../../../../shared/api/studies.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { CallRow, EntryRow } from '../../../../shared/domain/studies.ts';
import { readCriteria } from '../../../consent/studies/criteria.ts';
import { offersOf } from '../../../consent/studies/phase.ts';
import type { StudyPorts } from '../../../consent/studies/ports.ts';
import { factsOf } from '../../../consent/studies/steps.ts';
import type { Candidates } from './candidates.ts';
import { atMost, type Learn, type Patience } from './learn.ts';
import type { Reasons } from './reasons.ts';
import { ownCallView, shownTime } from './views.ts';

export function knownCall(ports: Pick<StudyPorts, 'studies'>, callId: number): CallRow {
  const call = ports.studies.call(callId);
  if (!call) throw new AppError('invalid-argument', `There is no study ${callId} on this network.`, { hint: 'Look at the studies that are on.' });
  return call;
}

/** The owner's side of studies. Each entry is of the dataset's own account: studies do not link what one person lists. */
export function createStudyOwner(ports: StudyPorts, candidates: Candidates, learn: Learn, reasons: Reasons, minKeeperFee: () => Promise<bigint>, { patienceMs, onLearnt }: Patience) {
  /** What I have, with the public half of what I listed: it is in the own store. */
  async function mine() {
    await atMost(learn.these(candidates.mine().flatMap((c) => c.datasetId ?? [])), patienceMs, onLearnt);
    return candidates.mine();
  }
  /** Criteria that may be believed: nobody answers to others. */
  function believed(call: CallRow): void {
    const { problem } = readCriteria(call);
    if (problem) throw new AppError('hash-mismatch', `Study ${call.id} cannot be trusted: ${problem}`, { hint: 'Do not take part in it.' });
  }
  /** An account of mine that owns the entry. @throws AppError `not-yours` */
  function mineOf(entry: EntryRow | undefined, what: string): { entry: EntryRow; index: number | null } {
    const index = entry && ports.indexOf(entry.owner);
    if (!entry || index === undefined) throw new AppError('not-yours', `${what} is not of this profile.`, { hint: 'Look at the studies that you take part in.' });
    return { entry, index };
  }
  function drawn(callId: number, position: number): { call: CallRow; index: number | null } {
    const call = knownCall(ports, callId);
    const { entries, positions } = factsOf(ports.studies, call);
    const offer = call.status === 'drawn' ? offersOf(call, entries, positions).find((o) => o.position === position) : undefined;
    if (!offer) throw new AppError('access-not-ready', `No place of study ${callId} is offered at position ${position}.`, { hint: 'Wait until the places are drawn.' });
    const { index } = mineOf(ports.studies.entry(callId, offer.index), 'That place');
    if (offer.status !== 'offered') throw new AppError('access-expired', `That place was ${offer.status === 'approved' ? 'taken by you already' : 'passed on'}.`, { hint: 'There is nothing left to answer.' });
    return { call, index };
  }

  /** With the reason of a strike, where it came. */
  function told(view: OwnCallView): OwnCallView {
    const entry = view.entry?.status === 'struck' ? ports.studies.entry(view.callId, view.entry.index) : undefined;
    return entry ? { ...view, entry: { ...view.entry!, reason: reasons.known(entry) } } : view;
  }

  return {
    /** Entries of mine that were struck. */
    struck: (): EntryRow[] => ports.studies.callsWith(ports.accounts()).flatMap((call) => ports.studies.entriesOf(call.id, ports.accounts()).filter((e) => e.status === 'struck')),

    async calls(): Promise<OwnCallView[]> {
      const [now, fee, own] = await Promise.all([shownTime(ports), minKeeperFee().catch(() => 0n), mine()]);
      const shown = new Map<number, CallRow>();
      for (const call of [...ports.studies.live(), ...ports.studies.callsWith(ports.accounts())]) shown.set(call.id, call);
      return [...shown.values()].sort((a, b) => b.id - a.id).map((call) => told(ownCallView(ports, call, now, own, fee)));
    },

    async enrol({ callId, datasetId }: { callId: number; datasetId: number }): Promise<void> {
      const call = knownCall(ports, callId);
      believed(call);
      const dataset = ports.reads.dataset(datasetId);
      const index = dataset && ports.indexOf(dataset.owner);
      if (!dataset || index === undefined) throw new AppError('not-yours', `Dataset ${datasetId} is not of this profile.`, { hint: 'Choose one of your own datasets.' });
      const before = ports.studies.entriesOf(callId, [dataset.owner]);
      if (before.length > 0) throw new AppError('invalid-argument', before[0]!.datasetId === datasetId ? 'This dataset takes part, or took part, already.' : 'Another dataset of the same account takes part already.', { hint: 'An account, and a dataset, enrols once in a study.' });
      const view = ownCallView(ports, call, await ports.time(), (await mine()).filter((c) => c.datasetId === datasetId), await minKeeperFee());
      if (view.state !== 'enrolling') throw new AppError('access-expired', `Study ${callId} takes no more entries.`, { hint: 'Look at the studies that are on.' });
      const row = view.meets[0];
      if (!row?.ready) throw new AppError('invalid-argument', row?.why[0] ?? 'This dataset cannot take part.', { hint: 'Choose a dataset that meets what the study asks for.' });
      await ports.as(index).send({ key: `study:${callId}:enrol:${datasetId}`, contract: 'studies', method: 'enrol', args: [callId, datasetId] });
    },

    async leave({ callId, index }: { callId: number; index: number }): Promise<void> {
      const it = mineOf(ports.studies.entry(callId, index), 'That entry');
      await ports.as(it.index).send({ key: `study:${callId}:leave:${index}`, contract: 'studies', method: 'leave', args: [callId, index] });
    },

    /** Key and purpose are those that the call was opened with; its purpose is the one that its criteria tell. */
    async approvePlace({ callId, position }: { callId: number; position: number }): Promise<{ accessId: number }> {
      const { call, index } = drawn(callId, position);
      believed(call);
      const sent = await ports.as(index).send({ key: `study:${callId}:approve:${position}`, contract: 'studies', method: 'approve', args: [callId, position, call.px, call.py, call.purpose] });
      return { accessId: Number(sent.events.find((e) => e.name === 'PlaceApproved')!.args.accessId) };
    },

    async refusePlace({ callId, position }: { callId: number; position: number }): Promise<void> {
      const { index } = drawn(callId, position);
      await ports.as(index).send({ key: `study:${callId}:refuse:${position}`, contract: 'studies', method: 'refuse', args: [callId, position] });
    },
  };
}
