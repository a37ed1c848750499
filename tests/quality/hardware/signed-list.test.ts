import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInList, createRegistry, entryHash, readSignedList } from '../../../electron/quality/hardware/registry.ts';
import { rawPublicKey, signatureLine, signerOf } from '../../../electron/quality/hardware/signature.ts';
import { isAppError } from '../../../shared/errors.ts';

const pair = () => { const { privateKey } = generateKeyPairSync('ed25519'); return { privateKey, publicKey: rawPublicKey(privateKey).toString('base64') }; };
const [ours, theirs] = [pair(), pair()];
const base = builtInList();
const listOf = (change: Record<string, unknown>): Buffer => Buffer.from(JSON.stringify({ ...base.list, ...change }));
const signed = (bytes: Uint8Array, key: KeyObject = ours.privateKey) => readSignedList(bytes, signatureLine(bytes, key), [ours.publicKey]);
const refusal = (work: () => unknown): { code: string; message: string } => { try { work(); } catch (error) { if (isAppError(error)) return { code: error.code, message: error.message }; throw error; } throw new Error('was not refused'); };

describe('the list that comes with the app', () => {
  it('is signed by a maintainer over exactly its bytes', () => {
    expect(base.list.devices.length).toBeGreaterThanOrEqual(30);
    const signature = readFileSync(new URL('../../../resources/devices.json.sig', import.meta.url), 'utf8');
    const bytes = readFileSync(new URL('../../../resources/devices.json', import.meta.url));
    for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 1;
      expect(refusal(() => readSignedList(changed, signature))).toMatchObject({ code: 'devices-refused', message: expect.stringContaining('not signed by the maintainers, or was changed') });
    }
    // White space as well: what is signed is the file.
    expect(refusal(() => readSignedList(Buffer.concat([bytes, Buffer.from('\n')]), signature)).code).toBe('devices-refused');
  });
});

describe('a signature', () => {
  const bytes = listOf({ version: 7 });
  it('counts by any of the maintainers, among those of others', () => {
    const both = signatureLine(bytes, theirs.privateKey) + signatureLine(bytes, ours.privateKey);
    expect(readSignedList(bytes, both, [ours.publicKey]).list.version).toBe(7);
    expect(readSignedList(bytes, both.replaceAll('\n', '\r\n'), ['nonsense', ours.publicKey]).list.version).toBe(7);
  });
  it.each<[string, string]>([
    ['of nobody', ''],
    ['of somebody else', signatureLine(bytes, theirs.privateKey)],
    ['of somebody else under our name', signatureLine(bytes, theirs.privateKey).replace(/ed25519 \S+/, signatureLine(bytes, ours.privateKey).split(' ').slice(0, 2).join(' '))],
    ['of ours, of other bytes', signatureLine(listOf({ version: 8 }), ours.privateKey)],
    ['cut', signatureLine(bytes, ours.privateKey).slice(0, -8)],
    ['of another algorithm', signatureLine(bytes, ours.privateKey).replace('ed25519', 'none')],
    ['beyond what is read', `${'#\n'.repeat(10_000)}${signatureLine(bytes, ours.privateKey)}`],
  ])('%s does not', (_, signature) => {
    expect(refusal(() => readSignedList(bytes, signature, [ours.publicKey])).code).toBe('devices-refused');
  });
  it('whatever bytes stand there, is refused and never crashes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (some, text) => {
      expect(signerOf(some, text, [ours.publicKey])).toBeNull();
      expect(signerOf(bytes, `ed25519 ${text} ${Buffer.from(some).toString('base64')}`, [ours.publicKey, text])).toBeNull();
    }));
  });
});

describe('a signed list', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['is no JSON', Buffer.from('{'), /no JSON/],
    ['is no UTF-8', Uint8Array.of(0xff, 0xfe), /no JSON/],
    ['is of another format', listOf({ format: 'phdex/devices/v2' }), /form that this app does not know: format/],
    ['says more than is known', listOf({ more: 1 }), /form that this app does not know/],
    ['is far too large', Buffer.alloc(9 * 1024 * 1024, 32), /too large/],
  ])('that %s is refused', (_, bytes, message) => {
    expect(refusal(() => signed(bytes))).toEqual({ code: 'devices-refused', message: expect.stringMatching(message) });
  });

  it('changes what a device is, and what was signed before is still found by its hash', () => {
    const [first, ...others] = base.list.devices;
    const changed = { ...first!, model: `${first!.model} (second edition)` };
    const next = signed(listOf({ version: 2, devices: [changed, ...others] }));
    const registry = createRegistry([next, base]);
    expect(registry.version).toBe(2);
    expect(registry.get(first!.id)).toEqual(changed);
    expect(registry.find(first!.id, entryHash(changed))).toEqual(changed);
    expect(registry.find(first!.id, entryHash(first!))).toEqual(first);
    expect(registry.find(first!.id, '0'.repeat(64))).toBeUndefined();
    expect(registry.find(others[0]!.id, entryHash(first!))).toBeUndefined();
    expect(entryHash(JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(first!).reverse()))))).toBe(entryHash(first!));
  });
});

describe('scripts/sign-devices.ts', () => {
  const script = fileURLToPath(new URL('../../../scripts/sign-devices.ts', import.meta.url));
  const run = (...args: string[]) => { try { return { code: 0, text: execFileSync(process.execPath, [script, ...args], { encoding: 'utf8', stdio: 'pipe', env: { ...process.env, PHDEX_DEVICES_KEY: '' } }) }; } catch (error) { const e = error as { status: number; stderr: string }; return { code: e.status, text: e.stderr }; } };
  let dir: string;
  beforeAll(() => { dir = mkdtempSync(join(tmpdir(), 'phdex-sign-')); });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('finds the list signed', () => expect(run('--check')).toMatchObject({ code: 0 }));
  it('makes a key outside of the repository only, and over none', () => {
    const inside = fileURLToPath(new URL('../../../resources/never.pem', import.meta.url));
    expect(run('--new-key', inside)).toMatchObject({ code: 1, text: expect.stringContaining('does not belong into the repository') });
    expect(run('--new-key', join(dir, 'key.pem')).text).toMatch(/^Public key [0-9a-f]{16}: [A-Za-z0-9+/]{43}=\n$/);
    expect(run('--new-key', join(dir, 'key.pem')).code).toBe(1);
    expect(readdirSync(dir)).toEqual(['key.pem']);
  });
  it('signs with no key that no app would believe, and leaves the signature as it was', () => {
    const before = readFileSync(new URL('../../../resources/devices.json.sig', import.meta.url), 'utf8');
    expect(run('--key', join(dir, 'key.pem'))).toMatchObject({ code: 1, text: expect.stringContaining('not signed by the maintainers') });
    expect(run().code).toBe(1);
    expect(readFileSync(new URL('../../../resources/devices.json.sig', import.meta.url), 'utf8')).toBe(before);
  });
  it('no private key is in the repository', () => {
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8', cwd: fileURLToPath(new URL('../../..', import.meta.url)) }).split('\n').filter((f) => /\.(pem|key|p8)$/.test(f));
    expect(listed).toEqual([]);
  });
});
