import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { HDNodeWallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEnvelope, sealEnvelope } from '../../electron/vault/envelope.ts';
import { openSegment } from '../../electron/vault/open-dataset.ts';
import { commitmentOf, openReleasedShare, sealShareForAccess } from '../../electron/vault/release.ts';
import { sealDataset } from '../../electron/vault/seal-dataset.ts';
import { segmentKey } from '../../electron/vault/segment-key.ts';
import { combineShares, splitKey } from '../../electron/vault/split.ts';
import { openStream, sealStream } from '../../electron/vault/stream.ts';
import { readPassphrase } from '../../electron/wallet/passphrase.ts';
import { createWallet, restoreWallet, unlockWallet } from '../../electron/wallet/wallet.ts';
import { toAppError } from '../../shared/errors.ts';
import { collect, noise, parts, sealRequest, testKeepers, testSegments, x25519Pair } from '../vault/fixture.ts';

// Whatever fails, what it says (message, hint, details, cause, stack) holds nothing of a key, a share, a passphrase, a
// mnemonic or a plaintext. The secrets are planted; every call below is made to fail; then they are looked for.
const MNEMONIC = 'letter advice cage absurd amount doctor acoustic avoid letter advice cage above';
const PASSPHRASE = 'planted-passphrase-57';
const CHEAP = { N: 2 ** 12, r: 8, p: 1 } as const;
const key = noise(32, 'planted key');
const share = noise(33, 'planted share');
const plain = noise(5000, 'planted plaintext');
const access = noise(32, 'planted access secret');
const pair = x25519Pair();

/** Every form in which bytes end up in text, of any eight bytes in a row: enough to know one by, too many to occur by chance. */
function forms(secret: Uint8Array): string[] {
  return Array.from({ length: Math.floor(secret.length / 8) }, (_, i) => Buffer.from(secret.subarray(i * 8, i * 8 + 8))).flatMap((b) => [b.toString('hex'), b.toString('base64').slice(0, 10), [...b].join(',')]);
}
const account = HDNodeWallet.fromPhrase(MNEMONIC);
const planted = [
  ...[key, share, plain.subarray(0, 64), access, pair.privateKey, noise(64, 'segment 0'), Buffer.from(account.privateKey.slice(2), 'hex'), Buffer.from(account.mnemonic!.entropy.slice(2), 'hex')].flatMap(forms),
  PASSPHRASE, 'acoustic', 'absurd', 'letter advice',
];

/** A secret that a text holds, also where the text sets its bytes in columns. */
const leak = (text: string): string | undefined => planted.find((secret) => text.includes(secret) || text.replace(/\s+/g, '').includes(secret));

let dir: string;
beforeAll(() => { dir = mkdtempSync(join(tmpdir(), 'phdex-secrets-')); });
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function failures(): Promise<[string, () => unknown][]> {
  const nonce = `0x${'ab'.repeat(32)}` as const;
  const seat = { nonce, index: 0, keeper: `0x${'11'.repeat(20)}` as const };
  const aad = noise(8);
  const blob = await collect(sealStream({ key, aad, source: parts(plain) }));
  const flipped = Buffer.from(blob);
  flipped[100]! ^= 1;
  const envelope = await sealEnvelope(share, pair.publicKey, seat);
  const shares = await splitKey(key, 3, 2);
  const keepers = testKeepers(2);
  const { manifest } = await sealDataset(sealRequest(join(dir, 'sealed'), keepers, testSegments(5000)));
  const store = join(dir, 'keystore.json');
  await restoreWallet(store, MNEMONIC, PASSPHRASE, CHEAP);
  const text = readFileSync(store, 'utf8');
  const damaged = join(dir, 'damaged.json');
  writeFileSync(damaged, text.slice(0, -9));
  const foreign = join(dir, 'foreign.json');
  writeFileSync(foreign, `{"mnemonic":"${MNEMONIC}","privateKey":"${account.privateKey}"}`);
  const passFile = join(dir, 'pass');
  writeFileSync(passFile, PASSPHRASE);
  const wallet = await unlockWallet(store, PASSPHRASE);
  const locked = await unlockWallet(store, PASSPHRASE);
  locked.lock();
  const bad = keepers.map((k) => ({ ...k, encryptionKey: new Uint8Array(32) }));
  return [
    ['open with a wrong key', () => collect(openStream({ key: share.subarray(0, 32), aad, source: parts(blob) }))],
    ['open a changed blob', () => collect(openStream({ key, aad, source: parts(flipped) }))],
    ['open a cut blob', () => collect(openStream({ key, aad, source: parts(blob.subarray(0, 60)) }))],
    ['open with other data', () => collect(openStream({ key, aad: noise(9), source: parts(blob) }))],
    ['a key of the wrong length', () => collect(sealStream({ key: key.subarray(1), aad, source: parts(plain) }))],
    ['plaintext for a blob', () => collect(openStream({ key, aad, source: parts(plain) }))],
    ['a segment of another key', () => collect(openSegment({ datasetKey: key, manifest, name: manifest.segments[0]!.name, source: parts(readFileSync(join(dir, 'sealed', 'acceleration.day-000.phdx'))) }))],
    ['a segment key of the wrong length', () => segmentKey(key.subarray(1), key, 'a/day-000')],
    ['split a wrong key', () => splitKey(key.subarray(1), 3, 2)],
    ['too few shares', () => combineShares(shares.slice(0, 1), 2)],
    ['a share twice', () => combineShares([share, share], 2)],
    ['a short share', () => combineShares([share.subarray(1), share], 2)],
    ['an envelope of another', () => openEnvelope(envelope, noise(32), seat)],
    ['an envelope with a key that is none', () => openEnvelope(envelope, pair.privateKey.subarray(1), seat)],
    ['seal to a key that is none', () => sealEnvelope(share, new Uint8Array(32), seat)],
    ['seal to no seat', () => sealEnvelope(share, pair.publicKey, { ...seat, index: 99 })],
    ['seal a dataset to keys that are none', () => sealDataset(sealRequest(join(dir, 'never'), bad, testSegments(5000)))],
    ['seal a dataset that cannot be kept', () => sealDataset(sealRequest(join(dir, 'never'), keepers, testSegments(5000), { keep: () => { throw new Error('cannot'); } }))],
    ['a commitment to a short share', () => commitmentOf(nonce, 0, share.subarray(1))],
    ['release a short share', () => sealShareForAccess({ share: share.subarray(1), accessKey: { px: nonce, py: nonce }, context: { chainId: 1, market: seat.keeper, accessId: 1, index: 0 } })],
    ['release to no point', () => sealShareForAccess({ share, accessKey: { px: nonce, py: nonce }, context: { chainId: 1, market: seat.keeper, accessId: 1, index: 0 } })],
    ['open a release with a short secret', () => openReleasedShare({ release: { ex: wallet.accessPublicKey(0).px, ey: wallet.accessPublicKey(0).py, ct: `0x${'00'.repeat(33)}` }, accessSecret: access.subarray(1), context: { chainId: 1, market: seat.keeper, accessId: 1, index: 0 } })],
    ['a wrong passphrase', () => unlockWallet(store, `${PASSPHRASE}x`)],
    ['a damaged key store', () => unlockWallet(damaged, PASSPHRASE)],
    ['a key store of another kind', () => unlockWallet(foreign, PASSPHRASE)],
    ['a second wallet', () => createWallet(store, PASSPHRASE, CHEAP)],
    ['a mnemonic with one wrong word', () => restoreWallet(join(dir, 'x.json'), MNEMONIC.replace('above', 'abovve'), PASSPHRASE, CHEAP)],
    ['a mnemonic that is cut', () => restoreWallet(join(dir, 'x.json'), MNEMONIC.slice(0, -6), PASSPHRASE, CHEAP)],
    ['a folder that is not there', () => restoreWallet(join(dir, 'none', 'x.json'), MNEMONIC, PASSPHRASE, CHEAP)],
    ['a wallet that is locked', () => locked.withAccessSecret(0, () => 0)],
    ['an access key out of range', () => wallet.withAccessSecret(-1, () => 0)],
    ['a transaction that is none', () => wallet.signTransaction({ to: 'nowhere', from: '0x00' })],
    ['typed data that is none', () => wallet.signTypedData({}, { A: [{ name: 'b', type: 'uint7' }] }, { b: 'x' })],
    ['a passphrase file that is none', () => readPassphrase({ file: join(passFile, 'below') })],
  ];
}

describe('no secret in an error', () => {
  it('whatever fails', async () => {
    for (const [name, fail] of await failures()) {
      let error: unknown;
      try { await fail(); } catch (thrown) { error = thrown; }
      expect(error, `«${name}» did not fail`).toBeInstanceOf(Error);
      const app = toAppError(error);
      const said = [inspect(error, { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null }), app.message, app.hint, JSON.stringify(app.details)].join('\n');
      expect(leak(said), `«${name}» says it`).toBeUndefined();
    }
  });

  it('would find one: the search itself works', () => {
    for (const leaky of [{ share }, { share: Buffer.from(share) }, { share: Buffer.from(share).toString('hex') }, { key: Buffer.from(key).toString('base64') }, { list: [...share] }, { words: MNEMONIC }]) {
      expect(leak(inspect(new Error('x', { cause: leaky }), { depth: 20, maxArrayLength: null, maxStringLength: null }))).toBeDefined();
    }
    expect(leak(JSON.stringify({ share: [...share] }))).toBeDefined();
  });
});
