import { createCipheriv, createDecipheriv, hash, randomBytes, scrypt } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';

/** Cost of scrypt (RFC 7914): N = 2^17 with r = 8 takes 128 MiB and a third of a second here. */
export const SCRYPT = { N: 2 ** 17, r: 8, p: 1 } as const;
/** Only tests hand in another cost than `SCRYPT`. */
export type ScryptCost = { N: number; r: 8; p: 1 };

const Keystore = z.strictObject({
  version: z.literal(1),
  address: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  // The cost is read within bounds: a changed file may not make us skip the work nor ask for a terabyte.
  kdf: z.strictObject({ name: z.literal('scrypt'), N: z.number().int().min(2 ** 12).max(2 ** 20), r: z.literal(8), p: z.literal(1), salt: z.string().regex(/^[0-9a-f]{64}$/) }),
  nonce: z.string().regex(/^[0-9a-f]{24}$/),
  ciphertext: z.string().regex(/^([0-9a-f]{2}){32,48}$/),
  // Tells a damaged file from a wrong passphrase. It guards against accidents only; the cipher's tag does against people.
  sha256: z.string(),
});

const checksum = ({ version, address, kdf, nonce, ciphertext }: Omit<z.infer<typeof Keystore>, 'sha256'>): string =>
  hash('sha256', JSON.stringify([version, address, kdf.name, kdf.N, kdf.r, kdf.p, kdf.salt, nonce, ciphertext]));

const derive = (passphrase: string, salt: Buffer, cost: ScryptCost): Promise<Buffer> =>
  new Promise((resolve, reject) => scrypt(passphrase.normalize('NFKC'), salt, 32, { ...cost, maxmem: 256 * cost.N * cost.r }, (error, key) => (error ? reject(error) : resolve(key))));

const aadOf = (address: string) => Buffer.from(`phdex/v1/keystore/${address.toLowerCase()}`);

/** Writes the BIP-39 entropy encrypted under a passphrase: scrypt, then AES-256-GCM. Atomic, mode 0600. */
export async function writeKeystore(path: string, it: { entropy: Uint8Array; address: string }, passphrase: string, cost: ScryptCost = SCRYPT): Promise<void> {
  if (existsSync(path)) throw new AppError('profile-exists', `There is a key store at ${path} already.`, { hint: 'Use another profile; a key store is never overwritten.' });
  if (passphrase.length < 8) throw new AppError('passphrase-wrong', 'The passphrase has fewer than 8 characters.', { hint: 'Choose a longer one; several words are good.' });
  const salt = randomBytes(32);
  const nonce = randomBytes(12);
  const key = await derive(passphrase, salt, cost);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(aadOf(it.address));
  const ciphertext = Buffer.concat([cipher.update(it.entropy), cipher.final(), cipher.getAuthTag()]);
  key.fill(0);
  const content = { version: 1, address: it.address, kdf: { name: 'scrypt', N: cost.N, r: 8, p: 1, salt: salt.toString('hex') }, nonce: nonce.toString('hex'), ciphertext: ciphertext.toString('hex') } as const;
  const text = JSON.stringify({ ...content, sha256: checksum(content) });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = openSync(temporary, 'wx', 0o600);
  try { writeSync(file, text); fsyncSync(file); } catch (error) { rmSync(temporary, { force: true }); throw error; } finally { closeSync(file); }
  renameSync(temporary, path);
}

/**
 * @returns the entropy, the caller's to wipe
 * @throws AppError `passphrase-wrong`, `keystore-corrupt`, `profile-missing`
 */
export async function readKeystore(path: string, passphrase: string): Promise<{ entropy: Uint8Array; address: string }> {
  if (!existsSync(path)) throw new AppError('profile-missing', `There is no key store at ${path}.`, { hint: 'Make a wallet with `phdex wallet create`, or restore one.' });
  let stored: z.infer<typeof Keystore>;
  try {
    stored = Keystore.parse(JSON.parse(readFileSync(path, 'utf8')));
    if (stored.sha256 !== checksum(stored)) throw new Error('the checksum does not fit');
  } catch (cause) {
    throw new AppError('keystore-corrupt', `The key store at ${path} is damaged.`, { hint: 'Restore the wallet from its mnemonic into a new profile.', cause: cause instanceof SyntaxError ? undefined : cause });
  }
  const key = await derive(passphrase, Buffer.from(stored.kdf.salt, 'hex'), stored.kdf);
  const sealed = Buffer.from(stored.ciphertext, 'hex');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(stored.nonce, 'hex'));
  decipher.setAAD(aadOf(stored.address));
  decipher.setAuthTag(sealed.subarray(-16));
  const entropy = decipher.update(sealed.subarray(0, -16));
  key.fill(0);
  try {
    decipher.final();
  } catch {
    entropy.fill(0);
    throw new AppError('passphrase-wrong', 'The passphrase does not open this wallet.', { hint: 'Try again, or restore the wallet from its mnemonic.' });
  }
  return { entropy, address: stored.address };
}
