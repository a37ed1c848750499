import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { AppendIn } from '../../../shared/api/consent.ts';
import type { Job } from '../../../shared/api/app.ts';
import { Operation, type RightRow } from '../../../shared/domain/consent.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import { AppError, isAppError } from '../../../shared/errors.ts';
import { sealPacket, type Packet } from '../../consent/packet.ts';
import { appendName, midnight } from '../../consent/scope.ts';
import { openImports } from '../../capture/import/index.ts';
import { segmentRecording } from '../../datasets/segment.ts';
import { selectRows } from '../../datasets/select-rows.ts';
import { appendedRows } from '../../db/queries/consent-rows.ts';
import { createRecordingStore } from '../../recordings/store.ts';
import type { RecordingInfo } from '../../../shared/domain/recording.ts';
import type { JobControl } from '../jobs.ts';
import { categoryOf, type ConsentBase } from './base.ts';
import type { Fetching } from './grantee-fetch.ts';
import type { Opening } from './grantee-open.ts';
import type { HeldStore } from './held.ts';
import { createSealing } from './owner-seal.ts';
import { givenStore } from './given.ts';

type Addition = { sealed: string; leaf: string; manifestSha256: Hex; cid: string };
const FIRST_CLOCK = 1e14;
/** The owner fetches behind its answer; so many looks until it has. */
const LOOKS = 40;
const LOOK_MS = 1500;

/** What a grantee adds to a person's data: sealed to the owner, said on chain, brought to the owner's app, each once. */
export function createAppending(base: ConsentBase, store: HeldStore, { fetching, opening }: { fetching: Fetching; opening: Opening }) {
  const { b, vault } = base;
  const rows = appendedRows(b.parts.db);
  const sealing = createSealing(base, givenStore({ db: b.parts.db, vault: base.vault }));
  const what = (rightId: number, number: number) => `append/${rightId}/${number}`;

  async function bring(right: RightRow, number: number, { sealed, leaf, manifestSha256, cid }: Addition, signal?: AbortSignal): Promise<boolean> {
    await opening.say(right, Operation.append, leaf, manifestSha256, `append:${right.id}:${number}`, signal);
    for (let look = 0; look < LOOKS; look += 1) {
      signal?.throwIfAborted();
      const { answer } = await base.messages().ask(await fetching.addressesOf(right), (peers) => base.talk.write('append', right.id, { number, sealed, addresses: base.addresses() }, base.signer(null), peers), { signal });
      const told = base.talk.readAnswer(answer);
      if (told.ok) {
        rows.put({ rightId: right.id, number, mine: true, state: 'taken', sealed: vault.seal(what(right.id, number), { leaf, manifestSha256 }), at: Date.now() });
        // It is the owner's now.
        if (await b.blobs.store.isPinned(cid)) await b.blobs.store.unpin(cid);
        b.changed('held');
        return true;
      }
      if (told.code === 'not-live') throw new AppError('access-expired', 'That right has ended.', { hint: 'Ask again if you still need it.' });
      if (told.code !== 'not-yet') throw new AppError('access-unknown', 'Its owner’s app did not take it.', { hint: 'The right may not allow adding.' });
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return false;
  }

  async function sealFile(right: RightRow, input: AppendIn, info: RecordingInfo, batches: Parameters<typeof selectRows>[0], signal: AbortSignal): Promise<number> {
    const { given } = await store.packet(right, 0);
    const leaf = appendName(categoryOf(right.category));
    if (!given!.names.includes(leaf)) throw new AppError('access-unknown', 'This right does not allow adding.', { hint: 'Ask its owner for one that does.' });
    const clock = info.source.times === 'source' && info.startTime >= FIRST_CLOCK;
    const origin = clock ? midnight(info.startTime) : info.startTime;
    const key = randomBytes(32);
    const selection = { channels: info.channels, keep: info.channels.map((c) => c.name), from: -Infinity, to: Infinity, origin };
    const part = await sealing.deliver({ segments: segmentRecording({ channels: info.channels }, selectRows(batches, selection), { signal }), channels: info.channels, simulated: info.source.simulated, key, origin: clock ? origin : null, title: input.title }, signal).finally(() => key.fill(0));
    const number = rows.next(right.id);
    const packet: Packet = { v: 1, seq: number, epoch: 0, directory: part.directory, segments: part.segments, given: null, addresses: base.addresses() };
    const sealed = await sealPacket(packet, Buffer.from(given!.key.slice(2), 'hex'), base.context(right), right.scopeRoot, 'append');
    const addition: Addition = { sealed: Buffer.from(sealed).toString('base64'), leaf, manifestSha256: part.directory.manifestSha256 as Hex, cid: part.directory.cid };
    rows.put({ rightId: right.id, number, mine: true, state: 'sealed', sealed: vault.seal(what(right.id, number), addition), at: Date.now() });
    await part.settle();
    return number;
  }

  return {
    async append(right: RightRow, input: AppendIn, { signal, progress }: JobControl): Promise<Job['result']> {
      if (!(await base.isLive(right))) throw new AppError('access-expired', 'That right has ended.', { hint: 'Ask again if you still need it.' });
      progress('reading', 0, null);
      // Kept nowhere but in a folder that goes again: what is added is the owner's.
      const dir = b.parts.profile.path('work', `append-${randomBytes(6).toString('hex')}`);
      const key = randomBytes(32);
      const index = new Map<string, RecordingInfo>();
      const spool = createRecordingStore({ dir, key, index: { insert: (i) => { index.set(i.id, i); }, list: () => [...index.values()], get: (id) => index.get(id), remove: (id) => { index.delete(id); } } });
      const numbers: number[] = [];
      try {
        const from = 'path' in input.source ? input.source.path : b.uploads.get(input.source.upload);
        const imports = await openImports(from, { signal, spoolDir: b.parts.profile.path('work') });
        for await (const source of imports.recordings) {
          const info = await spool.add(source, { signal });
          progress('sealing', numbers.length, null);
          numbers.push(await sealFile(right, input, info, spool.read(info.id), signal));
        }
      } finally {
        key.fill(0);
        await rm(dir, { recursive: true, force: true });
      }
      if (numbers.length === 0) throw new AppError('too-few-samples', `${'path' in input.source ? basename(input.source.path) : 'The file'} holds no series that could be added.`, { hint: 'Choose another file.' });
      progress('bringing', 0, numbers.length);
      let taken = 0;
      for (const number of numbers) {
        const addition = vault.open<Addition>(what(right.id, number), rows.get(right.id, number, true)!.sealed);
        // An owner who is away gets it later; a refusal is told.
        const done = await bring(right, number, addition, signal).catch((error: unknown) => { if (isAppError(error, 'storage-unreachable')) return false; throw error; });
        if (done) progress('bringing', (taken += 1), numbers.length);
      }
      if ('upload' in input.source) await b.uploads.remove(input.source.upload);
      return { rightId: right.id, added: numbers.length, taken };
    },

    /** What its owner was not there for; and rows that a killed run had read, whose key died with it. */
    async resume(signal?: AbortSignal): Promise<void> {
      const work = b.parts.profile.path('work');
      for (const name of await readdir(work).catch(() => [] as string[])) if (name.startsWith('append-')) await rm(join(work, name), { recursive: true, force: true });
      for (const { rightId, number, sealed } of rows.waiting()) {
        const right = base.reads.right(rightId);
        if (!right || right.status !== 'approved') continue;
        await bring(right, number, vault.open<Addition>(what(rightId, number), sealed), signal).catch(() => false);
      }
    },
  };
}
