import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';

/** HPKE in base mode (RFC 9180 §5.1.1): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. */
const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
export const ENC_BYTES = 32;
export const HPKE_OVERHEAD = ENC_BYTES + 16;

export type HpkeContext = { info: Uint8Array; /** Bound, not sent. */ aad: Uint8Array };

const plain = (data: Uint8Array): ArrayBuffer => Uint8Array.from(data).buffer;

/** @param secret stays the caller's, to wipe @param recipient X25519 public key, 32 bytes @returns enc(32) ‖ ciphertext @throws where the key is none */
export async function hpkeSeal(secret: Uint8Array, recipient: Uint8Array, { info, aad }: HpkeContext): Promise<Uint8Array> {
  const copy = plain(secret);
  try {
    const recipientPublicKey = await suite.kem.deserializePublicKey(plain(recipient));
    const { enc, ct } = await suite.seal({ recipientPublicKey, info: plain(info) }, copy, plain(aad));
    return new Uint8Array(Buffer.concat([Buffer.from(enc), Buffer.from(ct)]));
  } finally {
    new Uint8Array(copy).fill(0);
  }
}

/** @param privateKey X25519, stays the caller's @returns the secret, the caller's to wipe @throws for another key, context or a changed byte */
export async function hpkeOpen(sealed: Uint8Array, privateKey: Uint8Array, { info, aad }: HpkeContext): Promise<Uint8Array> {
  const copy = plain(privateKey);
  try {
    const recipientKey = await suite.kem.deserializePrivateKey(copy);
    return new Uint8Array(await suite.open({ recipientKey, enc: plain(sealed.subarray(0, ENC_BYTES)), info: plain(info) }, plain(sealed.subarray(ENC_BYTES)), plain(aad)));
  } finally {
    new Uint8Array(copy).fill(0);
  }
}
