import { createCipheriv, createDecipheriv, hkdfSync, scryptSync } from 'node:crypto';
import { Aes128Gcm, Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import canonicalize from 'canonicalize';
import { HDNodeWallet, Mnemonic } from 'ethers';
import { describe, expect, it } from 'vitest';
import * as v from './vectors.ts';

const { bytes, hex } = v;
const buffer = (text: string): ArrayBuffer => Uint8Array.from(bytes(text)).buffer;

// The primitives come from libraries. These vectors say that it is these primitives, with these parameters, that we call.
describe('published vectors of the primitives', () => {
  it('AES-256-GCM of node:crypto', () => {
    const { key, iv, plain, aad, cipher, tag } = v.AES_256_GCM;
    const sealing = createCipheriv('aes-256-gcm', bytes(key), bytes(iv)).setAAD(bytes(aad));
    expect(hex(sealing.update(bytes(plain)))).toBe(cipher);
    sealing.final();
    expect(hex(sealing.getAuthTag())).toBe(tag);
    const opening = createDecipheriv('aes-256-gcm', bytes(key), bytes(iv)).setAAD(bytes(aad)).setAuthTag(bytes(tag));
    expect(hex(opening.update(bytes(cipher)))).toBe(plain);
    opening.final();
  });

  it.each(v.HKDF_SHA256)('HKDF-SHA256 with salt «$salt»', ({ ikm, salt, info, okm }) => {
    expect(hex(hkdfSync('sha256', bytes(ikm), bytes(salt), bytes(info), okm.length / 2))).toBe(okm);
  });

  it.each(v.SCRYPT)('scrypt N=$N r=$r p=$p', ({ passphrase, salt, N, r, p, key }) => {
    expect(hex(scryptSync(passphrase, salt, 64, { N, r, p }))).toBe(key);
  });

  it('HPKE base mode of RFC 9180 A.1.1, both directions', async () => {
    const it = v.HPKE_AES_128;
    const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes128Gcm() });
    const recipientKey = await suite.kem.deserializePrivateKey(buffer(it.skRm));
    expect(hex(await suite.open({ recipientKey, enc: buffer(it.enc), info: buffer(it.info) }, buffer(it.cipher), buffer(it.aad)))).toBe(it.plain);
    const sealed = await suite.seal({ recipientPublicKey: await suite.kem.deserializePublicKey(buffer(it.pkRm)), info: buffer(it.info), ekm: await ephemeral(suite, it.skEm) }, buffer(it.plain), buffer(it.aad));
    expect([hex(sealed.enc), hex(sealed.ct)]).toEqual([it.enc, it.cipher]);
  });

  it('HPKE base mode of the suite that seals the envelopes', async () => {
    const it = v.HPKE_AES_256;
    const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
    const sealed = await suite.seal({ recipientPublicKey: await suite.kem.deserializePublicKey(buffer(it.pkRm)), info: buffer(it.info), ekm: await ephemeral(suite, it.skEm) }, buffer(it.plain), buffer(it.aad));
    expect(hex(sealed.ct)).toBe(it.cipher);
  });

  it.each(v.BIP39)('BIP-39 of entropy $entropy', ({ entropy, mnemonic, seed }) => {
    expect(Mnemonic.fromEntropy(bytes(entropy)).phrase).toBe(mnemonic);
    expect(Mnemonic.fromPhrase(mnemonic, 'TREZOR').computeSeed()).toBe(`0x${seed}`);
  });

  it('BIP-32 test vector 1', () => {
    expect(HDNodeWallet.fromSeed(bytes(v.BIP32.seed)).derivePath(v.BIP32.path).publicKey).toBe(v.BIP32.publicKey);
  });

  it('canonical JSON of RFC 8785', () => {
    expect((canonicalize as unknown as (value: unknown) => string)(JSON.parse(v.RFC_8785.input))).toBe(v.RFC_8785.output);
  });
});

/** A sender's fixed ephemeral key. Only tests may hand one in. */
async function ephemeral(suite: CipherSuite, secret: string): Promise<CryptoKeyPair> {
  const privateKey = await suite.kem.deserializePrivateKey(buffer(secret));
  const jwk = (await crypto.subtle.exportKey('jwk', privateKey as CryptoKey)) as JsonWebKey;
  const publicKey = await suite.kem.deserializePublicKey(Uint8Array.from(Buffer.from(jwk.x!, 'base64url')).buffer);
  return { privateKey, publicKey } as CryptoKeyPair;
}
