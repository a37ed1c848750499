import type { Hex } from '../../../shared/domain/chain.ts';
import { Operation, type RightRow } from '../../../shared/domain/consent.ts';
import type { RecordingSource } from '../../../shared/domain/recording.ts';
import { AppError, toAppError } from '../../../shared/errors.ts';
import { openPacket } from '../../consent/packet.ts';
import { appendName } from '../../consent/scope.ts';
import type { Answer, Body, Heard } from '../../consent/talk.ts';
import { readBatches } from '../../datasets/read-segment.ts';
import { appendedRows } from '../../db/queries/consent-rows.ts';
import { categoryOf, type ConsentBase } from './base.ts';
import type { GivenStore } from './given.ts';
import { describeDirectory, openDirectory } from './read-directory.ts';
import { isRightOf } from './right-ids.ts';

/** Of one addition: a stranger's word costs no more than that. */
const MAX_BYTES = 512 * 1024 * 1024;
/** Of all that comes by one right. */
const MAX_TOTAL_BYTES = 4 * 1024 * 1024 * 1024;
const MAX_PARTS = 1000;
/** Additions whose refusal is remembered. */
const MAX_REFUSED = 1000;
const FETCH_MS = 20_000;
const AT_ONCE = 2;

type Part = { manifestSha256: string; /** Sealed, as it is fetched; not known of what was taken before there was a bound. */ bytes?: number };

/** What grantees add by a right to append: fetched, verified, and kept as a recording that says who added it. */
export function createAppended(base: ConsentBase, store: GivenStore, { totalBytes = MAX_TOTAL_BYTES, parts = MAX_PARTS, isTakenBack = () => false }: { totalBytes?: number; parts?: number; /** Whether the owner wants it back, also where the chain does not know yet. */ isTakenBack?: (right: RightRow) => boolean } = {}) {
  const { b } = base;
  const rows = appendedRows(b.parts.db);
  const underWay = new Map<string, Promise<void>>();
  const abort = new AbortController();
  let problem: AppError | null = null;
  /** What is being taken: two words of one delivery must not both pass. */
  const taking = new Map<string, Part & { rightId: number }>();
  /** Never to be taken: not fetched again however often it is brought. */
  const refused = new Set<string>();
  const sealedAs = (rightId: number, number: number) => `appended/${rightId}/${number}`;

  /** @throws AppError `manifest-invalid` for a delivery that came by this right before, `quota-exceeded` */
  function claim(rightId: number, number: number, part: Part): void {
    const key = `${rightId}/${number}`;
    const others: Part[] = [
      ...rows.taken(rightId).map((row) => base.vault.open<Part>(sealedAs(rightId, row.number), row.sealed)),
      ...[...taking].filter(([other, t]) => other !== key && t.rightId === rightId).map(([, t]) => t),
    ];
    if (others.some((o) => o.manifestSha256 === part.manifestSha256)) throw new AppError('manifest-invalid', 'That was added by this right before.', { hint: 'It was not kept again.' });
    const total = others.reduce((n, o) => n + (o.bytes ?? 0), part.bytes ?? 0);
    if (others.length >= parts || total > totalBytes) throw new AppError('quota-exceeded', `One right may add ${parts} parts of ${totalBytes} bytes together.`, { hint: 'They can ask for another right.' });
    taking.set(key, { rightId, ...part });
  }

  async function take(rightId: number, from: Hex, { number, sealed, addresses }: Body<'append'>): Promise<void> {
    const given = store.byRight(rightId)!;
    const account = b.parts.wallet.account(given.account);
    const packet = await account.withEncryptionKey((key) => openPacket(Buffer.from(sealed, 'base64'), key, base.context({ owner: account.address, grantee: from }), given.scopeRoot, number, 'append'));
    const { directory } = packet;
    if (!directory || directory.kind !== 'share') throw new AppError('manifest-invalid', 'What was added is no delivery.', { hint: 'It was not kept.' });
    // What is added stands on chain as well, or nobody could say later who added it.
    if (!base.reads.uses(rightId).some((u) => u.operation === Operation.append && u.recordHash === directory.manifestSha256)) throw new AppError('access-not-ready', 'What was added is not on the chain.', { hint: 'It is taken when it is.', retryable: true });
    const { manifestSha256 } = directory;
    claim(rightId, number, { manifestSha256, bytes: 0 });
    await b.blobs.store.connect(addresses, { signal: abort.signal }).catch(() => undefined);
    const described = await describeDirectory(b.blobs.store, directory, packet.segments, { signal: abort.signal, timeoutMs: FETCH_MS });
    try {
      const bytes = described.segments.reduce((n, s) => n + s.sealedBytes, 0);
      if (bytes > MAX_BYTES) throw new AppError('quota-exceeded', `What was added has ${bytes} bytes; ${MAX_BYTES} are the most.`, { hint: 'They can add it in parts.' });
      claim(rightId, number, { manifestSha256, bytes });
      if (described.segments.length === 0 || described.segments.some((s) => s.mediaType)) throw new AppError('manifest-invalid', 'What was added is no series of rows.', { hint: 'It was not kept.' });
      const origin = directory.origin ?? 0;
      async function* segments() { for await (const { segment, plain } of openDirectory(b.blobs.store, directory!, described, { signal: abort.signal })) yield { channel: segment.channel, day: segment.day, parquet: plain }; }
      let read = 0;
      async function* batches() { for await (const { t, columns } of readBatches(segments(), described.channels)) { read += t.length; yield { t: t.map((time) => time + origin), columns }; } }
      const source: RecordingSource = {
        draft: { title: directory.title || 'Added', source: { kind: 'csv', device: null, simulated: described.simulated, times: directory.origin === null ? 'nominal' : 'source', appendedBy: from }, channels: described.channels, nominalRateHz: null },
        batches: batches(),
        finish: () => ({ report: { rowsRead: read, rowsSkipped: 0, skipped: [], notes: [`Added by ${from} by right ${rightId}.`], sourceBytes: bytes }, annotations: [] }),
      };
      const taken = (recordingId: string) => {
        // A reorganisation may have given the right another number meanwhile.
        const id = store.byKey(given.key)?.rightId ?? rightId;
        rows.put({ rightId: id, number, mine: false, state: 'taken', sealed: base.vault.seal(sealedAs(id, number), { recordingId, manifestSha256, bytes } satisfies Part & { recordingId: string }), at: Date.now() });
      };
      // Both or neither: a kill in between would have it brought, and kept, again.
      await b.parts.recordings.add(source, { signal: abort.signal, listing: (insert, { id }) => b.parts.db.transaction(() => { insert(); taken(id); })() });
      b.changed('recordings', 'consent');
    } finally {
      for (const segment of described.segments) segment.key.fill(0);
    }
  }

  return {
    /** Answers at once; fetching goes on behind it, and the next word of the same addition is told how it went. */
    async answer({ rightId, from, body, once }: Heard<'append'>): Promise<Answer> {
      const given = store.byRight(rightId);
      const right = base.reads.right(rightId);
      if (!given || !right || given.grantee !== from || !isRightOf(given, right)) return { v: 1, ok: false, code: 'unknown' };
      once();
      if (given.state !== 'given' || isTakenBack(right) || !(await base.isLive(right))) return { v: 1, ok: false, code: 'not-live' };
      if ((right.operations & Operation.append) === 0 || !given.facts.names.includes(appendName(categoryOf(right.category)))) return { v: 1, ok: false, code: 'out-of-scope' };
      if (rows.get(rightId, body.number, false)?.state === 'taken') return { v: 1, ok: true, packets: [], more: false };
      const key = `${rightId}/${body.number}`;
      if (refused.has(key)) return { v: 1, ok: false, code: 'refused' };
      if (!underWay.has(key) && underWay.size < AT_ONCE) {
        underWay.set(key, take(rightId, from, body).then(() => { problem = null; }, (error: unknown) => {
          problem = toAppError(error);
          if ((problem.code === 'manifest-invalid' || problem.code === 'quota-exceeded') && refused.size < MAX_REFUSED) refused.add(key);
        }).finally(() => { taking.delete(key); underWay.delete(key); }));
      }
      return { v: 1, ok: false, code: 'not-yet' };
    },
    /** What kept the last addition from being taken. */
    problem: () => problem,
    async stop(): Promise<void> {
      abort.abort(new AppError('cancelled', 'The app is closing.'));
      await Promise.all(underWay.values());
    },
  };
}
