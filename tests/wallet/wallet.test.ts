import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, readdirSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HDNodeWallet, SigningKey, Transaction, verifyTypedData } from 'ethers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWallet, restoreWallet, unlockWallet, x25519PublicKey } from '../../electron/wallet/wallet.ts';
import { SCRYPT, type ScryptCost } from '../../electron/wallet/keystore.ts';
import { ACCOUNTS, BIP39, bytes, hex, X25519 } from '../vectors/vectors.ts';

const CHEAP: ScryptCost = { N: 2 ** 12, r: 8, p: 1 };
const PASSPHRASE = 'correct horse battery';
let dir: string;
let path: string;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'phdex-wallet-')); path = join(dir, 'keystore.json'); });
afterEach(() => rmSync(dir, { recursive: true, force: true }));
const restored = async (mnemonic: string) => { await restoreWallet(path, mnemonic, PASSPHRASE, CHEAP); return unlockWallet(path, PASSPHRASE); };

describe('wallet', () => {
  it('is made, unlocked, and restored from its words with the same address and keys', async () => {
    const { mnemonic, address } = await createWallet(path, PASSPHRASE, CHEAP);
    expect(mnemonic.split(' ')).toHaveLength(12);
    const first = await unlockWallet(path, PASSPHRASE);
    expect(first.address).toBe(address);
    expect(address).toMatch(/^0x[0-9a-f]{40}$/);
    rmSync(path);
    const second = await restored(`  ${mnemonic.toUpperCase().replaceAll(' ', '  ')}\n`);
    expect(second.address).toBe(address);
    expect(second.accessPublicKey(5)).toEqual(first.accessPublicKey(5));
    expect(hex(second.encryptionPublicKey)).toBe(hex(first.encryptionPublicKey));
    expect(hex(second.storageKey('db'))).toBe(hex(first.storageKey('db')));
    const other = await createWallet(join(dir, 'other.json'), PASSPHRASE, CHEAP);
    expect(other.mnemonic).not.toBe(mnemonic);
  });

  it.each(ACCOUNTS)('has the address $address that other wallets have', async ({ mnemonic, address }) => {
    expect((await restored(mnemonic)).address).toBe(address.toLowerCase());
  });

  it('signs transactions and typed data as its account', async () => {
    const wallet = await restored(ACCOUNTS[0]!.mnemonic);
    const raw = await wallet.signTransaction({ type: 2, chainId: 31337, to: `0x${'11'.repeat(20)}`, value: 1n, nonce: 0, gasLimit: 21_000n, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n });
    expect(Transaction.from(raw).from!.toLowerCase()).toBe(wallet.address);
    const domain = { name: 'PHD', version: '1', chainId: 1 };
    const types = { Permit: [{ name: 'value', type: 'uint256' }] };
    expect(verifyTypedData(domain, types, { value: 7n }, await wallet.signTypedData(domain, types, { value: 7n })).toLowerCase()).toBe(wallet.address);
  });

  it('derives a fresh secp256k1 key for each access at m/44\'/60\'/1\'/0/index', async () => {
    const wallet = await restored(ACCOUNTS[0]!.mnemonic);
    for (const index of [0, 1, 41, 2 ** 31 - 1]) {
      const expected = HDNodeWallet.fromPhrase(ACCOUNTS[0]!.mnemonic, '', `m/44'/60'/1'/0/${index}`);
      const { px, py } = wallet.accessPublicKey(index);
      expect(`0x04${px.slice(2)}${py.slice(2)}`).toBe(SigningKey.computePublicKey(expected.privateKey, false));
      expect(wallet.withAccessSecret(index, (secret) => hex(secret))).toBe(expected.privateKey.slice(2));
    }
    expect(wallet.accessPublicKey(0)).not.toEqual(wallet.accessPublicKey(1));
    for (const bad of [-1, 1.5, 2 ** 31, Number.NaN]) expect(() => wallet.accessPublicKey(bad)).toThrow(RangeError);
  });

  it('lends secrets and wipes them, whatever the borrower does', async () => {
    const wallet = await restored(ACCOUNTS[0]!.mnemonic);
    const zero = (b: Uint8Array) => b.every((x) => x === 0);
    let seen!: Uint8Array;
    wallet.withAccessSecret(0, (secret) => { seen = secret; expect(zero(secret)).toBe(false); });
    expect(zero(seen)).toBe(true);
    expect(() => wallet.withAccessSecret(0, (secret) => { seen = secret; throw new Error('no'); })).toThrow('no');
    expect(zero(seen)).toBe(true);
    await wallet.withAccessSecret(0, async (secret) => { seen = secret; await Promise.resolve(); expect(zero(secret)).toBe(false); });
    expect(zero(seen)).toBe(true);
    await wallet.withEncryptionKey(async (key) => { seen = key; await Promise.resolve(); expect(zero(key)).toBe(false); });
    expect(zero(seen)).toBe(true);
    await expect(wallet.withEncryptionKey(async (key) => { seen = key; throw new Error('no'); })).rejects.toThrow('no');
    expect(zero(seen)).toBe(true);
    expect(wallet.withAccessSecret(0, (secret) => zero(secret))).toBe(false);
  });

  it('has an X25519 pair that fits together', async () => {
    expect(hex(x25519PublicKey(bytes(X25519.secret)))).toBe(X25519.public);
    const wallet = await restored(ACCOUNTS[0]!.mnemonic);
    expect(wallet.encryptionPublicKey).toHaveLength(32);
    await wallet.withEncryptionKey(async (key) => {
      expect(hex(x25519PublicKey(key))).toBe(hex(wallet.encryptionPublicKey));
      const ours = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), key]), format: 'der', type: 'pkcs8' });
      const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: Buffer.from(wallet.encryptionPublicKey).toString('base64url') }, format: 'jwk' });
      expect(diffieHellman({ privateKey: ours, publicKey })).toHaveLength(32);
    });
  });

  it('derives storage keys that differ by purpose and from everything else', async () => {
    const wallet = await restored(ACCOUNTS[0]!.mnemonic);
    const encryption = await wallet.withEncryptionKey(async (key) => hex(key));
    const account = HDNodeWallet.fromPhrase(ACCOUNTS[0]!.mnemonic).privateKey.slice(2);
    const all = [hex(wallet.storageKey('a')), hex(wallet.storageKey('b')), hex(wallet.storageKey('')), hex(wallet.storageKey('encryption/x25519')), encryption, account, wallet.withAccessSecret(0, (s) => hex(s))];
    expect(new Set(all).size).toBe(all.length);
    expect(wallet.storageKey('a')).toHaveLength(32);
    wallet.storageKey('a').fill(0);
    expect(hex(wallet.storageKey('a'))).toBe(all[0]);
  });

  it('does nothing once it is locked', async () => {
    const wallet = await restored(ACCOUNTS[0]!.mnemonic);
    wallet.lock();
    wallet.lock();
    const locked = expect.objectContaining({ code: 'passphrase-missing', message: 'The wallet is locked.' });
    expect(() => wallet.accessPublicKey(0)).toThrow(locked);
    expect(() => wallet.withAccessSecret(0, () => 1)).toThrow(locked);
    expect(() => wallet.storageKey('a')).toThrow(locked);
    await expect(wallet.withEncryptionKey(async () => 1)).rejects.toEqual(locked);
    await expect(wallet.signTransaction({})).rejects.toEqual(locked);
    await expect(wallet.signTypedData({}, { A: [] }, {})).rejects.toEqual(locked);
  });

  it.each([
    ['', 'These 0 words are no mnemonic'],
    ['test test test', 'These 3 words are no mnemonic'],
    [ACCOUNTS[0]!.mnemonic.replace('junk', 'test'), 'These 12 words are no mnemonic'],
    [ACCOUNTS[0]!.mnemonic.replace('junk', 'jnuk'), 'These 12 words are no mnemonic'],
    [`${BIP39[1]!.mnemonic} yellow`, 'These 13 words are no mnemonic'],
  ])('refuses «%s» without repeating it', async (words, message) => {
    const error = await restoreWallet(path, words, PASSPHRASE, CHEAP).catch((e: Error) => e) as Error;
    expect(error).toMatchObject({ code: 'mnemonic-invalid' });
    expect(error.message).toContain(message);
    for (const word of words.split(' ').filter((w) => w.length > 4)) expect(error.message).not.toContain(word);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('takes 24 words as well', async () => {
    const words = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art';
    expect((await restored(words)).address).toBe(HDNodeWallet.fromPhrase(words).address.toLowerCase());
  });
});

describe('key store', () => {
  it('is readable by its owner alone, holds no secret in the clear and is never overwritten', async () => {
    const { mnemonic } = await createWallet(path, PASSPHRASE, CHEAP);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, 'utf8');
    const wallet = HDNodeWallet.fromPhrase(mnemonic);
    // A word of the list may be a field's name ("address"), so it is looked for among the values.
    const values: unknown[] = [];
    JSON.parse(text, (_key, value: unknown) => (values.push(value), value));
    for (const word of mnemonic.split(' ')) expect(values).not.toContain(word);
    for (const secret of [mnemonic, wallet.privateKey.slice(2), wallet.mnemonic!.entropy.slice(2), PASSPHRASE]) expect(text).not.toContain(secret);
    expect(readdirSync(dir)).toEqual(['keystore.json']);
    await expect(createWallet(path, PASSPHRASE, CHEAP)).rejects.toMatchObject({ code: 'profile-exists' });
    await expect(restoreWallet(path, ACCOUNTS[0]!.mnemonic, PASSPHRASE, CHEAP)).rejects.toMatchObject({ code: 'profile-exists' });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('costs N = 2^17, r = 8, p = 1 unless a test says otherwise', async () => {
    expect(SCRYPT).toEqual({ N: 131_072, r: 8, p: 1 });
    await createWallet(path, PASSPHRASE);
    expect(JSON.parse(readFileSync(path, 'utf8')).kdf).toMatchObject({ name: 'scrypt', N: 131_072, r: 8, p: 1 });
    expect((await unlockWallet(path, PASSPHRASE)).address).toMatch(/^0x/);
  });

  it('tells a wrong passphrase', async () => {
    await createWallet(path, PASSPHRASE, CHEAP);
    for (const wrong of ['', 'correct horse batterY', `${PASSPHRASE} `]) await expect(unlockWallet(path, wrong)).rejects.toMatchObject({ code: 'passphrase-wrong', message: 'The passphrase does not open this wallet.' });
    await expect(unlockWallet(path, PASSPHRASE.normalize('NFD'))).resolves.toBeDefined();
  });

  it('reads a passphrase the same however its letters were composed', async () => {
    await createWallet(path, 'Grüße aus Zürich'.normalize('NFD'), CHEAP);
    await expect(unlockWallet(path, 'Grüße aus Zürich'.normalize('NFC'))).resolves.toBeDefined();
  });

  it('refuses a short passphrase before anything is written', async () => {
    await expect(createWallet(path, 'seven77', CHEAP)).rejects.toMatchObject({ code: 'passphrase-wrong' });
    expect(existsSync(path)).toBe(false);
  });

  it('tells a damaged file, at any byte, from a wrong passphrase', async () => {
    await createWallet(path, PASSPHRASE, CHEAP);
    const text = readFileSync(path, 'latin1');
    for (let at = 0; at < text.length; at += 7) {
      const other = text[at] === '1' ? '2' : '1';
      writeFileSync(path, text.slice(0, at) + other + text.slice(at + 1), 'latin1');
      await expect(unlockWallet(path, PASSPHRASE), `byte ${at} «${text[at]}» as «${other}»`).rejects.toMatchObject({ code: 'keystore-corrupt', message: `The key store at ${path} is damaged.` });
    }
    for (const length of [0, 1, 100, text.length - 1]) {
      writeFileSync(path, text.slice(0, length));
      await expect(unlockWallet(path, PASSPHRASE)).rejects.toMatchObject({ code: 'keystore-corrupt' });
    }
  });

  it('does not let a file ask for a terabyte, nor for no work at all', async () => {
    await createWallet(path, PASSPHRASE, CHEAP);
    const stored = JSON.parse(readFileSync(path, 'utf8')) as { kdf: Record<string, unknown> };
    for (const kdf of [{ N: 2 ** 30 }, { N: 2 }, { N: 4097 }, { r: 1024 }, { p: 64 }, { name: 'none' }, { extra: 1 }]) {
      writeFileSync(path, JSON.stringify({ ...stored, kdf: { ...stored.kdf, ...kdf } }));
      await expect(unlockWallet(path, PASSPHRASE)).rejects.toMatchObject({ code: 'keystore-corrupt' });
    }
  });

  it('says where it looked when there is none', async () => {
    await expect(unlockWallet(path, PASSPHRASE)).rejects.toMatchObject({ code: 'profile-missing', message: `There is no key store at ${path}.` });
  });
});
