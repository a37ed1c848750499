import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Host } from '../../electron/app/host-types.ts';
import { ended, hostKit, PASSPHRASE } from './host-kit.ts';

const kit = hostKit();
afterAll(() => kit.close());
const out = join(kit.dir, 'out');

async function backedUp(host: Host, name: string): Promise<string> {
  const path = join(out, `${name}.phdxbackup`);
  expect(await ended(host, host.backup({ path, passphrase: PASSPHRASE }))).toMatchObject({ state: 'done', error: null });
  return path;
}
async function restored(path: string, name: string) {
  const host = await kit.open(name);
  await host.restoreBackup({ source: { path }, passphrase: PASSPHRASE, remember: false });
  expect(host.state().phase).toBe('ready');
  const recordings = await host.ready().owner.recordings();
  // Each is whole: its rows can be drawn and scored.
  for (const r of recordings) if (r.rows >= 2) await host.ready().owner.plot(r.id, { channel: r.channels[0]!.name, from: 0, to: r.durationSeconds * 1e6 + 1, pixels: 64 });
  await expect.poll(async () => (await host.ready().owner.recordings()).filter((r) => r.rows >= 2 && r.quality === null)).toEqual([]);
  const left = readdirSync(join(kit.profile(name), 'recordings')).filter((f) => /\.(capture|draft|tmp)$/.test(f));
  await host.stop();
  return { recordings, left };
}

it('a backup made while something is recorded, or just as it ends, holds what was there', async () => {
  mkdirSync(out);
  const { host } = await kit.ready('recording');
  const { captures: [id] } = await host.ready().capture.start({ devices: [], simulated: { rateHz: 200, seed: 1 } });
  await expect.poll(() => host.ready().capture.state().captures[0]!.streams[0]!.rows).toBeGreaterThan(500);
  const during = await restored(await backedUp(host, 'during'), 'from-during');
  expect(during.recordings.find((r) => r.channels[0]!.name === 'acceleration')).toMatchObject({ source: { simulated: true } });
  expect(during.recordings.find((r) => r.channels[0]!.name === 'acceleration')!.rows).toBeGreaterThan(100);
  expect(during.left).toEqual([]);

  const [path, [end]] = await Promise.all([backedUp(host, 'end'), host.ready().capture.stop({ id })]);
  const atEnd = await restored(path, 'from-end');
  expect(atEnd.left).toEqual([]);
  for (const r of atEnd.recordings) expect(r.rows).toBeLessThanOrEqual(end!.recordings.find((k) => k.id === r.id)!.rows);
  expect(atEnd.recordings.length).toBeGreaterThan(0);
});
