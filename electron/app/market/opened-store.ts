import type { RecordingSource } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import { customerRows, purchaseRecordingIndex } from '../../db/queries/market-rows.ts';
import { readBatches } from '../../datasets/read-segment.ts';
import { firstChecks, lastChecks, withOpenedAccess, type OpenedAccess } from '../../market/open.ts';
import { openSegments, type Check } from '../../market/verify-dataset.ts';
import type { Plots } from '../../recordings/levels.ts';
import { createRecordingStore, type RecordingStore } from '../../recordings/store.ts';
import type { Backstage } from '../backstage.ts';
import type { JobControl } from '../jobs.ts';
import type { Job } from '../../../shared/api/app.ts';
import { customerBase } from './customer-base.ts';

/** Opened data: verified, then kept in encrypted files of the profile. Plaintext leaves by an export and in no other way. */
export function openedStore(b: Backstage): RecordingStore {
  return createRecordingStore({ dir: b.parts.profile.path('purchases'), key: b.parts.wallet.storageKey('purchases'), index: purchaseRecordingIndex(b.parts.db) });
}

/** The rows of an opened access as a recording's source; the checks are noted as the segments pass. */
function sourceOf(it: OpenedAccess, b: Backstage, checks: Check[], { signal, progress }: JobControl): RecordingSource {
  const { label, channels } = it.manifest;
  async function* segments(): AsyncGenerator<{ channel: string; day: number; parquet: Uint8Array }> {
    for await (const { segment, parquet, checks: passed } of openSegments(it.dataset, it.manifest, it.datasetKey, { blobs: b.blobs.store }, { signal, onProgress: (done, total) => progress('verifying', done, total) })) {
      checks.push(...passed);
      yield { channel: segment.channel, day: segment.day, parquet };
    }
  }
  return {
    draft: { title: label.title, source: { kind: label.simulated ? 'simulator' : 'csv', device: label.device, simulated: label.simulated, times: 'source' }, channels, nominalRateHz: label.channels[0]?.rateHz ?? null },
    batches: readBatches(segments(), channels),
    finish: () => ({ report: { rowsRead: label.rows, rowsSkipped: 0, skipped: [], notes: [], sourceBytes: 0 }, annotations: [] }),
  };
}

/** Gathers the shares of an access, verifies every segment, keeps the rows encrypted, and then pays. */
export async function openIntoProfile(b: Backstage, { store, plots }: { store: RecordingStore; plots: Plots }, accessId: number, control: JobControl): Promise<Job['result']> {
  const rows = customerRows(b.parts.db);
  const { signal, progress } = control;
  progress('shares', 0, null);
  const { kept, confirmed } = await withOpenedAccess(accessId, customerBase(b), {
    signal,
    onEvent: (event) => { if (event.type === 'share') progress('shares', Math.min(event.have, event.want), event.want); else b.changed('purchases'); },
  }, async (it) => {
    const checks = firstChecks(it);
    const info = await store.add(sourceOf(it, b, checks, control), { signal });
    try {
      if (info.rows !== it.manifest.label.rows) throw new AppError('root-mismatch', `Dataset ${it.dataset.id} holds ${info.rows} rows where its label names ${it.manifest.label.rows}.`, { hint: 'Do not confirm the purchase.' });
      checks.push(...lastChecks(it));
      const before = rows.opened(accessId);
      rows.saveManifest(it.dataset.contentHash, Buffer.from(it.bytes).toString('utf8'));
      rows.saveOpened(accessId, info.id, JSON.stringify({ checks, rows: info.rows, bytes: it.manifest.segments.reduce((n, s) => n + s.plainBytes, 0), at: Date.now() }));
      if (before) { await store.remove(before.recording); await plots.remove(before.recording); }
    } catch (error) {
      await store.remove(info.id);
      throw error;
    }
    b.changed('purchases');
    progress('paying', 0, null);
    return { rows: info.rows, id: info.id, failed: checks.filter((c) => !c.ok).length };
  });
  b.changed('purchases', 'history');
  // The plot can be made later as well: it is no reason to call an opened purchase failed.
  await plots.build(kept.id, { signal, onProgress: (done, total) => progress('plotting', done, total) }).catch(() => undefined);
  return { accessId, rows: kept.rows, failedChecks: kept.failed, paid: confirmed !== null };
}
