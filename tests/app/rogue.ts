import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openOne } from '../open-one.ts';
import { buildLabel } from '../../electron/datasets/anonymise.ts';
import { relativeBatches, segmentRecording } from '../../electron/datasets/segment.ts';
import { cidBytes } from '../../electron/market/cid-bytes.ts';
import { scoreRecording } from '../../electron/quality/score.ts';
import { canonicalBytes, manifestHash } from '../../electron/vault/manifest.ts';
import { sealDataset } from '../../electron/vault/seal-dataset.ts';
import { Role } from '../../shared/domain/chain.ts';
import type { QualityReport } from '../../shared/domain/quality-report.ts';
import type { Label } from '../../shared/domain/label.ts';
import type { Channel, SampleBatch } from '../../shared/domain/recording.ts';
import type { World } from '../market/world.ts';

type Rogue = Awaited<ReturnType<World['parts']>>;

/** Lists a dataset whose owner changes its quality report: sealed by the app's own parts, listed behind the app's back. */
export async function listWithReport(world: World, owner: Rogue, change: (report: QualityReport) => QualityReport, title = 'Wrist acceleration'): Promise<number> {
  const info = await owner.recordings.add(await openOne(await world.csv(), { simulated: true }));
  const rows = () => relativeBatches(info, owner.recordings.read(info.id));
  const quality = change(await scoreRecording({ channels: info.channels, simulated: true }, rows()));
  const label = { ...buildLabel(info, quality, { title, description: '', tags: [], demographics: world.request('').demographics }) };
  await owner.chainNow.ensureRegistered(Role.owner, owner.blobsNow.endpoint);
  return listSealed(world, owner, { channels: info.channels, rows, label, quality });
}

/** Seals rows under any label and report, for all keepers, and lists them for 100 PHD. @returns the dataset's id */
export async function listSealed(world: World, owner: Rogue, { channels, rows, label, quality }: { channels: Channel[]; rows(): AsyncIterable<SampleBatch>; label: Label; quality: QualityReport }): Promise<number> {
  const keepers = owner.chainNow.reads.participantsByRole(Role.keeper).toSorted((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  const dir = join(mkdtempSync(join(world.dir, 'rogue-')), 'sealed');
  const { manifest } = await sealDataset({
    segments: segmentRecording({ channels }, rows()), label, channels, quality, threshold: 2, providers: owner.blobsNow.store.addresses(), outDir: dir,
    keepers: keepers.map((k) => ({ address: k.address, encryptionKey: Buffer.from(k.encryptionKey.slice(2), 'hex') })), keep: () => undefined,
  });
  const bytes = canonicalBytes(manifest);
  writeFileSync(join(dir, 'manifest.json'), bytes);
  const { cid } = await owner.blobsNow.store.addDirectory(dir);
  const sent = await owner.chainNow.sendAndSee({
    key: `rogue:${randomBytes(4).toString('hex')}`, contract: 'market', method: 'publish',
    args: [{
      contentHash: manifestHash(bytes), recordRoot: manifest.recordRoot, nonce: manifest.nonce, price: 100n * 10n ** 18n, keepersBps: 1000, validatorBps: 200,
      threshold: manifest.threshold, cid: cidBytes(cid), keepers: keepers.map((k) => k.address), commitments: manifest.commitments,
    }],
  });
  return Number(sent.events.find((e) => e.name === 'DatasetPublished')!.args.datasetId);
}
