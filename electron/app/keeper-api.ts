import { randomUUID } from 'node:crypto';
import type { ErrorView } from '../../shared/api/common.ts';
import type { KeptShare, PendingRelease, ReleaseView } from '../../shared/api/keeper.ts';
import { Role, type Hex, type SeatRow } from '../../shared/domain/chain.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import { keeperRows } from '../db/queries/keeper-rows.ts';
import { labelQueries } from '../db/queries/labels.ts';
import { keyValues } from '../db/queries/profile-stores.ts';
import { reputationQueries } from '../db/queries/reputation.ts';
import { releaseOrder, type Keeping, type KeepingEvent } from '../market/keep.ts';
import { openEnvelope, type Envelope } from '../vault/envelope.ts';
import { commitmentOf } from '../vault/release.ts';
import { errorView } from './error-view.ts';
import type { Backstage } from './backstage.ts';
import type { KeeperApi } from './api-types.ts';
import { runKeeper } from './keeper-service.ts';
import { inTurn } from './market/in-turn.ts';
import { createManifests } from './market/manifests.ts';
import { createShareStore } from './secret-stores.ts';

const PAUSED = 'keeper.paused';
const HEALTH_AT_ONCE = 4;
const REACH_MS = 8000;
const MB = 1_000_000;

type Health = Pick<KeptShare, 'envelope' | 'blob' | 'checkedAt' | 'bytes'>;

export type KeeperSide = KeeperApi & {
  /** For the app's state: shares held, and releases that are due. */
  state(): { running: boolean; paused: boolean; shares: number; pending: number };
  /** The app closes; that the person wants to keep stays as it is. */
  close(): Promise<void>;
};

/**
 * The keeper's side. Paused: no new seat is taken, what is owed still goes out. Stopped: nothing is done, and what falls
 * due meanwhile costs stake.
 */
export function createKeeperApi(b: Backstage): KeeperSide {
  const { db, wallet } = b.parts;
  const { chain } = b;
  const { reads } = chain;
  const me = b.parts.address;
  const rows = keeperRows(db);
  const reputation = reputationQueries(db);
  const labels = labelQueries(db);
  const kv = keyValues(db);
  const shareStore = createShareStore(db, wallet);
  const manifests = createManifests({ db, reads, blobs: b.blobs.store });
  const health = new Map<string, Health>();
  const refusals = new Map<string, ErrorView>();
  const failures = new Map<string, ErrorView>();
  const told = new Set<string>();
  let keeping: Keeping | undefined;
  let starting: Promise<void> | undefined;
  let paused = kv.get(PAUSED) === '1';
  let deeds = 0;
  let counted: { at: string; shares: number; pending: number } | undefined;

  const titleOf = (id: number) => labels.labelOf(id)?.title ?? null;
  const place = (datasetId: number, index: number) => `${datasetId}:${index}`;
  const quotaBytes = () => b.settings().quotaMb * MB;

  function onEvent(event: KeepingEvent): void {
    deeds += 1;
    if (event.type === 'refused') refusals.set(place(event.datasetId, event.index), errorView(event.error));
    if (event.type === 'accepted') refusals.delete(place(event.datasetId, event.index));
    if (event.type === 'released') failures.delete(`${event.accessId}:${event.index}`);
    const failed = event.type === 'failed' ? /^release:(\d+):(\d+)$/.exec(event.what) : null;
    if (event.type === 'failed' && failed) {
      const name = `${failed[1]}:${failed[2]}`;
      failures.set(name, errorView(event.error));
      // Once for a release: it is tried again behind it.
      if (!told.has(name)) {
        told.add(name);
        const datasetId = reads.access(Number(failed[1]))?.datasetId ?? 0;
        b.notify('release-failed', { accessId: Number(failed[1]), title: titleOf(datasetId) ?? `#${datasetId}`, reason: errorView(event.error).message }, '/keeper/releases');
      }
    }
    b.changed('keeper');
  }

  function pending(): PendingRelease[] {
    const mine = new Map<number, SeatRow[]>();
    for (const seat of reads.seatsOf(me)) mine.set(seat.datasetId, [...(mine.get(seat.datasetId) ?? []), seat]);
    const now = Date.now();
    return reads.openAccesses().flatMap((access): PendingRelease[] => {
      if (access.challengeEnd !== null || access.deadline * 1000 <= now) return [];
      const seat = mine.get(access.datasetId)?.find((s) => (access.seatedBits >>> s.index) & 1);
      const dataset = reads.dataset(access.datasetId);
      if (!seat || !dataset) return [];
      const releases = reads.releases(access.id);
      if (releases.some((r) => r.index === seat.index)) return [];
      const error = failures.get(`${access.id}:${seat.index}`) ?? null;
      const early = reads.head() - access.openedBlock < chain.market.confirmations;
      const first = access.kind === 'validation' || releaseOrder(access.id, access.seatedBits).indexOf(seat.index) < dataset.threshold;
      return [{
        accessId: access.id, datasetId: dataset.id, title: titleOf(dataset.id), index: seat.index, kind: access.kind, grantee: access.grantee, deadline: access.deadline * 1000,
        state: early ? 'waiting-for-blocks' : error ? 'failed' : first ? 'due' : 'standby', error,
      }];
    });
  }

  function shares(): KeptShare[] {
    const releases = rows.releasesByDataset(me);
    const earned = new Map<number, bigint>();
    for (const c of rows.credits(me)) if (c.dataset_id !== null) earned.set(c.dataset_id, (earned.get(c.dataset_id) ?? 0n) + BigInt(c.amount));
    return reads.seatsOf(me).map((seat) => ({
      datasetId: seat.datasetId, title: titleOf(seat.datasetId), index: seat.index, status: seat.status, datasetStatus: reads.dataset(seat.datasetId)?.status ?? 'published',
      ...(health.get(place(seat.datasetId, seat.index)) ?? { envelope: null, blob: null, checkedAt: null, bytes: null }),
      releases: releases.get(seat.datasetId) ?? 0, earned: (earned.get(seat.datasetId) ?? 0n).toString(), refusal: refusals.get(place(seat.datasetId, seat.index)) ?? null,
    }));
  }

  /** Whether the share can be had: from the store, or else from the envelope, as after a restore. */
  async function envelopeHealth(seat: SeatRow): Promise<Health['envelope']> {
    const dataset = reads.dataset(seat.datasetId)!;
    const fits = (share: Uint8Array) => { const ok = commitmentOf(dataset.nonce, seat.index, share) === seat.commitment; share.fill(0); return ok; };
    try {
      const stored = shareStore.get(seat.datasetId, seat.index);
      if (stored) return fits(stored) ? 'readable' : 'unreadable';
      const manifest = await manifests.get(dataset, { timeoutMs: REACH_MS });
      const share = await wallet.withEncryptionKey((key) => openEnvelope(manifest.envelopes[seat.index] as Envelope, key, { nonce: manifest.nonce as Hex, index: seat.index, keeper: me }));
      return fits(share) ? 'readable' : 'unreadable';
    } catch (error) {
      return isAppError(error, 'storage-timeout') || isAppError(error, 'blob-not-found') || isAppError(error, 'storage-unreachable') ? 'missing' : 'unreadable';
    }
  }

  async function blobHealth(cid: string): Promise<Pick<Health, 'blob' | 'bytes'>> {
    const bytes = () => b.blobs.store.list(cid, { timeoutMs: REACH_MS }).then((entries) => entries.reduce((n, e) => n + e.bytes, 0), () => null);
    if (await b.blobs.store.isPinned(cid)) return { blob: 'pinned', bytes: await bytes() };
    return b.blobs.store.probe(cid, { timeoutMs: REACH_MS }).then((p) => ({ blob: 'reachable' as const, bytes: p.bytes }), () => ({ blob: 'unreachable' as const, bytes: null }));
  }

  const need = (): Keeping => {
    if (!keeping) throw new AppError('not-a-keeper', 'This app is not keeping now.', { hint: 'Start keeping first.' });
    return keeping;
  };
  const stakeNow = () => reads.participant(me)?.stake ?? 0n;
  const minStake = async () => BigInt((await chain.read('participants', 'minStake', []))[0] as bigint);
  const unstaking = async () => { const [amount, at] = (await chain.read('participants', 'unstakeOf', [me])) as [bigint, bigint]; return at === 0n ? null : { amount, at: Number(at) }; };
  const send = async (method: string, args: readonly unknown[], value?: bigint) => {
    await chain.sendAndSee({ key: `${method}:${randomUUID()}`, contract: 'participants', method, args, value });
    b.changed('keeper', 'history');
  };
  const positive = (amount: string): bigint => {
    const wei = BigInt(amount);
    if (wei <= 0n) throw new AppError('invalid-argument', 'An amount of nothing changes nothing.', { hint: 'Give an amount above zero.' });
    return wei;
  };
  const hasCoins = async (wei: bigint) => {
    if ((await chain.nativeBalance(me)) < wei) throw new AppError('funds-too-low', 'The account holds fewer native coins than that.', { hint: 'Stake less, or send native coins to this account first.' });
  };

  async function begin(stake: bigint | null): Promise<void> {
    const [least, now] = [await minStake(), stakeNow()];
    const wanted = stake ?? now;
    // Who holds seats may go on with less: what is owed must go out.
    if (wanted < least && !reads.seatsOf(me).some((s) => s.status === 'accepted')) {
      throw new AppError('funds-too-low', `Keeping asks for a stake of at least ${least} wei; this account has ${now}.`, { hint: 'Name a stake: it answers for what you release, and it is yours again when you stop.', details: { minStake: least.toString() } });
    }
    if (wanted > now) await hasCoins(wanted - now);
    keeping = await runKeeper(b.parts, { stake: wanted, quotaBytes, autoRelease: () => b.settings().autoRelease, paused: () => paused, onEvent });
  }

  return {
    async overview() {
      const [least, unstake, delay, native, stored] = await Promise.all([minStake(), unstaking(), chain.read('participants', 'unstakeDelay', []), chain.nativeBalance(me), b.blobs.store.storedBytes()]);
      const person = reads.participant(me);
      const history = reputation.keeper(me);
      return {
        registered: ((person?.roles ?? 0) & Role.keeper) !== 0, running: keeping !== undefined, paused, autoRelease: b.settings().autoRelease,
        stake: stakeNow().toString(), minStake: least.toString(), unstake: unstake && { amount: unstake.amount.toString(), availableAt: unstake.at * 1000 }, unstakeDelaySeconds: Number(delay[0]), balanceNative: native.toString(),
        quotaBytes: quotaBytes(), storedBytes: stored,
        earnings: (person?.earnings ?? 0n).toString(), earnedTotal: rows.earned(me).toString(),
        reputation: history, missed: { count: history.missed, cost: history.slashed }, pending: pending(),
      };
    },
    shares,
    releases(limit): ReleaseView[] {
      const fees = new Map<number, bigint>();
      for (const c of rows.credits(me)) if (c.access_id !== null) fees.set(c.access_id, (fees.get(c.access_id) ?? 0n) + BigInt(c.amount));
      const slashed = rows.slashedByTx(me);
      const disputed = new Map(rows.disputes(me).map((d) => [d.access_id, slashed.get(d.tx) ?? null]));
      const went = rows.released(me, limit).map((r): ReleaseView => ({
        accessId: r.access_id, datasetId: r.dataset_id, title: titleOf(r.dataset_id), index: r.seat, kind: r.kind, at: r.at * 1000,
        status: r.status === 'disputed' ? 'disputed' : 'standing', fee: r.status === 'disputed' ? null : fees.get(r.access_id)?.toString() ?? null, cost: r.status === 'disputed' ? disputed.get(r.access_id)?.toString() ?? null : null,
      }));
      const missed = rows.missed(me).map((m): ReleaseView => ({
        accessId: m.access_id, datasetId: m.dataset_id, title: titleOf(m.dataset_id), index: m.seat, kind: m.kind, at: (m.at ?? 0) * 1000, status: 'missed', fee: null, cost: (m.tx === null ? undefined : slashed.get(m.tx))?.toString() ?? null,
      }));
      return [...went, ...missed].sort((a, z) => z.at - a.at).slice(0, limit);
    },
    async start(stake) {
      if (starting) return starting;
      if (!keeping) {
        starting = begin(stake === null ? null : positive(stake)).finally(() => { starting = undefined; });
        await starting;
      }
      if (!b.settings().keepOnStart) b.set({ keepOnStart: true });
      b.changed('keeper');
    },
    async stop() {
      await starting?.catch(() => undefined);
      const it = keeping;
      keeping = undefined;
      await it?.stop();
      if (b.settings().keepOnStart) b.set({ keepOnStart: false });
      b.changed('keeper');
    },
    async pause(on) {
      paused = on;
      kv.set(PAUSED, on ? '1' : '0');
      keeping?.look();
      b.changed('keeper');
    },
    async addStake(amount) {
      const wei = positive(amount);
      await hasCoins(wei);
      await send('addStake', [], wei);
    },
    async requestUnstake(amount) {
      const wei = positive(amount);
      const stake = stakeNow();
      if (wei > stake) throw new AppError('invalid-argument', 'The stake is smaller than that.', { hint: 'Take out at most what is staked.', details: { stake: stake.toString() } });
      if (stake - wei < (await minStake()) && reads.seatsOf(me).some((s) => s.status === 'accepted')) {
        throw new AppError('invalid-argument', 'While shares are kept the minimum stake has to stay.', { hint: 'Take out less, or give up the seats first: the datasets’ owners withdraw them, or they end.' });
      }
      await send('requestUnstake', [wei]);
    },
    async withdrawStake() {
      const it = await unstaking();
      if (!it) throw new AppError('invalid-argument', 'No stake was asked back.', { hint: 'Ask for it first; it is paid out after a delay.' });
      await send('withdrawStake', []);
    },
    async withdrawEarnings() {
      if ((reads.participant(me)?.earnings ?? 0n) === 0n) throw new AppError('invalid-argument', 'There are no earnings to take out.', { hint: 'They come with each settled access.' });
      await send('withdrawEarnings', []);
    },
    async release(accessId, index) {
      try {
        await need().releaseNow(accessId, index);
        failures.delete(`${accessId}:${index}`);
      } catch (error) {
        failures.set(`${accessId}:${index}`, errorView(error));
        throw error;
      } finally {
        b.changed('keeper');
      }
    },
    async checkHealth() {
      const seats = reads.seatsOf(me).filter((s) => s.status !== 'destroyed');
      await inTurn(seats, HEALTH_AT_ONCE, async (seat) => {
        const dataset = reads.dataset(seat.datasetId);
        if (!dataset) return;
        const [envelope, blob] = await Promise.all([envelopeHealth(seat), blobHealth(dataset.cid)]);
        health.set(place(seat.datasetId, seat.index), { envelope, ...blob, checkedAt: Date.now() });
      });
      b.changed('keeper');
      return shares();
    },
    state() {
      // Asked for with each change of anything; it changes with the chain and with what this keeper does.
      const at = `${reads.head()}:${deeds}`;
      if (counted?.at !== at) counted = { at, shares: reads.seatsOf(me).filter((s) => s.status === 'accepted').length, pending: pending().length };
      return { running: keeping !== undefined, paused, shares: counted.shares, pending: counted.pending };
    },
    async close() {
      await starting?.catch(() => undefined);
      await keeping?.stop();
      keeping = undefined;
    },
  };
}
