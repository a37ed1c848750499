import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../../electron/app/host-types.ts';
import { ended, filesWith, hostKit, PASSPHRASE, secretBox, when } from './host-kit.ts';

const kit = hostKit();
afterAll(() => kit.close());
const SECRET = 'a passphrase for the backup';
const code = (code: string) => expect.objectContaining({ code }) as Error;

let host: Host;
let mnemonic: string;
let address: string;
let file: string;
const out = join(kit.dir, 'out');
beforeAll(async () => {
  mkdirSync(out);
  ({ host, mnemonic, address } = await kit.ready('source'));
  const { jobId } = await host.ready().owner.simulate({ minutes: 2, seed: 7 });
  await ended(host, { jobId });
  host.set({ quotaMb: 777, theme: 'dark' });
});

describe('a backup', () => {
  it('is reminded of while there is something to lose', async () => {
    await when(host, (s) => s.backup.due);
    expect(host.state().backup).toEqual({ lastAt: null, due: true });
  });

  it('is one file, made while the app runs, that tells nobody anything', async () => {
    const job = await ended(host, host.backup({ path: out, passphrase: SECRET }));
    expect(job).toMatchObject({ kind: 'backup', state: 'done', error: null });
    expect(readdirSync(out)).toHaveLength(1);
    file = join(out, readdirSync(out)[0]!);
    expect(job.result).toMatchObject({ path: file, bytes: readFileSync(file).length });
    expect(filesWith(out, SECRET, PASSPHRASE, mnemonic, 'keystore', 'SQLite', address.slice(2))).toEqual([]);
    expect(host.state().backup).toMatchObject({ due: false, lastAt: expect.any(Number) as number });
    expect(readdirSync(join(kit.profile('source'), 'work'))).toEqual([]);
  });

  it('does not write over a file, and a cancelled one leaves nothing', async () => {
    const before = readFileSync(file);
    const again = await ended(host, host.backup({ path: file, passphrase: SECRET }));
    expect(again).toMatchObject({ state: 'failed', error: { code: 'invalid-argument' } });
    expect(readFileSync(file).equals(before)).toBe(true);
    const started = host.backup({ path: join(out, 'other.phdxbackup'), passphrase: SECRET });
    host.cancelJob(started.jobId);
    expect((await ended(host, started)).state).toBe('cancelled');
    expect(readdirSync(out)).toHaveLength(1);
    expect(readdirSync(join(kit.profile('source'), 'work'))).toEqual([]);
  });

  it('brings everything back on another machine', async () => {
    const recordings = await host.ready().owner.recordings();
    const other = await kit.open('target');
    await other.restoreBackup({ source: { path: file }, passphrase: SECRET, remember: false });
    expect(other.state()).toMatchObject({ phase: 'locked', hasWallet: true, failure: null });
    expect(other.settings()).toMatchObject({ quotaMb: 777, theme: 'dark' });
    await other.unlock({ passphrase: PASSPHRASE, remember: false });
    expect(other.state()).toMatchObject({ phase: 'ready', address });
    const restored = await other.ready().owner.recordings();
    expect(restored).toEqual(recordings);
    const plot = await other.ready().owner.plot(restored[0]!.id, { channel: restored[0]!.channels[0]!.name, from: 0, to: 60e6, pixels: 64 });
    expect(plot).toEqual(await host.ready().owner.plot(restored[0]!.id, { channel: restored[0]!.channels[0]!.name, from: 0, to: 60e6, pixels: 64 }));
    await expect(other.restoreBackup({ source: { path: file }, passphrase: SECRET, remember: false })).rejects.toThrow(code('profile-exists'));
    await other.stop();
  });

  it('that is sent by the page opens at once where its passphrase is the wallet’s', async () => {
    const own = await ended(host, host.backup({ path: join(out, 'own.phdxbackup'), passphrase: PASSPHRASE }));
    const bytes = readFileSync(String(own.result!.path));
    const box = secretBox();
    const other = await kit.open('sent', { kind: 'electron', secretBox: box });
    async function* body() { for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536); }
    const { upload } = await other.upload('own.phdxbackup', body());
    await other.restoreBackup({ source: { upload }, passphrase: PASSPHRASE, remember: true });
    expect(other.state()).toMatchObject({ phase: 'ready', address, passphrase: { remembered: true } });
    await other.stop();
    // The one that was remembered where the backup was made stays there.
    expect(JSON.parse(readFileSync(join(kit.profile('source'), 'app.json'), 'utf8'))).toMatchObject({ passphrase: null });
  });
});

describe('a backup that is not good', () => {
  const attempt = async (name: string, path: string, passphrase = SECRET) => {
    const other = await kit.open(name);
    const outcome = await other.restoreBackup({ source: { path }, passphrase, remember: false }).catch((error: unknown) => error);
    expect(other.state()).toMatchObject({ phase: 'welcome', hasWallet: false });
    expect(existsSync(kit.profile(name)) ? readdirSync(kit.profile(name)) : []).toEqual([]);
    expect(readdirSync(kit.dir).filter((n) => n.startsWith(`${name}.`))).toEqual([]);
    return outcome;
  };
  const changed = (name: string, change: (bytes: Buffer) => Buffer) => { const path = join(kit.dir, name); writeFileSync(path, change(readFileSync(file))); return path; };

  it('is refused with a sentence, and nothing is left half-written', async () => {
    expect(await attempt('w', file, 'another passphrase')).toEqual(code('passphrase-wrong'));
    for (const cut of [0, 5, 30, 60, 5000, -1, -17]) expect(await attempt('t', changed('cut.bin', (b) => b.subarray(0, cut < 0 ? b.length + cut : cut))), `cut to ${cut}`).toEqual(expect.objectContaining({ code: 'backup-invalid', hint: expect.any(String) as string }));
    for (const at of [0, 3, 20, 45, 60, 90, 3000, -1, -20]) {
      const outcome = await attempt('f', changed('flip.bin', (b) => { const c = Buffer.from(b); const i = at < 0 ? c.length + at : at; c[i] = c[i]! ^ 1; return c; }));
      // A flipped byte of the salt or of the key's check cannot be told from a wrong passphrase.
      expect((outcome as { code: string }).code, `byte ${at}`).toMatch(/^(backup-invalid|passphrase-wrong)$/);
    }
    expect(await attempt('a', changed('more.bin', (b) => Buffer.concat([b, Buffer.alloc(100)])))).toEqual(code('backup-invalid'));
    expect(await attempt('n', join(kit.dir, 'nowhere'))).toEqual(code('file-not-found'));
    expect(await attempt('p', join(kit.profile('source'), 'app.json'))).toEqual(code('backup-invalid'));
  });
});
