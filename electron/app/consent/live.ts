import { hkdfSync, randomBytes } from 'node:crypto';
import type { RecordingDraft, SampleBatch } from '../../../shared/domain/recording.ts';
import { toAppError, type AppError } from '../../../shared/errors.ts';
import { sealPacket, type Packet } from '../../consent/packet.ts';
import { coversChannel, DAY_US, liveName, midnight } from '../../consent/scope.ts';
import { keptChannels, selectRows } from '../../datasets/select-rows.ts';
import { segmentRecording } from '../../datasets/segment.ts';
import type { ConsentBase } from './base.ts';
import type { Given, GivenStore } from './given.ts';
import type { Sealing } from './owner-seal.ts';
import { isRightOf } from './right-ids.ts';
import type { Sending } from './owner-send.ts';

export type LiveOptions = { /** Between two deliveries of a capture that runs; asked before each. */ cutMs?: () => number };
const CUT_MS = 60_000;
const LOOK_MS = 2000;
/** Before this an absolute time is no wall clock but a count from the start. */
const FIRST_CLOCK = 1e14;

type Source = { id: string; draft: Pick<RecordingDraft, 'title' | 'source' | 'channels'>; running: boolean; startTime: number | null };

/**
 * Continuous shares: what was measured since a right was given goes out as it is made, while a capture runs and when a
 * recording is finished. Each delivery is sealed under the key of the epoch that is on, which never leaves this
 * profile; whenever some right ends, another epoch begins and the key of the old one is gone.
 */
export function createLive(base: ConsentBase, store: GivenStore, { sealing, sending }: { sealing: Sealing; sending: Sending }, options: LiveOptions = {}) {
  const { b, vault } = base;
  const { recordings } = b.parts;
  const { rows } = store;
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let problem: AppError | null = null;

  function newEpoch(): number {
    const epoch = (rows.epoch()?.epoch ?? 0) + 1;
    const key = randomBytes(32);
    rows.setEpoch(epoch, vault.sealBytes(`epoch/${epoch}`, key));
    key.fill(0);
    return epoch;
  }

  /** Key of one right's deliveries in the epoch that is on. Lent and wiped. */
  async function withKey<T>(given: Given, use: (epoch: number, key: Uint8Array) => Promise<T>): Promise<T> {
    if (!rows.epoch()) newEpoch();
    const { epoch, sealed } = rows.epoch()!;
    const epochKey = vault.openBytes(`epoch/${epoch}`, sealed);
    const key = new Uint8Array(hkdfSync('sha256', epochKey, Buffer.from(given.scopeRoot.slice(2), 'hex'), 'phdex/v1/epoch', 32));
    epochKey.fill(0);
    try { return await use(epoch, key); } finally { key.fill(0); }
  }

  /** What was made since the right was given: finished first, then what runs. */
  function sourcesOf(given: Given): Source[] {
    const finished = recordings.list().filter((info) => !given.facts.before.includes(info.id) && info.source.appendedBy === undefined).map((info): Source => ({ id: info.id, draft: info, running: false, startTime: info.startTime }));
    const under = recordings.running().map(({ id, draft }): Source => ({ id, draft, running: true, startTime: null }));
    return [...finished, ...under].filter(({ draft }) => draft.channels.some((c) => wants(given, c.name)));
  }
  const wants = (given: Given, channel: string) => coversChannel(given.facts.scope, channel) && given.facts.names.includes(liveName(channel));

  /** Seals and sends the rows of a source that this right did not have yet. `skip`: notes them as had. */
  async function cut(given: Given, source: Source, skip: boolean): Promise<void> {
    const before = rows.cursor(given.key, source.id);
    if (before?.done) return;
    const { days } = given.facts.scope;
    const clock = source.draft.source.times === 'source' && (source.startTime ?? FIRST_CLOCK) >= FIRST_CLOCK;
    const since = clock ? given.createdAt * 1000 : -Infinity;
    const from = Math.max(since, days && clock ? Date.parse(`${days.from}T00:00:00Z`) * 1000 : -Infinity);
    const to = days && clock ? Date.parse(`${days.to}T00:00:00Z`) * 1000 + DAY_US : Infinity;
    let batch = before?.batch ?? 0;
    async function* counted(): AsyncGenerator<SampleBatch> {
      for await (const b of recordings.read(source.id, { fromBatch: batch })) { batch += 1; yield b; }
    }
    const selection = { channels: source.draft.channels, keep: source.draft.channels.filter((c) => wants(given, c.name)).map((c) => c.name), from, to, origin: 0 };
    const selected = selectRows(counted(), selection)[Symbol.asyncIterator]();
    const first = skip ? { done: true as const, value: undefined } : await selected.next();
    const at = () => ({ recordingId: source.id, batch, done: !source.running });
    if (first.done) {
      for await (const _ of counted()) void _;
      if (batch !== (before?.batch ?? 0) || !source.running) rows.addLive(given.key, null, at());
      return;
    }
    const origin = clock ? midnight(first.value.t[0]!) : first.value.t[0]!;
    async function* all(): AsyncGenerator<SampleBatch> {
      const moved = ({ t, columns }: SampleBatch) => ({ t: t.map((time) => time - origin), columns });
      yield moved(first.value as SampleBatch);
      for (let next = await selected.next(); !next.done; next = await selected.next()) yield moved(next.value);
    }
    const channels = keptChannels(selection);
    await withKey(given, async (epoch, key) => {
      const part = await sealing.deliver({ segments: segmentRecording({ channels }, all(), { signal: abort.signal }), channels, simulated: source.draft.source.simulated, key, origin: clock ? origin : null, title: source.draft.title }, abort.signal);
      // A selection that ends before the recording does: what follows is of no day that is shared.
      for await (const _ of counted()) void _;
      const seq = (rows.counts(given.key).last ?? -1) + 1;
      const packet: Packet = { v: 1, seq, epoch, directory: part.directory, segments: part.segments, given: null, addresses: base.addresses() };
      const sealed = await sealPacket(packet, Buffer.from(given.facts.granteeKey.slice(2), 'hex'), base.context({ owner: b.parts.wallet.account(given.account).address, grantee: given.grantee }), given.scopeRoot);
      // Taken back while it was sealed: nothing of it stays.
      if (rows.byKey(given.key)?.state === 'given') rows.addLive(given.key, { seq, epoch, packet: sealed, cid: part.ownCid, segments: part.segments.length, at: Date.now() }, at());
      await part.settle();
      if (rows.byKey(given.key)?.state !== 'given' && part.ownCid) await sealing.unpin([part.ownCid]);
    });
  }

  async function round(): Promise<void> {
    const brought: Promise<unknown>[] = [];
    for (const { key } of rows.list().filter((r) => r.state === 'given')) {
      if (abort.signal.aborted) return;
      const given = store.byKey(key);
      const right = given?.rightId == null ? undefined : base.reads.right(given.rightId);
      if (!given?.facts.scope.live || !right || !isRightOf(given, right)) continue;
      const status = base.reads.statusOf(right, base.now());
      // What is made while its grantee is suspended is not for it, also when it may read again.
      if (status !== 'approved' && status !== 'suspended') continue;
      const live = status === 'approved' && (await sending.live(given));
      if (status === 'approved' && !live) continue;
      const had = rows.counts(key).last;
      for (const source of sourcesOf(given)) await cut(given, source, !live);
      // One who is away holds up nobody's next delivery.
      if (rows.counts(key).last !== had) { b.changed('consent'); brought.push(sending.push(key, abort.signal).catch(() => false)); }
    }
    await Promise.all(brought);
  }

  /** Delivers what there is now. One round at a time. */
  function deliver(): Promise<void> {
    return (running ??= round().then(() => { problem = null; }, (error: unknown) => { if (!abort.signal.aborted) problem = toAppError(error); }).finally(() => { running = undefined; }));
  }

  const cutMs = options.cutMs ?? (() => CUT_MS);
  let lastAt = 0;
  /** Looks often, so that another setting counts at once. */
  function later(): void {
    if (abort.signal.aborted) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (Date.now() - lastAt < cutMs()) { later(); return; }
      lastAt = Date.now();
      void deliver().finally(later);
    }, Math.min(cutMs(), LOOK_MS));
    timer.unref();
  }

  return {
    newEpoch, deliver,
    /** What kept the last round from ending well. */
    problem: () => problem,
    async start(): Promise<void> {
      lastAt = Date.now();
      await deliver();
      later();
    },
    async stop(): Promise<void> {
      clearTimeout(timer);
      abort.abort();
      await running;
    },
  };
}
export type Live = ReturnType<typeof createLive>;
