import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErasureCertificate } from '../../../shared/api/owner.ts';
import type { Job } from '../../../shared/api/app.ts';
import type { DatasetRow, Hex } from '../../../shared/domain/chain.ts';
import { AppError } from '../../../shared/errors.ts';
import { CANNOT_BE_ERASED } from '../../../shared/domain/erasure.ts';
import { endListing } from '../../market/withdraw.ts';
import { waitFor } from '../../market/wait-for.ts';
import type { Started } from '../api-types.ts';
import type { JobControl } from '../jobs.ts';
import type { OwnerBase } from './base.ts';
import { openEndedGrants, type EndedGrant } from './ended-grants.ts';

/** How long keepers are waited for; who confirms later is added to the certificate. */
const PATIENCE_MS = 120_000;

/** Ends what sharing by consent made of a dataset; `recordingId` where the recording goes too. */
export type EndGrants = (what: { datasetId: number; recordingId: string | null; nonce: Hex }, signal: AbortSignal, onStep: (done: number, total: number) => void) => Promise<{ grants: EndedGrant[]; healthLinks: number }>;

export type Erasing = ReturnType<typeof createErasing>;

/** The two ways out: «stop sharing» and «stop and erase». */
export function createErasing(base: OwnerBase, dropRecording: (id: string) => Promise<void>, patienceMs = PATIENCE_MS, grants: { current: EndGrants | null } = { current: null }) {
  const { b, reads, rows, facts } = base;
  const deps = { reads: b.chain.reads, submitterOf: base.submitterOf };
  const endedGrants = openEndedGrants(b.parts);
  const titleOf = (id: number) => base.labelOf(id)?.title ?? `#${id}`;

  /** What a certificate says now: the deeds of this profile, and the keepers' confirmations on chain. */
  function certificateOf(dataset: DatasetRow): ErasureCertificate | null {
    const erasure = rows.erasure(dataset.nonce);
    if (!erasure) return null;
    const ended = facts.ended(dataset.id);
    const destroyed = facts.destructions(dataset.id);
    const { network } = b.chain;
    return {
      format: 'phdex/erasure/v1', network: { chainId: network.chainId, market: network.contracts.market }, datasetId: dataset.id, owner: dataset.owner, contentHash: dataset.contentHash, cid: dataset.cid,
      withdrawnAt: (ended?.at ?? 0) * 1000, withdrawnTx: ended?.tx ?? null,
      keepers: reads.seats(dataset.id).map((s) => { const done = destroyed.get(s.index); return { index: s.index, address: s.keeper, confirmed: done !== undefined, tx: done?.tx ?? null, at: done ? done.at * 1000 : null }; }),
      ownerKeyForgotten: !base.keys.has(dataset.nonce), bytesFreed: erasure.bytesFreed, recordingErased: erasure.recordingErased,
      ...endedGrants.get(dataset.nonce), cannotBeErased: CANNOT_BE_ERASED, openedBefore: facts.servedAccesses(dataset.id), issuedAt: erasure.erasedAt,
    };
  }
  function certificate(id: number): ErasureCertificate | null {
    const dataset = base.own(id);
    const now = certificateOf(dataset);
    if (!now) return null;
    const text = JSON.stringify(now);
    if (rows.erasure(dataset.nonce)!.certificate !== text) rows.saveCertificate(dataset.nonce, text);
    return now;
  }

  /** Seats whose keepers can confirm: those that were ever taken. */
  const holders = (id: number) => reads.seats(id).filter((s) => s.status !== 'named');
  const confirmed = (id: number) => reads.seats(id).filter((s) => s.status === 'destroyed').length;

  async function end(dataset: DatasetRow, { progress, signal }: JobControl): Promise<void> {
    progress('withdraw', 0, 1);
    await endListing(dataset.id, deps, signal);
    progress('withdraw', 1, 1);
    b.changed('datasets', 'listings', 'history');
  }

  async function erase(dataset: DatasetRow, alsoRecording: boolean, control: JobControl): Promise<Job['result']> {
    const { id, nonce, cid } = dataset;
    const recordingId = rows.published().get(nonce)?.recordingId ?? rows.erasure(nonce)?.recordingId ?? null;
    await end(dataset, control);
    // From here on nothing is given up half-way: a cancellation only ends the waiting below.
    control.progress('erase', 0, null);
    base.keys.forget(nonce);
    // Its keys are gone: no packet can be made of it any more, and those that were made go with their rights.
    if (grants.current) endedGrants.add(nonce, await grants.current({ datasetId: id, recordingId: alsoRecording ? recordingId : null, nonce }, control.signal, (done, total) => control.progress('grants', done, total)));
    // Not only where it is pinned: an earlier try may have let go of the pin and not counted what it freed.
    let freed = (await b.blobs.store.isPinned(cid)) ? await b.blobs.store.unpin(cid) : 0;
    let recordingErased = false;
    if (alsoRecording && recordingId !== null && b.parts.recordings.get(recordingId)) {
      freed += await recordingBytes(recordingId);
      await dropRecording(recordingId);
      recordingErased = true;
    }
    freed += await leftWork(dataset);
    rows.saveErasure({ nonce, recordingId, bytesFreed: freed, recordingErased, erasedAt: Date.now() });
    rows.dropPublications(nonce);
    certificate(id);
    b.changed('datasets', 'recordings', 'publications');

    const tell = () => control.progress('confirm', confirmed(id), holders(id).length);
    tell();
    await waitFor(b.chain.indexer, () => { tell(); return confirmed(id) >= holders(id).length ? true : undefined; }, { what: 'the keepers to destroy their shares', timeoutMs: patienceMs, signal: control.signal }).catch(() => undefined);
    const issued = certificate(id)!;
    b.changed('datasets');
    return { datasetId: id, bytesFreed: issued.bytesFreed, confirmed: issued.keepers.filter((k) => k.confirmed).length, keepers: issued.keepers.length };
  }

  async function recordingBytes(id: string): Promise<number> {
    const dir = b.parts.profile.path('recordings');
    const names = (await readdir(dir)).filter((name) => name.startsWith(`${id}.`));
    return (await Promise.all(names.map((name) => stat(join(dir, name)).then((s) => s.size, () => 0)))).reduce((sum, n) => sum + n, 0);
  }
  /** Sealed blobs that a run that ended in between left in the work folder. */
  async function leftWork(dataset: DatasetRow): Promise<number> {
    const publication = rows.published().get(dataset.nonce);
    if (!publication) return 0;
    const dir = join(b.parts.profile.path('work'), `${publication.id}.sealed`);
    const names = await readdir(dir).catch(() => [] as string[]);
    const sizes = await Promise.all(names.map((name) => stat(join(dir, name)).then((s) => s.size, () => 0)));
    await rm(dir, { recursive: true, force: true });
    return sizes.reduce((sum, n) => sum + n, 0);
  }

  return {
    certificate,
    stopSharing(id: number): Started {
      const dataset = base.own(id);
      const running = base.runningJob(['stop', 'erase'], { datasetId: id });
      if (running) return { jobId: running.id };
      return b.jobs.start({ kind: 'stop', title: titleOf(id), subject: { datasetId: id }, cancellable: false, run: async (control) => { await end(dataset, control); return { datasetId: id }; } });
    },
    erase(id: number, alsoRecording: boolean): Started {
      const dataset = base.own(id);
      const running = base.runningJob(['stop', 'erase'], { datasetId: id });
      if (running) return { jobId: running.id };
      if (alsoRecording) {
        const recordingId = rows.published().get(dataset.nonce)?.recordingId;
        const under = base.publications.unfinished().find((p) => p.request.recordingId === recordingId);
        if (recordingId && base.runningJob(['import', 'simulate', 'score'], { recordingId })) throw new AppError('invalid-argument', 'The recording is being scored.', { hint: 'Cancel that first, or wait until it has ended.' });
        if (recordingId && under) throw new AppError('invalid-argument', `«${under.request.title}» is being published from that recording.`, { hint: 'Finish that publication or discard it first, or keep the recording.' });
      }
      return b.jobs.start({ kind: 'erase', title: titleOf(id), subject: { datasetId: id }, run: (control) => erase(dataset, alsoRecording, control) });
    },
  };
}
