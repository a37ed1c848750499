import type { HeldRightView } from '../../../shared/api/consent.ts';
import type { RightRow } from '../../../shared/domain/consent.ts';
import type { Channel } from '../../../shared/domain/recording.ts';
import { AppError, isAppError, toAppError } from '../../../shared/errors.ts';
import { leafName } from '../../consent/scope.ts';
import type { Packet } from '../../consent/packet.ts';
import type { Answer, Heard } from '../../consent/talk.ts';
import type { Backstage } from '../backstage.ts';
import type { Started } from '../api-types.ts';
import { inTurn } from '../market/in-turn.ts';
import type { GranteeApi } from './api-types.ts';
import { categoryOf, createConsentBase, operationsOf } from './base.ts';
import { createAppending } from './grantee-append.ts';
import { openedSegment } from './grantee-segment.ts';
import { exportHeld } from './grantee-export.ts';
import { createFetching } from './grantee-fetch.ts';
import { createOpening } from './grantee-open.ts';
import { createRequesting } from './grantee-request.ts';
import { heldStore } from './held.ts';
import { createRightIds } from './right-ids.ts';

export type GranteeConsent = ReturnType<typeof createGrantee>;

const EVERY_MS = 60_000;
/** Owners that are asked at a time. */
const AT_ONCE = 8;
const PROBLEMS: Record<string, string> = {
  pending: 'Its owner has not answered yet.', rejected: 'Its owner refused.', withdrawn: 'You withdrew the request.', revoked: 'Its owner took it back.', 'handed-back': 'You handed it back.', expired: 'Its time is over.',
  ended: 'Its owner took everything back.', suspended: 'Your accreditation was suspended.',
};

/** The grantee's side: ask, fetch, open, export, add, hand back. */
export function createGrantee(b: Backstage, { everyMs = EVERY_MS }: { everyMs?: number } = {}) {
  const base = createConsentBase(b);
  const me = b.parts.address;
  const store = heldStore(base);
  const fetching = createFetching(base, store);
  const opening = createOpening(base, store, fetching);
  const requesting = createRequesting(base, store);
  const appending = createAppending(base, store, { fetching, opening });
  const stopping = new AbortController();
  const ids = createRightIds(base);
  /** Packets that were opened to be shown, by scope and number: what they say does not change. */
  const shown = new Map<string, Packet>();

  function own(rightId: number): RightRow {
    const right = base.right(rightId);
    if (right.grantee !== me) throw new AppError('not-yours', `Right ${rightId} was given to somebody else.`, { hint: 'Look at the list of what you may read.' });
    return right;
  }
  const alone = (kind: 'open' | 'export' | 'append', rightId: number): Started | undefined => { const job = b.jobs.list().find((j) => j.state === 'running' && j.kind === kind && j.subject.rightId === rightId); return job && { jobId: job.id }; };
  const titleOf = (right: RightRow) => store.asked(right.id)?.label || `#${right.id}`;

  async function packet(right: RightRow, seq: number): Promise<Packet> {
    const key = `${right.scopeRoot}/${seq}`;
    let known = shown.get(key);
    if (!known) {
      const read = await store.packet(right, seq);
      // Without the keys, which nobody needs to see a list.
      shown.set(key, known = { ...read, segments: read.segments.map((s) => ({ ...s, key: `0x${'0'.repeat(64)}` as const })) });
    }
    return known;
  }

  const hide = (right: RightRow): void => { for (const key of shown.keys()) if (key.startsWith(`${right.scopeRoot}/`)) shown.delete(key); };
  /** After a reorganisation: what is kept goes with its rights. What is being opened by a number begins anew. */
  function mend(): void {
    if (!ids.heal()) return;
    for (const right of base.reads.rightsHeldBy(me)) void opening.stop(right.id, new AppError('access-not-ready', 'The chain has taken a block back, and numbered its rights anew.', { hint: 'Open it again.', retryable: true }));
    b.changed('held');
  }

  const plotOf = ({ kind, unit, components }: Channel, { from = 0, to = 0 }: { from?: number; to?: number }) => ({ kind, unit, components, seconds: (to - from) / 1e6 });

  async function view(right: RightRow): Promise<HeldRightView> {
    const asked = store.asked(right.id);
    const status = base.reads.statusOf(right, base.now());
    const opened = store.opened(right.id);
    let problem: string | null = PROBLEMS[status] ?? null;
    let first: Packet | null = null;
    const segments: HeldRightView['segments'] = [];
    try {
      for (const { seq, at } of store.rows.packets(right.id)) {
        const it = await packet(right, seq);
        first ??= it;
        const done = opened.find((o) => o.seq === seq);
        for (const s of it.segments) {
          const kept = done?.facts.segments.find((k) => k.name === s.name);
          const channel = done?.facts.channels.find((c) => s.name.startsWith(`${c.name}/`));
          segments.push({ name: leafName(seq, s.name), rows: kept?.rows ?? null, bytes: kept?.bytes ?? null, deliveredAt: at, opened: kept !== undefined, ...(kept && channel ? { plot: plotOf(channel, kept) } : {}) });
        }
      }
      // What was opened stays to be read, also when its keys are gone.
      if (!first) for (const o of opened) for (const s of o.facts.segments) {
        const channel = o.facts.channels.find((c) => s.name.startsWith(`${c.name}/`));
        segments.push({ name: leafName(o.seq, s.name), rows: s.rows, bytes: s.bytes, deliveredAt: o.at, opened: true, ...(channel ? { plot: plotOf(channel, s) } : {}) });
      }
    } catch (error) {
      problem ??= toAppError(error).message;
    }
    const nothing = right.status === 'approved' && !first;
    // What was given went with the packet: of a right that has ended, what was opened says more than what was asked for.
    const read = first || status === 'pending' ? [] : [...new Set(opened.flatMap((o) => o.facts.channels.map((c) => c.name)))];
    const askedScope = asked && (read.length > 0 ? { ...asked.scope, channels: read } : asked.scope);
    return {
      rightId: right.id, owner: right.owner, status, category: categoryOf(right.category), operations: operationsOf(right.operations), scope: first?.given?.scope ?? askedScope ?? null, purpose: first?.given?.purpose ?? asked?.purpose ?? null,
      label: asked?.label ?? null, requestedAt: right.requestedAt === null ? null : right.requestedAt * 1000, expiresAt: right.status === 'pending' ? 0 : right.expiry * 1000,
      endedAt: right.endedAt !== null ? right.endedAt * 1000 : status === 'expired' ? right.expiry * 1000 : null,
      segments, problem: problem ?? (nothing ? 'Its owner has not sent what it opens; it comes when they are online.' : null),
    };
  }

  /** The recording that keeps a segment by its name in the view, and where it begins and ends in it. */
  function partOf(rightId: number, name: string): { recordingId: string; channel: string; from: number; to: number } {
    for (const o of store.opened(rightId)) for (const s of o.facts.segments) {
      if (leafName(o.seq, s.name) === name && o.recordingId && s.from !== undefined && s.to !== undefined) return { recordingId: o.recordingId, channel: s.name.slice(0, s.name.indexOf('/')), from: s.from, to: s.to };
    }
    throw new AppError('access-not-ready', 'That was not opened yet.', { hint: 'Open it first.' });
  }

  /** Keys of a right that has ended are of no use; they go. */
  async function sweep(): Promise<void> {
    mend();
    const now = base.now();
    for (const right of base.reads.rightsHeldBy(me)) {
      const status = base.reads.statusOf(right, now);
      if (status === 'approved' || status === 'pending' || status === 'suspended' || store.rows.nextSeq(right.id) === 0) continue;
      store.rows.forgetPackets(right.id);
      hide(right);
      b.changed('held');
    }
  }

  /** Everything that was opened by a right that has ended, and what is being opened by it now. */
  async function forgetAll(rightId: number): Promise<void> {
    await opening.stop(rightId);
    await store.forget(rightId);
    const right = base.reads.right(rightId);
    if (right) hide(right);
  }

  const api: GranteeApi = {
    held: () => Promise.all(base.reads.rightsHeldBy(me).map(view)),
    request: (input) => requesting.request(input),
    withdrawRequest: (rightId) => requesting.withdraw(rightId),
    async handBack(rightId) {
      const right = own(rightId);
      if (right.status !== 'approved') throw new AppError('access-expired', 'That right has ended, or was not given yet.', { hint: 'There is nothing to hand back.' });
      await b.chain.as(null).send({ key: `hand-back:${rightId}`, contract: 'consent', method: 'handBack', args: [rightId, right.owner, right.scopeRoot] });
      await forgetAll(rightId);
      b.changed('held', 'history');
    },
    open(rightId) {
      const right = own(rightId);
      return alone('open', rightId) ?? b.jobs.start({ kind: 'open', title: titleOf(right), subject: { rightId }, run: (control) => opening.open(right, control) });
    },
    exportAs(input) {
      const right = own(input.rightId);
      return alone('export', input.rightId) ?? b.jobs.start({ kind: 'export', title: `${titleOf(right)} · ${input.format}`, subject: { rightId: input.rightId }, run: (control) => exportHeld(store, right, input, control) });
    },
    async plot(rightId, segment, range) {
      own(rightId);
      const part = partOf(rightId, segment);
      // Times of a plot count from the first row of what is drawn.
      const offset = part.from - store.recordings.get(part.recordingId)!.startTime;
      const end = Math.min(range.to, part.to - part.from + 1);
      if (range.from >= end) throw new AppError('invalid-argument', 'The range to draw is empty.', { hint: 'Choose an end after the start, within what was opened.' });
      const drawn = await store.plots.levels(part.recordingId, { channel: part.channel, from: offset + range.from, to: offset + end, pixels: range.pixels });
      return { ...drawn, t: drawn.t.map((ms) => ms - offset / 1000) };
    },
    async segment(rightId, name) {
      const right = own(rightId);
      if (base.reads.statusOf(right, base.now()) !== 'approved') throw new AppError('access-expired', 'That right has ended.', { hint: 'Ask again if you still need it.' });
      return openedSegment(store, rightId, name);
    },
    append(input) {
      const right = own(input.rightId);
      return alone('append', input.rightId) ?? b.jobs.start({ kind: 'append', title: input.title, subject: { rightId: input.rightId }, run: (control) => appending.append(right, input, control) });
    },
  };

  /** The owner erased what a right opened: what was opened of it here goes as well. */
  async function takeErased({ rightId, from, once }: Heard<'erased'>): Promise<Answer> {
    const right = await fetching.current(rightId);
    if (!right || right.grantee !== me || right.owner !== from) return { v: 1, ok: false, code: 'unknown' };
    once();
    // Only of a right that has ended: a live one is not taken away by a word. The chain is asked, as its end may be on its way to this cache.
    if (base.reads.statusOf(right, base.now()) === 'approved' && await base.isLive(right)) return { v: 1, ok: false, code: 'not-yet' };
    await forgetAll(rightId);
    b.changed('held');
    return { v: 1, ok: true, packets: [], more: false };
  }

  let round: Promise<void> | undefined;
  /** Asks for what came while this app or the owner's was away. */
  function tick(): Promise<void> {
    return (round ??= (async () => {
      await sweep();
      const live = base.reads.rightsHeldBy(me).filter((right) => base.reads.statusOf(right, base.now()) === 'approved');
      await inTurn(live, AT_ONCE, async (right) => { if (!stopping.signal.aborted) await fetching.pull(right, { signal: stopping.signal }).catch((error: unknown) => { if (!isAppError(error)) throw error; }); });
    })().catch(() => undefined).finally(() => { round = undefined; }));
  }
  const timer = setInterval(() => { void tick(); }, everyMs);
  timer.unref();
  const forget = b.chain.indexer.onChange(() => { void sweep().catch(() => undefined); });

  return {
    api, base, store, fetching, opening, tick, takeErased,
    /** Goes on with what a kill interrupted. */
    async resume(): Promise<void> {
      mend();
      await store.sweep();
      await requesting.resume();
      await tick();
      await appending.resume(stopping.signal);
    },
    async close(): Promise<void> {
      stopping.abort();
      clearInterval(timer);
      forget();
      await round;
    },
  };
}
