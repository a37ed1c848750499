import { createECDH, createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto';
import { HDNodeWallet, Mnemonic, randomBytes, type TransactionRequest, type TypedDataDomain, type TypedDataField } from 'ethers';
import type { Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import { readKeystore, writeKeystore, type ScryptCost } from './keystore.ts';

/** BIP-44: account 0 signs; branch 1 holds the fresh keys of accesses, branch 2 the fresh accounts. */
const ACCOUNT_PATH = "m/44'/60'/0'/0/0";
const ACCESS_BRANCH = "m/44'/60'/1'/0";
const FRESH_BRANCH = "m/44'/60'/2'/0";

/** An account that signs and has an X25519 pair of its own. Secrets are lent, as by the wallet. */
export type AccountHandle = {
  /** Lower-case, as everywhere in the app. */
  readonly address: Hex;
  /** m/44'/60'/2'/0/index; null is the profile's own account. */
  readonly index: number | null;
  signTransaction(transaction: TransactionRequest): Promise<string>;
  signTypedData(domain: TypedDataDomain, types: Record<string, TypedDataField[]>, value: Record<string, unknown>): Promise<string>;
  /** X25519, 32 bytes; nothing in it tells whose other keys it goes with. */
  readonly encryptionPublicKey: Uint8Array;
  withEncryptionKey<T>(use: (privateKey: Uint8Array) => Promise<T>): Promise<T>;
};

/** What an unlocked wallet can do. Secrets are lent to callbacks and wiped; none is returned but storage keys. */
export type WalletHandle = {
  /** Lower-case, as everywhere in the app: the event cache compares addresses as text. */
  readonly address: Hex;
  signTransaction(transaction: TransactionRequest): Promise<string>;
  signTypedData(domain: TypedDataDomain, types: Record<string, TypedDataField[]>, value: Record<string, unknown>): Promise<string>;
  /** secp256k1 public key of the access with this index. */
  accessPublicKey(index: number): { px: Hex; py: Hex };
  withAccessSecret<T>(index: number, use: (secret: Uint8Array) => T): T;
  /** X25519, 32 bytes. */
  readonly encryptionPublicKey: Uint8Array;
  withEncryptionKey<T>(use: (privateKey: Uint8Array) => Promise<T>): Promise<T>;
  /** 32 bytes for encryption at rest, one for each purpose; the caller's to wipe. */
  storageKey(info: string): Uint8Array;
  /** A fresh account, or the own one. */
  account(index: number | null): AccountHandle;
  lock(): void;
};

export async function createWallet(path: string, passphrase: string, cost?: ScryptCost): Promise<{ mnemonic: string; address: Hex }> {
  const entropy = randomBytes(16);
  const mnemonic = Mnemonic.fromEntropy(entropy).phrase;
  const address = await store(path, mnemonic, entropy, passphrase, cost);
  return { mnemonic, address };
}

/** @throws AppError `mnemonic-invalid`; the words are not repeated in the error */
export async function restoreWallet(path: string, mnemonic: string, passphrase: string, cost?: ScryptCost): Promise<{ address: Hex }> {
  const words = mnemonic.trim().toLowerCase().split(/\s+/).join(' ');
  if (!Mnemonic.isValidMnemonic(words)) {
    throw new AppError('mnemonic-invalid', `These ${words ? words.split(' ').length : 0} words are no mnemonic: a word is unknown, missing, or the checksum does not fit.`, { hint: 'Type the 12 to 24 English words again, in their order.' });
  }
  const entropy = Buffer.from(Mnemonic.fromPhrase(words).entropy.slice(2), 'hex');
  return { address: await store(path, words, entropy, passphrase, cost) };
}

async function store(path: string, mnemonic: string, entropy: Uint8Array, passphrase: string, cost?: ScryptCost): Promise<Hex> {
  const address = HDNodeWallet.fromPhrase(mnemonic, '', ACCOUNT_PATH).address.toLowerCase() as Hex;
  await writeKeystore(path, { entropy, address }, passphrase, cost);
  entropy.fill(0);
  return address;
}

/** @throws AppError `passphrase-wrong`, `keystore-corrupt`, `profile-missing` */
export async function unlockWallet(path: string, passphrase: string): Promise<WalletHandle> {
  const { entropy, address } = await readKeystore(path, passphrase);
  const mnemonic = Mnemonic.fromEntropy(entropy);
  entropy.fill(0);
  const root = HDNodeWallet.fromSeed(mnemonic.computeSeed());
  let account: HDNodeWallet | undefined = root.derivePath(ACCOUNT_PATH);
  let branch: HDNodeWallet | undefined = root.derivePath(ACCESS_BRANCH);
  let fresh: HDNodeWallet | undefined = root.derivePath(FRESH_BRANCH);
  const seed = Buffer.from(root.privateKey.slice(2), 'hex');
  if (account.address.toLowerCase() !== address.toLowerCase()) throw new AppError('keystore-corrupt', `The key store at ${path} names another address than its key has.`, { hint: 'Restore the wallet from its mnemonic into a new profile.' });
  const open = <T>(value: T | undefined): T => {
    if (value === undefined) throw new AppError('passphrase-missing', 'The wallet is locked.', { hint: 'Unlock it with the passphrase.' });
    return value;
  };
  const expand = (info: string): Buffer => Buffer.from(hkdfSync('sha256', (open(account), seed), 'phdex/v1', info, 32));
  const secretOf = (index: number) => {
    if (!Number.isInteger(index) || index < 0 || index >= 2 ** 31) throw new RangeError(`wallet: there is no access key ${index}.`);
    return Buffer.from(open(branch).deriveChild(index).privateKey.slice(2), 'hex');
  };
  const encryption = expand('encryption/x25519');
  /** Public halves only: a signing key is derived for each signature and dropped. */
  const handles = new Map<number, AccountHandle>();

  function freshAccount(index: number): AccountHandle {
    if (!Number.isInteger(index) || index < 0 || index >= 2 ** 31) throw new RangeError(`wallet: there is no account ${index}.`);
    const signer = () => open(fresh).deriveChild(index);
    const ownAddress = signer().address.toLowerCase() as Hex;
    const encryptionKey = () => expand(`encryption/x25519/${index}`);
    const once = encryptionKey();
    const publicKey = x25519PublicKey(once);
    once.fill(0);
    return {
      address: ownAddress, index, encryptionPublicKey: publicKey,
      signTransaction: async (transaction) => signer().signTransaction(transaction),
      signTypedData: async (domain, types, value) => signer().signTypedData(domain, types, value),
      async withEncryptionKey(use) {
        const key = encryptionKey();
        try { return await use(new Uint8Array(key.buffer, key.byteOffset, key.length)); } finally { key.fill(0); }
      },
    };
  }

  const own: AccountHandle = {
    address: address.toLowerCase() as Hex, index: null, encryptionPublicKey: x25519PublicKey(encryption),
    signTransaction: async (transaction) => open(account).signTransaction(transaction),
    signTypedData: async (domain, types, value) => open(account).signTypedData(domain, types, value),
    async withEncryptionKey(use) {
      open(account);
      const copy = Uint8Array.from(encryption);
      try { return await use(copy); } finally { copy.fill(0); }
    },
  };

  return {
    address: own.address, signTransaction: own.signTransaction, signTypedData: own.signTypedData,
    encryptionPublicKey: own.encryptionPublicKey, withEncryptionKey: own.withEncryptionKey,
    account(index) {
      if (index === null) return own;
      let handle = handles.get(index);
      if (!handle) handles.set(index, (handle = freshAccount(index)));
      return handle;
    },
    accessPublicKey(index) {
      const curve = createECDH('secp256k1');
      const secret = secretOf(index);
      curve.setPrivateKey(secret);
      secret.fill(0);
      const point = curve.getPublicKey(null, 'uncompressed') as Buffer;
      return { px: `0x${point.subarray(1, 33).toString('hex')}`, py: `0x${point.subarray(33).toString('hex')}` };
    },
    withAccessSecret(index, use) {
      const secret = secretOf(index);
      let result: ReturnType<typeof use>;
      try { result = use(secret); } catch (error) { secret.fill(0); throw error; }
      // A callback that goes on later keeps the secret until it has ended.
      if (result instanceof Promise) void result.finally(() => secret.fill(0)).catch(() => undefined);
      else secret.fill(0);
      return result;
    },
    storageKey: (info) => new Uint8Array(expand(`storage/${info}`)),
    lock() {
      account = undefined;
      branch = undefined;
      fresh = undefined;
      seed.fill(0);
      encryption.fill(0);
    },
  };
}

/** Public key of a raw X25519 private key (RFC 7748), through the PKCS #8 form that Node takes (RFC 8410). */
export function x25519PublicKey(privateKey: Uint8Array): Uint8Array {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), privateKey]);
  const spki = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })).export({ format: 'der', type: 'spki' });
  pkcs8.fill(0);
  return new Uint8Array(spki.subarray(-32));
}
