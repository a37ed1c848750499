import type { Job } from '../../../shared/api/app.ts';
import { Operation, type RightRow } from '../../../shared/domain/consent.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import type { RecordingInfo, RecordingSource, SampleBatch } from '../../../shared/domain/recording.ts';
import { AppError, isAppError } from '../../../shared/errors.ts';
import { appendName, DAY_US, leafName, liveName, outOfScope, scopeTree } from '../../consent/scope.ts';
import { readBatches } from '../../datasets/read-segment.ts';
import { canonicalBytes, manifestHash } from '../../vault/manifest.ts';
import type { JobControl } from '../jobs.ts';
import { ZERO, type ConsentBase } from './base.ts';
import type { Fetching } from './grantee-fetch.ts';
import type { HeldStore, OpenedFacts } from './held.ts';
import { describeDirectory, openDirectory, type Described, type Directory } from './read-directory.ts';

/** Leaf of a segment in the scope: its own, or that of what is yet to be made of its channel. @throws AppError `access-unknown` */
export function leafOf(names: readonly string[], seq: number, segment: string): string {
  const own = leafName(seq, segment);
  if (names.includes(own)) return own;
  const live = liveName(segment.slice(0, segment.indexOf('/')));
  if (names.includes(live)) return live;
  throw outOfScope(own);
}

/**
 * What is said on chain of an opening: the leaves and the hashes of the sealed blobs that were opened in it, as one hash.
 * One `use` for an opening, however many segments it has: the owner knows the same list from its packets.
 */
export const openingHash = (segments: readonly { leaf: string; sha256: string }[]): Hex => manifestHash(canonicalBytes([...segments].sort((a, z) => (a.leaf < z.leaf ? -1 : a.leaf > z.leaf ? 1 : a.sha256 < z.sha256 ? -1 : 1))));

/** Says so on chain, and only then opens. */
export function createOpening(base: ConsentBase, store: HeldStore, fetching: Fetching) {
  const { b } = base;
  const { rows } = store;

  async function say(right: RightRow, operation: number, leaf: string, recordHash: Hex, key: string, signal?: AbortSignal): Promise<void> {
    const { given } = await store.packet(right, 0);
    const { leaf: hash, proof } = scopeTree(given!.salt, given!.names).prove(leaf);
    await b.chain.as(null).send({ key, contract: 'consent', method: 'use', args: [right.id, right.owner, right.scopeRoot, operation, hash, proof, recordHash, ZERO] }, { signal });
    b.changed('history');
  }

  type Item = { seq: number; live: boolean; directory: Directory; described: Described };
  /** Deliveries of one series, one after the other: kept as one recording, or a day of them would be a thousand. */
  const goesWith = (a: Item, z: Item): boolean => a.live && z.live && (a.directory.origin === null) === (z.directory.origin === null) && a.directory.title === z.directory.title && JSON.stringify(a.described.channels) === JSON.stringify(z.described.channels);
  function grouped(items: readonly Item[]): Item[][] {
    const groups: Item[][] = [];
    for (const item of items) {
      const group = groups.find((g) => goesWith(g[0]!, item));
      if (group) group.push(item); else groups.push([item]);
    }
    return groups;
  }

  /** Decrypts, verifies and keeps packets as one recording. @throws also where their times do not follow each other */
  async function keep(right: RightRow, items: readonly Item[], { signal, progress }: Pick<JobControl, 'signal' | 'progress'>): Promise<{ segments: number; rows: number }> {
    const first = items[0]!;
    const origin = first.directory.origin;
    const facts = new Map<number, OpenedFacts>();
    async function* series({ seq, directory, described }: Item) {
      const of: OpenedFacts = { segments: [], channels: described.channels, origin, title: directory.title, simulated: described.simulated, documents: [], manifestSha256: directory.manifestSha256 as Hex, cid: directory.cid };
      facts.set(seq, of);
      for await (const { segment, plain, rows: count } of openDirectory(b.blobs.store, directory, described, { signal, onProgress: (done, total) => progress('verifying', done, total) })) {
        of.segments.push({ name: segment.name, rows: count, bytes: plain.length, sha256: segment.sha256 as Hex });
        if (segment.mediaType) of.documents.push({ name: segment.name, mediaType: segment.mediaType, base64: Buffer.from(plain).toString('base64') });
        else yield { channel: segment.channel, day: segment.day, parquet: plain };
      }
    }
    let last = -Infinity;
    async function* batches(): AsyncGenerator<SampleBatch> {
      for (const item of items) {
        const shift = (item.directory.origin ?? 0) - (origin ?? 0);
        const days = new Map<number, { from: number; to: number }>();
        for await (const { t, columns } of readBatches(series(item), item.described.channels)) {
          const moved = shift === 0 ? t : t.map((time) => time + shift);
          if (moved[0]! < last) throw new AppError('clock-backwards', 'What was delivered later is of an earlier time.', { hint: 'It is kept by itself.' });
          last = moved.at(-1)!;
          const day = Math.floor(t[0]! / DAY_US);
          days.set(day, { from: days.get(day)?.from ?? moved[0]!, to: last });
          yield { t: moved, columns };
        }
        const of = facts.get(item.seq)!;
        of.segments = of.segments.map((s) => ({ ...s, ...days.get(Number(s.name.split('/day-')[1])) }));
      }
    }
    let info: RecordingInfo | null = null;
    if (first.described.segments.every((s) => s.mediaType)) for await (const _ of series(first)) void _;
    else {
      const source: RecordingSource = {
        draft: { title: first.directory.title, source: { kind: 'csv', device: null, simulated: first.described.simulated, times: 'source' }, channels: first.described.channels, nominalRateHz: null },
        batches: batches(), finish: () => ({ report: { rowsRead: 0, rowsSkipped: 0, skipped: [], notes: [], sourceBytes: 0 }, annotations: [] }),
      };
      info = await store.recordings.add(source, { signal });
    }
    try {
      signal.throwIfAborted();
      store.keepOpened(right.id, info?.id ?? null, facts);
    } catch (error) {
      // Rows that stand under no right would be forgotten by none.
      if (info) await store.drop(info.id);
      throw error;
    }
    // The plot can be made later as well.
    if (info) await store.plots.build(info.id, { signal }).catch(() => undefined);
    b.changed('held');
    return { segments: [...facts.values()].reduce((n, of) => n + of.segments.length, 0), rows: info?.rows ?? 0 };
  }

  /** What cannot be kept together is kept one by one: what is sound stays, whatever comes after it. */
  async function keepAll(right: RightRow, items: readonly Item[], control: Pick<JobControl, 'signal' | 'progress'>): Promise<{ segments: number; rows: number }> {
    let [segments, rows] = [0, 0];
    const add = (kept: { segments: number; rows: number }) => { segments += kept.segments; rows += kept.rows; };
    for (const group of grouped(items)) {
      if (group.length > 1) {
        const together = await keep(right, group, control).catch((error: unknown) => { control.signal.throwIfAborted(); if (!isAppError(error)) throw error; return null; });
        if (together) { add(together); continue; }
      }
      for (const item of group) add(await keep(right, [item], control));
    }
    return { segments, rows };
  }

  async function openNow(asked: RightRow, control: Pick<JobControl, 'signal' | 'progress'>): Promise<Job['result']> {
    const { signal, progress } = control;
    progress('fetching', 0, null);
    const right = (await fetching.current(asked.id))!;
    // What came before can be opened while its owner is away; a refusal is final.
    const away = await fetching.pull(right, { signal }).then(() => null, (error: unknown) => { if (isAppError(error, 'storage-unreachable') && rows.nextSeq(right.id) > 0) return error; throw error; });
    if (!(await base.isLive(right))) throw new AppError('access-expired', 'That right has ended.', { hint: 'Ask again if you still need it.' });
    const { given } = await store.packet(right, 0);
    await b.blobs.store.connect(await fetching.addressesOf(right), { signal }).catch(() => undefined);
    const done = new Set(rows.opened(right.id).map((o) => o.seq));
    const todo: (Item & { leaves: { leaf: string; sha256: string }[] })[] = [];
    try {
      for (const { seq } of rows.packets(right.id)) {
        if (done.has(seq)) continue;
        const packet = await store.packet(right, seq);
        if (!packet.directory) continue;
        const leaves = packet.segments.map((s) => ({ leaf: leafOf(given!.names, seq, s.name), sha256: s.sha256 }));
        todo.push({ seq, live: packet.epoch > 0, directory: packet.directory, described: await describeDirectory(b.blobs.store, packet.directory, packet.segments, { signal }), leaves });
      }
      if (todo.length === 0) {
        if (done.size === 0 && given!.names.some((n) => n !== appendName(given!.category))) throw new AppError('access-not-ready', 'There is nothing to open yet.', { hint: away ? away.hint! : 'What is yet to be made comes by itself.', retryable: true });
        return { rightId: right.id, segments: 0, rows: 0 };
      }
      const all = todo.flatMap((t) => t.leaves);
      const hash = openingHash(all);
      progress('telling', 0, null);
      await say(right, Operation.read, all[0]!.leaf, hash, `use:${right.id}:${hash}`, signal);
      return { rightId: right.id, ...(await keepAll(right, todo, control)) };
    } finally {
      for (const { described } of todo) for (const s of described.segments) s.key.fill(0);
    }
  }

  type Running = { rightId: number; stop: AbortController; done: Promise<unknown> };
  const running = new Set<Running>();

  return {
    say,
    /** Fetches what is new, says so on chain, decrypts, verifies and keeps it. */
    async open(right: RightRow, control: Pick<JobControl, 'signal' | 'progress'>): Promise<Job['result']> {
      const stop = new AbortController();
      const done = openNow(right, { ...control, signal: AbortSignal.any([control.signal, stop.signal]) });
      const it: Running = { rightId: right.id, stop, done };
      running.add(it);
      try { return await done; } catch (error) { throw stop.signal.aborted ? stop.signal.reason : error; } finally { running.delete(it); }
    },
    /** Ends what is being opened by a right. When it resolves, nothing of it is written any more. */
    async stop(rightId: number, why = new AppError('access-expired', 'That right has ended.', { hint: 'Ask again if you still need it.' })): Promise<void> {
      const these = [...running].filter((r) => r.rightId === rightId);
      for (const { stop } of these) stop.abort(why);
      await Promise.allSettled(these.map((r) => r.done));
    },
  };
}
export type Opening = ReturnType<typeof createOpening>;
