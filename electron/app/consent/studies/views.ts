import type { PartyView } from '../../../../shared/api/consent.ts';
import type { CallView, OwnCallView } from '../../../../shared/api/studies.ts';
import { Role, type Hex, type RoleName } from '../../../../shared/domain/chain.ts';
import type { CallRow } from '../../../../shared/domain/studies.ts';
import { paysKeepers } from '../../../consent/studies/reward.ts';
import { readCriteria } from '../../../consent/studies/criteria.ts';
import { meets } from '../../../consent/studies/meets.ts';
import { shuffleOf, type ChainTime } from '../../../consent/studies/phase.ts';
import type { StudyPorts } from '../../../consent/studies/ports.ts';
import { factsOf, standingOf } from '../../../consent/studies/steps.ts';
import { ACCREDITED } from '../party.ts';
import type { OwnCandidate } from './candidates.ts';

const ms = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000);

/** For showing: where the endpoint does not answer, what is cached is shown by the machine's clock. */
export const shownTime = (ports: Pick<StudyPorts, 'time' | 'reads'>): Promise<ChainTime> => ports.time().catch(() => ({ at: Math.floor(Date.now() / 1000), block: ports.reads.head() }));

/** Somebody as the chain knows them. `role`: what they act as here; without it now they are suspended. */
export function partyOf(reads: StudyPorts['reads'], address: Hex, role: number): PartyView {
  const roles = reads.participant(address)?.roles ?? 0;
  return { address, name: null, roles: (Object.keys(Role) as RoleName[]).filter((r) => (roles & Role[r]) !== 0), accredited: (roles & ACCREDITED) !== 0, suspended: (roles & role) === 0 };
}

export function callView(ports: Pick<StudyPorts, 'reads' | 'studies' | 'me'>, call: CallRow, now: ChainTime): CallView {
  const { entries, positions } = factsOf(ports.studies, call);
  const { phase } = standingOf(call, entries, positions, now);
  const { criteria, problem } = readCriteria(call);
  return {
    callId: call.id, kind: call.open ? 'open' : 'drawn', state: phase.state, researcher: partyOf(ports.reads, call.researcher, Role.researcher), criteria, problem,
    reward: call.reward.toString(), places: call.places, approved: call.approved, entries: call.live, minScore: call.minScore,
    enrolUntil: call.enrolUntil * 1000, until: ms(phase.until), mine: call.researcher === ports.me, next: phase.next,
  };
}

/** How a call looks for an owner. */
export function ownCallView(ports: StudyPorts, call: CallRow, now: ChainTime, mine: readonly OwnCandidate[], minKeeperFee: bigint): OwnCallView {
  const view = callView(ports, call, now);
  const accounts = ports.accounts();
  const entries = ports.studies.entriesOf(call.id, accounts);
  const taken = new Set(entries.map((e) => e.datasetId));
  const busy = new Set(entries.map((e) => e.owner));
  return {
    ...view,
    meets: view.criteria === null ? [] : mine.map((it) => {
      const { why } = meets(view.criteria!, call.minScore, it, { draft: it.datasetId === null });
      const dataset = it.datasetId === null ? undefined : ports.reads.dataset(it.datasetId);
      if (dataset && !paysKeepers(call.reward, dataset, minKeeperFee)) why.push('The reward is too small to pay the keepers of this listing.');
      const listable = it.datasetId !== null && it.certified;
      const fits = why.length === 0;
      const ready = fits && listable && view.state === 'enrolling' && !view.researcher.suspended && !taken.has(it.datasetId!) && !busy.has(it.owner!);
      if (fits && !ready && view.state === 'enrolling') {
        if (it.datasetId === null) why.push('It is not listed yet: share it, and it can take part once it is certified.');
        else if (!it.certified) why.push('It is not certified yet.');
        else if (taken.has(it.datasetId)) why.push('It takes part, or took part, already.');
        else if (busy.has(it.owner!)) why.push('Another dataset of the same account takes part already.');
      }
      return { datasetId: it.datasetId, recordingId: it.recordingId, title: it.title, meets: fits, why, ready };
    }),
    entry: ownEntry(ports, call, now),
  };
}

/** The entry of mine that matters most: one that has a place offered, else the last. */
export function ownEntry(ports: StudyPorts, call: CallRow, now: ChainTime): OwnCallView['entry'] {
  const entries = ports.studies.entriesOf(call.id, ports.accounts());
  if (entries.length === 0) return null;
  const shuffle = shuffleOf(call);
  const facts = factsOf(ports.studies, call);
  const { waiting } = standingOf(call, facts.entries, facts.positions, now);
  const all = entries.map((e) => {
    const position = shuffle?.positionOf(e.index) ?? null;
    const offer = waiting.find((o) => o.index === e.index && now.at <= o.answerUntil && e.status === 'entered');
    return { index: e.index, datasetId: e.datasetId, status: e.status, position, answerUntil: ms(offer?.answerUntil ?? null), offered: call.status === 'drawn' && offer !== undefined };
  });
  return all.find((e) => e.offered) ?? all.findLast((e) => e.status === 'entered') ?? all.at(-1)!;
}
