import { randomBytes } from 'node:crypto';
import type { ApproveIn, GrantIn } from '../../../shared/api/consent.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import type { Category, Operations, Scope } from '../../../shared/domain/consent.ts';
import type { Purpose } from '../../../shared/domain/purpose.ts';
import { ChannelKind } from '../../../shared/domain/recording.ts';
import { AppError, isAppError } from '../../../shared/errors.ts';
import { packetHash, sealPacket, type Packet } from '../../consent/packet.ts';
import { checkPurpose, purposeHash } from '../../consent/purpose.ts';
import { appendName, checkNarrower, checkScope, coversChannel, leafName, liveName, newSalt, scopeTree } from '../../consent/scope.ts';
import type { PacketRow } from '../../db/queries/consent-rows.ts';
import { bytesOf } from '../../vault/hex.ts';
import type { JobControl } from '../jobs.ts';
import { bitsOf, categoryOf, type ConsentBase } from './base.ts';
import type { Given, GivenFacts, GivenStore } from './given.ts';
import type { Inbox } from './owner-inbox.ts';
import type { SealedPart, Sealing } from './owner-seal.ts';
import type { Sources } from './owner-sources.ts';
import type { TakeBacks } from './take-backs.ts';
import { createRecords } from './records.ts';
import { isRightOf } from './right-ids.ts';

type What = Pick<ApproveIn, 'recordings' | 'datasets' | 'records' | 'scope' | 'operations' | 'seconds'>;
type To = { key: string; account: number | null; grantee: Hex; granteeKey: Hex; name: string | null; addresses: string[]; category: Category; purpose: Purpose; answers: GivenFacts['answers'] };

const hasBit = (operations: Operations, other: 'read' | 'append') => (bitsOf(operations) & bitsOf(other)) !== 0;

/** Gives rights: seals what they open, says so on chain, once, however often the app is killed on the way. */
export function createGiving(base: ConsentBase, store: GivenStore, { sources, sealing, inbox, takeBacks }: { sources: Sources; sealing: Sealing; inbox: Inbox; takeBacks: Pick<TakeBacks, 'holdsUp'> }) {
  const { b } = base;
  const records = createRecords(b);
  const busy = new Set<string>();
  /** Made for a grant that came to nothing: the next one takes it, so that no gap grows among the accounts. */
  let spare: number | null = null;
  /** How often everything was taken back: what was begun before that is not given after it. */
  let takenBack = 0;

  async function seal(what: What, category: Category, { signal, progress }: Pick<JobControl, 'signal' | 'progress'>): Promise<(SealedPart & { what: GivenFacts['what'][number] })[]> {
    const parts: (SealedPart & { what: GivenFacts['what'][number] })[] = [];
    const ids = what.records ?? [];
    const total = what.recordings.length + what.datasets.length + (ids.length > 0 ? 1 : 0);
    const add = (part: SealedPart, of: Partial<GivenFacts['what'][number]> & { title: string }) => { parts.push({ ...part, what: { recordingId: null, datasetId: null, recordId: null, segments: part.segments.length, ...of } }); progress('seal', parts.length, total); };
    const key = randomBytes(32);
    progress('seal', 0, total);
    try {
      for (const id of new Set(what.recordings)) {
        const part = sources.recording(id, what.scope);
        add(await sealing.recording(part, key, b.parts.recordings.read(id), signal), { recordingId: id, title: part.info.title });
      }
      for (const id of new Set(what.datasets)) {
        const part = await sources.dataset(id, what.scope);
        add(sealing.dataset(part, what.scope), { datasetId: id, title: part.title });
      }
      if (ids.length > 0) {
        const kept = sources.keptRecords(what.scope, category).filter(({ row }) => ids.includes(row.id));
        if (kept.length !== new Set(ids).size) throw new AppError('invalid-argument', 'One of those records is not kept here, or is of another category.', { hint: 'Accept it first, or leave it out.' });
        async function* documents() { for (const [i, { row }] of kept.entries()) yield* records.recordSegments(row.id, i); }
        add(await sealing.deliver({ segments: documents(), channels: [], simulated: false, key, origin: null, title: kept.length === 1 ? kept[0]!.title : `${kept.length} records` }, signal), { recordId: kept[0]!.row.id, title: kept.map((k) => k.title).join(', ').slice(0, 200) });
      }
      return parts;
    } catch (error) {
      for (const part of parts) await part.settle();
      await sealing.unpin(parts.flatMap((p) => p.ownCid ?? []));
      throw error;
    } finally {
      key.fill(0);
    }
  }

  /** Channels that a continuous share names: those of the scope; of one that covers all, every kind there is and what has a name of its own here. */
  function liveNames(scope: Scope): string[] {
    const channels = scope.channels.length > 0 ? scope.channels : [...new Set([...ChannelKind.options, ...b.parts.recordings.list().flatMap((r) => r.channels.map((c) => c.name))])];
    return channels.filter((c) => coversChannel(scope, c)).map(liveName);
  }

  async function prepare(to: To, what: What, control: Pick<JobControl, 'signal' | 'progress'>): Promise<Given> {
    checkScope(what.scope);
    const readable = what.recordings.length + what.datasets.length + (what.records?.length ?? 0) > 0 || what.scope.live;
    if (hasBit(what.operations, 'read') && !readable) throw new AppError('invalid-argument', 'Nothing was chosen that could be read.', { hint: 'Choose a recording, a dataset or what is yet to be made.' });
    if (!hasBit(what.operations, 'read') && readable) throw new AppError('invalid-argument', 'Who may only add cannot be given anything to read.', { hint: 'Allow reading as well, or choose nothing.' });
    if (what.recordings.length > 0 && to.category !== 'health') throw new AppError('invalid-argument', 'Recordings are health data.', { hint: 'For the medical history or insurance, choose records.' });
    const parts = await seal(what, to.category, control);
    const settle = async () => { for (const part of parts) await part.settle(); };
    try {
      const salt = newSalt();
      const names = [
        ...parts.flatMap((part, seq) => part.segments.map((s) => leafName(seq, s.name))),
        ...(what.scope.live ? liveNames(what.scope) : []), ...(hasBit(what.operations, 'append') ? [appendName(to.category)] : []),
      ];
      const { root } = scopeTree(salt, names);
      const owner = b.parts.wallet.account(to.account);
      const context = base.context({ owner: owner.address, grantee: to.grantee });
      const given: Packet['given'] = { salt, names, scope: what.scope, category: to.category, operations: what.operations, purpose: to.purpose, key: `0x${Buffer.from(owner.encryptionPublicKey).toString('hex')}` };
      const at = Date.now();
      const packets: PacketRow[] = [];
      for (let seq = 0; seq < Math.max(1, parts.length); seq += 1) {
        const part = parts[seq];
        const packet: Packet = { v: 1, seq, epoch: 0, directory: part?.directory ?? null, segments: part?.segments ?? [], given: seq === 0 ? given : null, addresses: base.addresses() };
        packets.push({ seq, epoch: 0, packet: await sealPacket(packet, bytesOf(to.granteeKey), context, root), cid: part?.ownCid ?? null, segments: part?.segments.length ?? 0, at });
      }
      const facts: GivenFacts = {
        name: to.name, category: to.category, operations: what.operations, scope: what.scope, purpose: to.purpose, salt, names, granteeKey: to.granteeKey, addresses: to.addresses,
        envelope: packetHash(packets[0]!.packet), seconds: what.seconds, answers: to.answers, what: parts.map((p) => p.what), before: what.scope.live ? b.parts.recordings.list().map((r) => r.id) : [],
      };
      store.add({ key: to.key, account: to.account, grantee: to.grantee, scopeRoot: root, createdAt: at, facts }, packets);
      await settle();
      return store.byKey(to.key)!;
    } catch (error) {
      await settle();
      await sealing.unpin(parts.flatMap((p) => p.ownCid ?? []));
      throw error;
    }
  }

  /**
   * Says so on chain. What the contract will never take leaves nothing.
   * @param begun `takenBack` when the owner decided @returns the right's id
   * @throws AppError `cancelled` where everything was taken back since, unless it was signed already
   */
  async function send(given: Given, begun: number, signal?: AbortSignal): Promise<number> {
    const { facts } = given;
    const isSigned = store.rows.wasSent(`give:${given.key}`);
    // Also of an earlier run: what everything was taken back before is not given after it.
    if (!isSigned && (begun !== takenBack || takeBacks.holdsUp(b.chain.as(given.account).address.toLowerCase() as Hex))) {
      await forget(given);
      throw new AppError('cancelled', 'Everything was taken back before that was given.', { hint: 'Give it again if you still want to.' });
    }
    const terms = { category: ['health', 'history', 'insurance'].indexOf(facts.category), operations: bitsOf(facts.operations), duration: facts.seconds, scopeRoot: given.scopeRoot, purpose: purposeHash(facts.purpose) };
    try {
      const sent = await b.chain.as(given.account).send({
        key: `give:${given.key}`, contract: 'consent',
        ...(facts.answers ? { method: 'approve', args: [facts.answers.rightId, facts.answers.askedRoot, terms, facts.envelope] } : { method: 'grant', args: [given.grantee, terms, facts.envelope] }),
      }, { signal });
      const rightId = Number(sent.events.find((e) => e.name === 'AccessGranted')!.args.rightId);
      store.rows.given(given.key, rightId);
      b.changed('consent', 'history');
      return rightId;
    } catch (error) {
      // What was told as failed is not given later, or with more than is chosen next; what was signed may be on the chain.
      if (isAppError(error, 'chain-reverted') || !store.rows.wasSent(`give:${given.key}`)) await forget(given);
      throw error;
    }
  }
  const undone = () => new AppError('access-not-ready', 'The chain has taken back a block, and numbered its requests anew.', { hint: 'Wait a moment, look at the list again, and answer it then.', retryable: true });
  async function forget(given: Given): Promise<void> {
    const cids = store.rows.cids(given.key);
    store.rows.end(given.key);
    await sealing.unpin(cids);
    store.rows.remove(given.key);
  }

  async function alone<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (busy.has(key)) throw new AppError('invalid-argument', 'That is being done already.', { hint: 'Wait until it has ended.' });
    busy.add(key);
    try { return await work(); } finally { busy.delete(key); }
  }

  return {
    /** Answers a request, with as much of it as was chosen. @returns the right's id */
    approve: (input: ApproveIn, control: Pick<JobControl, 'signal' | 'progress'>): Promise<Given> => alone(`request:${input.rightId}`, async () => {
      const begun = takenBack;
      const right = base.right(input.rightId);
      const key = `request:${right.id}`;
      const known = store.byKey(key);
      if (known && known.facts.answers?.askedRoot !== (right.askedRoot ?? right.scopeRoot)) throw undone();
      if (!known) {
        if (right.status !== 'pending') throw new AppError('access-expired', 'That request was answered or withdrawn.', { hint: 'Look at the list again.' });
        const account = base.indexOf(right.owner);
        if (takeBacks.holdsUp(right.owner)) throw new AppError('access-not-ready', 'What you gave them before is still being taken back.', { hint: 'Approve it when that is done; it waits for the network’s relayer.', retryable: true });
        const details = await inbox.details(right);
        checkNarrower(input.scope, { channels: details.channels, days: details.days, live: details.live });
        if (bitsOf(input.operations) & ~right.operations) throw new AppError('invalid-argument', 'That is more than was asked for.', { hint: 'Allow at most what was asked.' });
        if (input.seconds > right.expiry) throw new AppError('invalid-argument', 'That is longer than was asked for.', { hint: 'Allow at most the time that was asked.' });
        if (details.datasetId !== null && (input.recordings.length > 0 || input.datasets.some((id) => id !== details.datasetId))) throw new AppError('invalid-argument', `The request came by the listing of dataset ${details.datasetId}; anything else would show that it is yours as well.`, { hint: 'Share the rest with an invitation of its own.' });
        await prepare({ key, account, grantee: right.grantee, granteeKey: right.encryptionKey!, name: details.name, addresses: details.addresses, category: categoryOf(right.category), purpose: details.purpose, answers: { rightId: right.id, askedRoot: right.scopeRoot } }, input, control);
      }
      control.progress('send', 0, null);
      await send(store.byKey(key)!, begun, control.signal);
      return store.byKey(key)!;
    }),

    /** A right without a request, from a fresh account. */
    async grant(input: GrantIn, control: Pick<JobControl, 'signal' | 'progress'>): Promise<Given> {
      const begun = takenBack;
      const party = base.party(input.grantee);
      const registered = b.chain.reads.participant(input.grantee);
      const granteeKey = (input.key as Hex | undefined) ?? (registered && BigInt(registered.encryptionKey) !== 0n ? registered.encryptionKey : undefined);
      if (!granteeKey) throw new AppError('invalid-argument', 'That account has no encryption key in the registry.', { hint: 'Ask them for it, or let them ask you with an invitation.' });
      const purpose = checkPurpose(input.purpose);
      const label = party.name ?? input.grantee;
      const index = spare ?? b.parts.accounts.fresh('relationship', label).index;
      b.parts.accounts.relabel(index, label);
      spare = null;
      const given = await prepare({ key: `grant:${randomBytes(8).toString('hex')}`, account: index, grantee: input.grantee, granteeKey, name: party.name, addresses: base.endpoints(input.grantee), category: input.category, purpose, answers: null }, input, control).catch((error: unknown) => { spare = index; throw error; });
      control.progress('send', 0, null);
      await alone(given.key, () => send(given, begun, control.signal));
      return store.byKey(given.key)!;
    },

    async reject(rightId: number): Promise<void> {
      const right = base.right(rightId);
      if (right.status !== 'pending') throw new AppError('access-expired', 'That request was answered or withdrawn.', { hint: 'Look at the list again.' });
      if (store.byKey(`request:${rightId}`)) throw new AppError('invalid-argument', 'That request is being approved.', { hint: 'Wait until it has ended; then take the right back.' });
      await b.chain.as(base.indexOf(right.owner)).send({ key: `reject:${rightId}:${right.scopeRoot.slice(2, 18)}`, contract: 'consent', method: 'reject', args: [rightId, right.scopeRoot] });
      b.changed('consent', 'history');
    },

    /** Nothing that was not signed yet is given any more; what was signed may be on the chain, and stays `sealed`. */
    takeBack(): void {
      takenBack += 1;
      for (const { key, state } of store.rows.list()) if (state === 'sealed' && !busy.has(key) && !store.rows.wasSent(`give:${key}`)) store.rows.end(key);
    },

    /** What was on the chain before a reorganisation, and is sent no more: it is not given. What a request still asks can be answered again. @returns those */
    undo(): Given[] {
      const lost = store.list().filter((g) => {
        if (g.state !== 'given' || g.rightId === null || busy.has(g.key)) return false;
        const right = base.reads.right(g.rightId);
        return (right === undefined || !isRightOf(g, right)) && !store.rows.wasSent(`give:${g.key}`);
      });
      for (const { key } of lost) { store.rows.detach(key); store.rows.end(key); }
      return lost;
    },

    /** What a kill left between sealing and the chain. */
    async resume(signal?: AbortSignal): Promise<void> {
      const begun = takenBack;
      for (const given of store.list().filter((g) => g.state === 'sealed' && !busy.has(g.key))) await alone(given.key, () => send(given, begun, signal)).catch((error: unknown) => { if (isAppError(error) && error.retryable) throw error; });
    },
  };
}
export type Giving = ReturnType<typeof createGiving>;
