import type { AnchorBatchDetail, AnchorBatchView, AnchorIn, AnchorKind, AnchorLeafView, AnchorProgress, AnchorState, LeavesIn, ReceiptVerdict, ReceiptView, VerifyReceiptIn } from '../../../shared/api/anchors.ts';
import type { GasCost, Page } from '../../../shared/api/common.ts';
import type { AnchorSubject } from '../../anchors/batches.ts';
import { gasCost } from '../gas-costs.ts';
import type { Backstage } from '../backstage.ts';
import type { Enough, Started } from '../api-types.ts';
import { openAnchors } from './service.ts';

export { canonicalText } from '../../vault/manifest.ts';

/** Anchors: that something was there before a block, shown to anybody (Liang et al., Chainpoint). */
export type AnchorsApi = {
  state(): Enough<AnchorState>;
  /** The job's result: `count` of new leaves, `batches`. */
  anchor(input: AnchorIn): Enough<Started>;
  /** Everything of the profile that was never anchored or changed since, and what waits: one transaction. */
  anchorAll(): Enough<Started>;
  /** Of one batch, whatever is in it. */
  cost(): Promise<GasCost>;
  batches(page: { limit: number; offset: number }): Enough<Page<AnchorBatchView>>;
  batch(id: number): Enough<AnchorBatchDetail>;
  leaves(page: LeavesIn): Enough<Page<AnchorLeafView>>;
  receipt(of: { kind: AnchorKind; ref: string }): Promise<ReceiptView>;
  /** How far something is; null where it was never asked for. */
  find(of: { kind: AnchorKind; ref: string }): AnchorProgress | null;
  /** @param input a null `blockHash`: this profile's endpoint says which block is the chain's */
  verify(input: VerifyReceiptIn): Promise<ReceiptVerdict>;
  /** Digests of files that lie elsewhere, for the next batch; `soonMs`: when that is made at the latest. */
  post(subjects: AnchorSubject[], soonMs: number): number;
};

/** Once a day, or when so many wait. */
const DAY_MS = 86_400_000;
const MANY = 1000;
const LOOK_MS = 10 * 60_000;

export function createAnchorsApi(b: Backstage, { lookMs = LOOK_MS, now = Date.now }: { lookMs?: number; now?: () => number } = {}): AnchorsApi & { look(): Promise<void>; close(): Promise<void> } {
  const service = openAnchors(b.parts);
  const stopping = new AbortController();
  let soon: NodeJS.Timeout | undefined;
  let soonAt = Infinity;
  let working: Promise<unknown> = Promise.resolve();

  /** What fails is told to nobody: it waits in the database, and the next look sends it. */
  function flush(): Promise<unknown> {
    clearTimeout(soon);
    soon = undefined;
    soonAt = Infinity;
    const run = working.catch(() => undefined).then(() => service.batches.flush(stopping.signal)).then((batches) => { if (batches.length > 0) b.changed('history'); });
    working = run.catch(() => undefined);
    return run;
  }

  /** Anchors by itself where the person asked for that: what is new, once a day or when much of it waits. */
  async function look(): Promise<void> {
    if (!b.settings().autoAnchor || stopping.signal.aborted) return;
    service.addTrace();
    const fresh = service.unanchored();
    const count = fresh.recordings.length + fresh.entries.length + service.waiting().count;
    if (count === 0 || (count < MANY && now() - service.newest() < DAY_MS)) return;
    await service.addOwn(fresh, { signal: stopping.signal });
    await flush();
  }
  /** A job for what `chosen` names, read when it runs. */
  function start(chosen: () => AnchorIn, recordingId?: string): Started {
    return b.jobs.start({
      kind: 'anchor', title: '', cancellable: true, ...(recordingId === undefined ? {} : { subject: { recordingId } }),
      async run({ signal, progress }) {
        try {
          const count = await service.addOwn(chosen(), { signal, onProgress: (done, total) => progress('hash', done, total) });
          progress('send', 0, null);
          return { count, batches: (await service.batches.flush(signal)).length };
        } finally { b.changed('history'); }
      },
    });
  }
  const looking = setInterval(() => { void look().catch(() => undefined); }, lookMs);
  looking.unref();
  const first = setTimeout(() => {
    // What an earlier run had made and not sent, whatever the setting.
    void flush().catch(() => undefined).then(look).catch(() => undefined);
  }, Math.min(lookMs, 15_000));
  first.unref();

  return {
    look,
    state: () => { const { count, since } = service.waiting(); const fresh = service.unanchored(); return { waiting: count, since, fresh: { recordings: fresh.recordings.length, entries: fresh.entries.length }, automatic: b.settings().autoAnchor, batches: service.list(1, 0).total }; },
    anchor: (input) => start(() => input, input.recordings.length === 1 && input.entries.length === 0 ? input.recordings[0] : undefined),
    anchorAll: () => start(() => { service.addTrace(); return service.unanchored(); }),
    cost: () => gasCost(b.chain, { act: 'anchor' }),
    batches: ({ limit, offset }) => service.list(limit, offset),
    batch: (id) => service.detail(id),
    leaves: ({ batch, limit, offset }) => service.leaves(batch, limit, offset),
    receipt: ({ kind, ref }) => service.receipt(kind, ref, stopping.signal),
    find: ({ kind, ref }) => service.find(kind, ref),
    verify: (input) => service.verify(input, stopping.signal),
    post(subjects, soonMs) {
      const added = service.batches.add(subjects);
      const at = now() + soonMs;
      if (service.waiting().count > 0 && (at < soonAt || service.waiting().count >= MANY)) {
        clearTimeout(soon);
        soonAt = at;
        soon = setTimeout(() => { void flush().catch(() => undefined); }, service.waiting().count >= MANY ? 0 : soonMs);
      }
      return added;
    },
    async close() {
      clearInterval(looking);
      clearTimeout(first);
      clearTimeout(soon);
      stopping.abort();
      await working;
      service.close();
    },
  };
}
