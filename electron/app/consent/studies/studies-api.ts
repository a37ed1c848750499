import { randomUUID } from 'node:crypto';
import type { OpenStudyIn } from '../../../../shared/api/studies.ts';
import { Role } from '../../../../shared/domain/chain.ts';
import { costOf, openCall } from '../../../consent/studies/open-call.ts';
import { watchStudies } from '../../../consent/studies/watch.ts';
import type { Backstage } from '../../backstage.ts';
import type { Chain } from '../../chain-service.ts';
import type { NodeParts } from '../../open-parts.ts';
import type { Blobs } from '../../storage-service.ts';
import type { StudiesApi } from '../api-types.ts';
import { createCandidates } from './candidates.ts';
import { createLearn, type Patience } from './learn.ts';
import { createStudyOwner } from './owner.ts';
import { studyPorts } from './ports.ts';
import { createReasons } from './reasons.ts';
import { createStudyResearcher } from './researcher.ts';

/** Of the command line, which answers once; a page asks again. */
const PATIENCE_MS = 60_000;
const PAGE_PATIENCE_MS = 1500;
const POLL_MS = 15_000;
/** The embedded chain's clock is the machine's. */
const LOCAL_POLL_MS = 1000;

/** Both sides of studies over a profile: for the app and for the command line. */
export function createStudies({ parts, chain, blobs, patienceMs = PATIENCE_MS, onLearnt = () => undefined }: { parts: NodeParts; chain: Chain; blobs: Blobs } & Partial<Patience>) {
  const ports = studyPorts(parts, chain);
  const candidates = createCandidates(parts, chain);
  const learn = createLearn({ parts, chain, blobs });
  const reasons = createReasons({ parts, chain, blobs }, ports);
  let fee: Promise<bigint> | undefined;
  const minKeeperFee = () => (fee ??= ports.read('market', 'parameters', []).then(([p]) => BigInt((p as { minKeeperFee: bigint }).minKeeperFee), (error: unknown) => { fee = undefined; throw error; }));
  return {
    ports, learn, ...createStudyOwner(ports, candidates, learn, reasons, minKeeperFee, { patienceMs, onLearnt }), ...createStudyResearcher(parts, ports, candidates, learn, reasons, { patienceMs, onLearnt }), reasons,
    /** What a call takes when it opens. */
    cost: costOf,
    /** Owners have to find the researcher for what it tells them: its address is in the registry. */
    async open(id: string, input: OpenStudyIn, options: Parameters<typeof openCall>[3] = {}) {
      const opened = await openCall(id, input, ports, options);
      await chain.ensureRegistered(Role.customer, blobs.endpoint);
      return opened;
    },
    /** Does what calls wait for until it is stopped. */
    watch: (options: Partial<Parameters<typeof watchStudies>[1]> = {}) => watchStudies(ports, { onChange: chain.indexer.onChange, pollMs: chain.network.local ? LOCAL_POLL_MS : POLL_MS, ...options }),
  };
}
export type Studies = ReturnType<typeof createStudies>;

export type StudiesSide = StudiesApi & { close(): Promise<void> };

/** Studies for the pages. What calls wait for is done behind them. @throws AppError `chain-wrong` where the network has none */
export function createStudiesApi(b: Backstage, options: Parameters<Studies['watch']>[0] = {}): StudiesSide {
  const studies = createStudies({ ...b, patienceMs: PAGE_PATIENCE_MS, onLearnt: () => b.changed('studies') });
  const told = new Set<number>();
  const watch = studies.watch({
    onStep: () => b.changed('studies'),
    // A secret that is not revealed costs the bond: once a session that is worth a word, however often it is tried.
    onError: (call, step, error) => { if (step.method === 'reveal' && !told.has(call.id)) { told.add(call.id); b.notify('job-failed', { kind: 'study', title: `#${call.id}`, error: error.message }, `/held/studies/${call.id}`); } },
    ...options,
  });
  const learnt = <T>(work: Promise<T>): Promise<T> => work.finally(() => b.changed('studies'));
  async function calls() {
    // What it was struck for comes when the researcher's node answers; the page asks again then.
    void Promise.all(studies.struck().map((entry) => studies.reasons.fetch(entry))).then((came) => { if (came.includes(true)) b.changed('studies'); });
    return studies.calls();
  }
  return {
    calls,
    enrol: (input) => learnt(studies.enrol(input)),
    leave: (input) => learnt(studies.leave(input)),
    approvePlace: (input) => learnt(studies.approvePlace(input)),
    refusePlace: (input) => learnt(studies.refusePlace(input)),
    eligible: studies.eligible,
    open(input) {
      const id = randomUUID();
      return b.jobs.start({
        kind: 'study', title: input.criteria.title, cancellable: false,
        async run({ signal, progress }) {
          const { callId } = await studies.open(id, input, { signal, onStep: (step) => progress(step, step === 'allow' ? 0 : 1, 2) });
          b.changed('studies');
          return { callId };
        },
      });
    },
    mine: studies.mine,
    entries: studies.entries,
    strike: (input) => learnt(studies.strike(input)),
    accept: (input) => learnt(studies.accept(input)),
    finish: (callId) => learnt(studies.finish(callId)),
    close: () => watch.stop(),
  };
}
