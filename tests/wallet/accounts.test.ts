import { createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HDNodeWallet, Transaction, verifyTypedData } from 'ethers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAccounts } from '../../electron/app/accounts.ts';
import { openDatabase, type Db } from '../../electron/db/open-database.ts';
import { GAP_LIMIT } from '../../electron/wallet/accounts.ts';
import { restoreWallet, unlockWallet, x25519PublicKey, type WalletHandle } from '../../electron/wallet/wallet.ts';
import { ACCOUNTS, hex } from '../vectors/vectors.ts';

const MNEMONIC = ACCOUNTS[0]!.mnemonic;
let dir: string;
let db: Db;
let wallet: WalletHandle;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'phdex-accounts-'));
  await restoreWallet(join(dir, 'keystore.json'), MNEMONIC, 'correct horse battery', { N: 2 ** 12, r: 8, p: 1 });
  wallet = await unlockWallet(join(dir, 'keystore.json'), 'correct horse battery');
  db = openDatabase(join(dir, 'a.sqlite'));
});
afterEach(() => { db.close(); rmSync(dir, { recursive: true, force: true }); });

describe('an account of the wallet', () => {
  it("is m/44'/60'/2'/0/i, and signs as that", async () => {
    for (const index of [0, 7, 2 ** 31 - 1]) {
      const expected = HDNodeWallet.fromPhrase(MNEMONIC, '', `m/44'/60'/2'/0/${index}`);
      const account = wallet.account(index);
      expect(account).toMatchObject({ index, address: expected.address.toLowerCase() });
      const raw = await account.signTransaction({ type: 2, chainId: 31337, to: `0x${'11'.repeat(20)}`, value: 1n, nonce: 0, gasLimit: 21_000n, maxFeePerGas: 1n, maxPriorityFeePerGas: 1n });
      expect(Transaction.from(raw).from).toBe(expected.address);
      const types = { Permit: [{ name: 'value', type: 'uint256' }] };
      expect(verifyTypedData({ name: 'x' }, types, { value: 7n }, await account.signTypedData({ name: 'x' }, types, { value: 7n }))).toBe(expected.address);
    }
    for (const bad of [-1, 1.5, 2 ** 31, Number.NaN]) expect(() => wallet.account(bad)).toThrow(RangeError);
    expect(wallet.account(null)).toMatchObject({ index: null, address: wallet.address });
    expect(hex(wallet.account(null).encryptionPublicKey)).toBe(hex(wallet.encryptionPublicKey));
  });

  it('has an X25519 pair of its own: HKDF of the seed with its index', async () => {
    const seed = Buffer.from(HDNodeWallet.fromSeed(HDNodeWallet.fromPhrase(MNEMONIC).mnemonic!.computeSeed()).privateKey.slice(2), 'hex');
    for (const index of [0, 1, 12]) {
      const account = wallet.account(index);
      await account.withEncryptionKey(async (key) => {
        expect(hex(key)).toBe(hex(new Uint8Array(hkdfSync('sha256', seed, 'phdex/v1', `encryption/x25519/${index}`, 32))));
        expect(hex(x25519PublicKey(key))).toBe(hex(account.encryptionPublicKey));
      });
    }
    const all = [null, 0, 1, 2].map((i) => hex(wallet.account(i).encryptionPublicKey));
    expect(new Set(all).size).toBe(4);
    // Two of them agree on a secret: the pairs are whole.
    const pem = (raw: Uint8Array) => createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), raw]), format: 'der', type: 'pkcs8' });
    const pub = (raw: Uint8Array) => createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: Buffer.from(raw).toString('base64url') }, format: 'jwk' });
    const [a, b] = [wallet.account(0), wallet.account(1)];
    const left = await a.withEncryptionKey(async (k) => diffieHellman({ privateKey: pem(k), publicKey: pub(b.encryptionPublicKey) }));
    const right = await b.withEncryptionKey(async (k) => diffieHellman({ privateKey: pem(k), publicKey: pub(a.encryptionPublicKey) }));
    expect(left.equals(right)).toBe(true);
  });

  it('lends its key and wipes it, and does nothing once the wallet is locked', async () => {
    const account = wallet.account(3);
    let seen!: Uint8Array;
    await account.withEncryptionKey(async (key) => { seen = key; expect(key.some((x) => x !== 0)).toBe(true); });
    expect(seen.every((x) => x === 0)).toBe(true);
    await expect(account.withEncryptionKey(async (key) => { seen = key; throw new Error('no'); })).rejects.toThrow('no');
    expect(seen.every((x) => x === 0)).toBe(true);
    wallet.lock();
    const locked = expect.objectContaining({ code: 'passphrase-missing' });
    await expect(account.withEncryptionKey(async () => 1)).rejects.toEqual(locked);
    await expect(account.signTransaction({})).rejects.toEqual(locked);
    await expect(account.signTypedData({}, { A: [] }, {})).rejects.toEqual(locked);
    expect(() => wallet.account(99)).toThrow(locked);
  });
});

describe('the index of accounts', () => {
  it('gives each purpose an account of its own, and keeps what it is for sealed', () => {
    const accounts = openAccounts({ db, wallet });
    const doctor = accounts.fresh('relationship', 'Dr Grün, cardiology');
    const walks = accounts.fresh('dataset', 'Walks of April');
    expect([doctor.index, walks.index]).toEqual([0, 1]);
    expect(accounts.list('dataset')).toEqual([walks]);
    expect(accounts.byAddress(doctor.address.toUpperCase().replace('0X', '0x'))).toEqual(doctor);
    expect(accounts.byAddress(wallet.address)).toBeUndefined();
    expect([accounts.indexOf(wallet.address), accounts.indexOf(walks.address), accounts.indexOf(`0x${'99'.repeat(20)}`)]).toEqual([null, 1, undefined]);
    expect([...accounts.mine()].sort()).toEqual([wallet.address, doctor.address, walks.address].sort());
    // Another run of the same profile reads the same.
    expect(openAccounts({ db, wallet }).list()).toEqual([doctor, walks]);
    expect(JSON.stringify(db.prepare('SELECT CAST(label AS TEXT) AS t FROM accounts').all())).not.toMatch(/Gr|cardiology|Walks/);
    accounts.relabel(0, 'Dr Blau');
    expect(accounts.byAddress(doctor.address)!.label).toBe('Dr Blau');
    // A label that was moved to another account is noticed.
    db.prepare('UPDATE accounts SET label = (SELECT label FROM accounts WHERE idx = 1) WHERE idx = 0').run();
    expect(() => openAccounts({ db, wallet }).list()).toThrow(expect.objectContaining({ code: 'database-corrupt' }) as Error);
  });

  it('takes back what nothing came of, but nothing that the chain has seen, nor one in the middle', () => {
    const accounts = openAccounts({ db, wallet });
    const [first, second] = [accounts.fresh('dataset', 'a'), accounts.fresh('dataset', 'b')];
    accounts.giveBack(first.index);
    expect(accounts.list()).toEqual([first, second]);
    accounts.giveBack(second.index);
    expect([...accounts.mine()]).toEqual([wallet.address, first.address]);
    expect(accounts.fresh('dataset', 'c').address).toBe(second.address);
    db.prepare("INSERT INTO balances VALUES (?, '5')").run(second.address);
    accounts.giveBack(second.index);
    expect(accounts.list()).toHaveLength(2);
  });

  it('finds again what the chain knows after a restore from the words, and never gives it out twice', () => {
    const at = (i: number) => wallet.account(i).address;
    const history = db.prepare("INSERT INTO history (block, log_index, at, tx, event, dataset_id, access_id, actor, subject, amount, details) VALUES (1, ?, 1, '0x', ?, NULL, NULL, ?, ?, NULL, '{}')");
    history.run(0, 'AccessRequested', `0x${'aa'.repeat(20)}`, at(2));
    history.run(1, 'Enrolled', at(5), null);
    db.prepare("INSERT INTO datasets VALUES (1, ?, 'h', 'r', 'n', 'c', '1', 1, 0, 0, 2, 'published', 0, 3, NULL, NULL, NULL, 1, 1)").run(at(5 + GAP_LIMIT));
    // One further than a restore looks.
    history.run(2, 'AccessGranted', at(5 + 2 * GAP_LIMIT + 1), null);
    const accounts = openAccounts({ db, wallet });
    const fresh = accounts.fresh('relationship', 'new');
    expect(fresh.index).toBe(6 + GAP_LIMIT);
    expect(accounts.list().map((a) => [a.index, a.kind, a.label])).toEqual([[2, 'relationship', null], [5, 'study', null], [5 + GAP_LIMIT, 'dataset', null], [6 + GAP_LIMIT, 'relationship', 'new']]);
    // The new one has moved the end of what is looked through: the far one is in reach now.
    expect(accounts.recover()).toBe(1);
    expect(accounts.recover()).toBe(0);
  });
});
