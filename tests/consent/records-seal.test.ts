import { randomBytes } from 'node:crypto';
import { Wallet } from 'ethers';
import { expect, it } from 'vitest';
import { readDocument, writeDocument } from '../../electron/consent/records/document.ts';
import { openRecord } from '../../electron/consent/records/open-record.ts';
import { contentAad, keyAad, KEY_INFO } from '../../electron/consent/records/record-context.ts';
import { signRecord } from '../../electron/consent/records/record-signature.ts';
import { sealRecord, type IssueRequest, type SealedRecord } from '../../electron/consent/records/seal-record.ts';
import { collectBytes, once } from '../../electron/vault/collect-bytes.ts';
import { hpkeSeal } from '../../electron/vault/hpke.ts';
import { sha256 } from '../../electron/vault/sha256.ts';
import { sealStream } from '../../electron/vault/stream.ts';
import { x25519PublicKey } from '../../electron/wallet/wallet.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import type { RecordRow } from '../../shared/domain/consent.ts';
import { isAppError } from '../../shared/errors.ts';

const contract = { chainId: 31337, records: `0x${'ab'.repeat(20)}` as Hex };
const issuer = new Wallet(`0x${'11'.repeat(32)}`);
const stranger = new Wallet(`0x${'22'.repeat(32)}`);
const key = randomBytes(32);
const patientKey = x25519PublicKey(key);
const patient = { withEncryptionKey: <T>(use: (k: Uint8Array) => Promise<T>) => use(key) };
const parties = { ...contract, issuer: issuer.address.toLowerCase() as Hex, patient: `0x${'cd'.repeat(20)}` as Hex };
const CONTENT = Buffer.from('Troponin normal, discharged.');
const request = (change: Partial<IssueRequest> = {}): IssueRequest => ({ title: 'Discharge letter', mediaType: 'text/plain', content: CONTENT, category: 1, corrects: 0, parties, patientKey, signer: issuer, ...change });
const rowOf = (it: SealedRecord, change: Partial<RecordRow> = {}): RecordRow => ({
  id: 1, issuer: parties.issuer, patient: parties.patient, category: 1, digest: it.digest, contentHash: it.contentHash, cid: 'bafy', sealedKey: `0x${Buffer.from(it.sealedKey).toString('hex')}`, corrects: 0,
  storedHash: null, issuedAt: 1, storedAt: null, tx: '0x', block: 1, ...change,
});
const codeOf = async (work: Promise<unknown>) => { try { await work; return 'opened'; } catch (error) { if (isAppError(error)) return error.code; throw error; } };

it('what was sealed opens, and nothing of it is readable outside', async () => {
  const it_ = await sealRecord(request());
  const { head, content } = await openRecord(rowOf(it_), it_.sealed, contract, patient);
  expect(head).toMatchObject({ title: 'Discharge letter', mediaType: 'text/plain', bytes: CONTENT.length });
  expect(Buffer.from(content).equals(CONTENT)).toBe(true);
  for (const word of ['Troponin', 'Discharge', 'text/plain']) expect(Buffer.from(it_.sealed).includes(word)).toBe(false);
  expect(it_.sealedKey.length).toBe(145);
});

it('the same content twice has nothing in common on chain', async () => {
  const [a, b] = [await sealRecord(request()), await sealRecord(request())];
  expect(a.digest).not.toBe(b.digest);
  expect(a.contentHash).not.toBe(b.contentHash);
});

it.each([0, 20, 44, 60])('byte %i of the content changed: refused by its hash', async (at) => {
  const it_ = await sealRecord(request());
  const bytes = Buffer.from(it_.sealed);
  bytes[at]! ^= 1;
  expect(await codeOf(openRecord(rowOf(it_), bytes, contract, patient))).toBe('hash-mismatch');
  // And where the chain named the changed bytes, the key would be for another record.
  expect(await codeOf(openRecord(rowOf(it_, { contentHash: sha256(bytes) }), bytes, contract, patient))).toBe('envelope-unreadable');
});

it('another patient’s key, chain, contract, issuer or patient opens nothing', async () => {
  const it_ = await sealRecord(request());
  const other = randomBytes(32);
  expect(await codeOf(openRecord(rowOf(it_), it_.sealed, contract, { withEncryptionKey: (use) => use(other) }))).toBe('envelope-unreadable');
  expect(await codeOf(openRecord(rowOf(it_), it_.sealed, { ...contract, chainId: 1 }, patient))).toBe('envelope-unreadable');
  expect(await codeOf(openRecord(rowOf(it_), it_.sealed, { ...contract, records: `0x${'ac'.repeat(20)}` }, patient))).toBe('envelope-unreadable');
  expect(await codeOf(openRecord(rowOf(it_, { issuer: stranger.address.toLowerCase() as Hex }), it_.sealed, contract, patient))).toBe('envelope-unreadable');
  expect(await codeOf(openRecord(rowOf(it_, { patient: `0x${'ce'.repeat(20)}` }), it_.sealed, contract, patient))).toBe('envelope-unreadable');
});

it('a stranger’s signature, and one over another category or correction, is refused', async () => {
  const it_ = await sealRecord(request({ signer: stranger }));
  expect(await codeOf(openRecord(rowOf(it_), it_.sealed, contract, patient))).toBe('proof-invalid');
  const good = await sealRecord(request());
  expect(await codeOf(openRecord(rowOf(good, { category: 2 }), good.sealed, contract, patient))).toBe('proof-invalid');
  expect(await codeOf(openRecord(rowOf(good, { corrects: 3 }), good.sealed, contract, patient))).toBe('proof-invalid');
});

/** An issuer that signs whatever it likes over what it likes. */
async function dishonest(document: Uint8Array, digest: Hex): Promise<{ row: RecordRow; sealed: Uint8Array }> {
  const contentKey = randomBytes(32);
  const sealed = await collectBytes(sealStream({ key: contentKey, aad: contentAad(parties), source: once(document) }));
  const hashes = { digest, contentHash: sha256(sealed) };
  const signature = await signRecord({ patient: parties.patient, category: 1, corrects: 0, ...hashes }, contract, issuer);
  const sealedKey = await hpkeSeal(Buffer.concat([contentKey, signature]), patientKey, { info: KEY_INFO, aad: keyAad(parties, hashes) });
  return { row: rowOf({ ...hashes, sealedKey, sealed }), sealed };
}

it('a digest of something else, and a document that is none, are refused', async () => {
  const document = writeDocument({ head: { v: 1, title: 'x', mediaType: 'text/plain', bytes: 1, salt: `0x${'00'.repeat(32)}` }, content: Buffer.from('a') });
  const lie = await dishonest(document, `0x${'07'.repeat(32)}`);
  expect(await codeOf(openRecord(lie.row, lie.sealed, contract, patient))).toBe('hash-mismatch');
  for (const bytes of [Buffer.from('not a record'), document.subarray(0, document.length - 1), Buffer.concat([document, Buffer.from('b')])]) {
    const bad = await dishonest(bytes, sha256(bytes));
    expect(await codeOf(openRecord(bad.row, bad.sealed, contract, patient))).toBe('manifest-invalid');
  }
  expect(readDocument(document).head.title).toBe('x');
});

it('what cannot be a record is refused before anything is sealed', async () => {
  expect(await codeOf(sealRecord(request({ content: Buffer.alloc(0) })))).toBe('file-empty');
  expect(await codeOf(sealRecord(request({ content: Buffer.alloc(16 * 2 ** 20 + 1) })))).toBe('invalid-argument');
  expect(await codeOf(sealRecord(request({ mediaType: 'pdf' })))).toBe('invalid-argument');
  expect(await codeOf(sealRecord(request({ title: 'two\nlines' })))).toBe('invalid-argument');
  expect(await codeOf(sealRecord(request({ patientKey: new Uint8Array(32) })))).toBe('invalid-argument');
});
