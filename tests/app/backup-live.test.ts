import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Host } from '../../electron/app/host-types.ts';
import type { AppEvent } from '../../shared/api/app.ts';
import { ended, hostKit, PASSPHRASE } from './host-kit.ts';

// Backups of a profile that is not left alone meanwhile.
const kit = hostKit();
afterAll(() => kit.close());
const out = join(kit.dir, 'out');
let host: Host;
const simulate = async (minutes: number, seed: number): Promise<string> => { const end = await ended(host, host.ready().owner.simulate({ minutes, seed })); expect(end.state).toBe('done'); return end.subject.recordingId!; };
const leftovers = () => [...readdirSync(join(kit.profile('busy'), 'work')), ...readdirSync(out).filter((n) => n.endsWith('.tmp'))];

beforeAll(async () => {
  mkdirSync(out);
  ({ host } = await kit.ready('busy'));
});

it('what is removed, added and read while it is made does not make it a lie', async () => {
  const ids = [await simulate(60, 1), await simulate(240, 2), await simulate(5, 3)];
  const file = join(out, 'busy.phdxbackup');
  const backup = host.backup({ path: file, passphrase: PASSPHRASE });
  // As soon as it writes: the database has been copied, and lists all three.
  const removed = new Promise<void>((resolve) => {
    const stop = host.onEvent((e: AppEvent) => { if (e.type === 'job' && e.job.id === backup.jobId && e.job.step === 'write') { stop(); resolve(); } });
  }).then(() => Promise.all([host.ready().owner.forget(ids[0]!), host.ready().owner.forget(ids[1]!)]));
  const added = host.ready().owner.simulate({ minutes: 30, seed: 4 });
  const end = await ended(host, backup);
  expect(end).toMatchObject({ state: 'done', error: null });
  await removed;
  await ended(host, added);
  expect((await host.ready().owner.recordings()).map((r) => r.id)).not.toContain(ids[1]);
  expect(leftovers()).toEqual([]);

  const other = await kit.open('restored');
  await other.restoreBackup({ source: { path: file }, passphrase: PASSPHRASE, remember: false });
  expect(other.state().phase).toBe('ready');
  const restored = await other.ready().owner.recordings();
  expect(restored.map((r) => r.id)).toEqual(expect.arrayContaining(ids));
  for (const r of restored) {
    const plot = await other.ready().owner.plot(r.id, { channel: r.channels[0]!.name, from: 0, to: r.durationSeconds * 1e6, pixels: 64 });
    expect(plot.min[0]!.filter((v) => v !== null).length, r.title).toBeGreaterThan(60);
  }
  await other.stop();
});

it('cancelled at any step leaves nothing, and the next one is whole', async () => {
  for (const after of [0, 40, 300, 600]) {
    const backup = host.backup({ path: join(out, `cancelled-${after}.phdxbackup`), passphrase: PASSPHRASE });
    await new Promise((resolve) => { setTimeout(resolve, after); });
    const before = host.jobs().find((j) => j.id === backup.jobId)!.state;
    host.cancelJob(backup.jobId);
    const end = await ended(host, backup);
    if (before === 'running') expect(end).toMatchObject({ state: expect.stringMatching(/^(cancelled|done)$/) as string, error: null });
    expect(readdirSync(out).includes(`cancelled-${after}.phdxbackup`)).toBe(end.state === 'done');
    expect(leftovers()).toEqual([]);
  }
});

it('goes where it was told, or says why not', async () => {
  const target = join(kit.dir, 'not', 'there', 'yet');
  const made = await ended(host, host.backup({ path: target, passphrase: PASSPHRASE }));
  expect(made).toMatchObject({ state: 'done' });
  expect(readdirSync(target)).toEqual([expect.stringMatching(/^phdex-.*\.phdxbackup$/)]);
  // A folder by the name of a backup, and a place below a file.
  mkdirSync(join(out, 'folder.phdxbackup'));
  const onFolder = await ended(host, host.backup({ path: join(out, 'folder.phdxbackup'), passphrase: PASSPHRASE }));
  expect(onFolder).toMatchObject({ state: 'failed', error: { code: 'invalid-argument', hint: expect.any(String) as string } });
  const belowFile = await ended(host, host.backup({ path: join(String(made.result!.path), 'more'), passphrase: PASSPHRASE }));
  expect(belowFile).toMatchObject({ state: 'failed', error: { code: 'invalid-argument', hint: expect.any(String) as string } });
  expect(leftovers()).toEqual([]);
});
