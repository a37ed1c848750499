import { Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import { receiptOf } from '../../../electron/consent/receipts/receipt.ts';
import type { SignedReceipt } from '../../../electron/consent/receipts/schema.ts';
import { signReceipt, verifyReceipt } from '../../../electron/consent/receipts/sign.ts';
import { canonicalBytes } from '../../../electron/vault/manifest.ts';
import { isAppError } from '../../../shared/errors.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import type { RightStatus } from '../../../shared/domain/consent.ts';
import { hex, rightFacts } from './facts.ts';

const wallet = new Wallet(hex('41', 32));
const signer = { address: wallet.address as Hex, signTypedData: wallet.signTypedData.bind(wallet) };
const facts = (more = {}, right = {}) => rightFacts(more, { owner: wallet.address.toLowerCase() as Hex, ...right });
const signed = async (more = {}, right = {}) => (await signReceipt(receiptOf(facts(more, right)), signer)).json;
const text = (value: unknown) => Buffer.from(canonicalBytes(value)).toString('utf8');

type Path = (string | number)[];
/** Every place in a value where something stands: leaves, and whole parts. */
function* places(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value === 'object' && value !== null) for (const key of Object.keys(value)) yield* places((value as Record<string, unknown>)[key], [...path, Array.isArray(value) ? Number(key) : key]);
}
function changed(root: unknown, path: Path, change: (parent: Record<string, unknown>, key: string) => void): unknown {
  const copy = structuredClone(root) as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key as string], copy) as Record<string, unknown>;
  change(parent, String(path.at(-1)));
  return copy;
}
const another = (value: unknown): unknown => typeof value === 'string' ? (/^0x[0-9a-f]+$/.test(value) ? `${value.slice(0, -1)}${value.endsWith('0') ? '1' : '0'}` : `${value}.`) : typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : value === null ? 'something' : Array.isArray(value) ? [...(value as unknown[]), value[0] ?? 'x'] : { ...(value as object), more: 1 };

describe('consent receipts (ISO/IEC TS 27560)', () => {
  it('hold every mandatory field, and are what the person can read', () => {
    const r = receiptOf(facts());
    expect(r).toMatchObject({ schema_version: 'ISO/IEC TS 27560:2023', receipt_id: expect.stringContaining(':receipt:') as string, pii_principal_id: expect.stringContaining(wallet.address.toLowerCase()) as string });
    for (const field of ['privacy_notice', 'language', 'purpose', 'pii_information', 'pii_controllers', 'storage_locations', 'retention_period', 'jurisdiction', 'recipient_third_parties', 'withdrawal_method'] as const) expect(r.pii_processing[field]).toBeTruthy();
    for (const party of r.parties) expect(Object.keys(party).sort()).toEqual(['address', 'contact', 'id', 'name', 'role', 'type']);
    for (const event of r.events) expect(Object.keys(event).sort()).toEqual(['entity_id', 'state', 'time', 'type', 'validity_duration']);
    expect(r.pii_processing.pii_information.map((p) => [p.pii_attribute_id, p.special_category])).toEqual([['heart-rate', true], ['steps', true]]);
    expect(r.pii_processing.purpose[0]!.id).toBe('https://w3id.org/dpv/sector/health#HealthcareScientificResearch');
    expect(r.pii_processing.privacy_notice.text).toMatch(/You let Dr\. Ada Ohm .* read your personal health data: the channels heart-rate, steps of the days 2026-03-01 to 2026-03-30/);
    expect(r.pii_processing.privacy_notice.text).toMatch(/cannot be made unread/);
  });

  it.each([['approved', null, ['ConsentGiven']], ['revoked', 1_785_000_000, ['ConsentGiven', 'ConsentWithdrawn']], ['ended', 1_785_000_000, ['ConsentGiven', 'ConsentWithdrawn']], ['handed-back', 1_785_000_000, ['ConsentGiven', 'ConsentRevoked']], ['expired', null, ['ConsentGiven', 'ConsentExpired']]] as [RightStatus, number | null, string[]][])('append what became of the right: %s', (status, endedAt, states) => {
    const { events } = receiptOf(facts({ status }, { endedAt }));
    expect(events.map((e) => e.state.replace('https://w3id.org/dpv#', ''))).toEqual(states);
    expect(events[0]).toEqual(receiptOf(facts()).events[0]);
    if (status === 'expired') expect(events[1]!.time).toBe(new Date(1_790_000_000_000).toISOString());
    if (status === 'handed-back') expect(events[1]!.entity_id).toContain(hex('b2', 20));
  });

  it('are not given for what was never given', () => {
    for (const status of ['pending', 'rejected', 'withdrawn'] as const) expect(() => receiptOf(facts({ status }, { status, decidedAt: status === 'pending' ? null : 1 }))).toThrow(/was not given/);
  });

  it('verify with nothing but the file, and say the same each time', async () => {
    const json = await signed();
    expect(await signed()).toBe(json);
    expect(verifyReceipt(json).receipt.phdex.right_id).toBe(7);
    expect(verifyReceipt(`${json}\n`).signature.signer).toBe(wallet.address.toLowerCase());
    expect(verifyReceipt(await signed({ scope: null, purpose: null, grantee: { name: null, roles: [] } })).receipt.phdex.scope).toBeNull();
  });

  it('with any one field changed, taken out or added are refused', async () => {
    const it = JSON.parse(await signed({ status: 'revoked' }, { endedAt: 1_785_000_000 })) as SignedReceipt;
    let tried = 0;
    for (const path of places(it)) {
      for (const change of [
        (p: Record<string, unknown>, k: string) => { p[k] = another(p[k]); },
        (p: Record<string, unknown>, k: string) => { if (Array.isArray(p)) p.splice(Number(k), 1); else delete p[k]; },
      ]) {
        const json = text(changed(it, path, change));
        if (json === text(it)) continue;
        tried++;
        let refused = false;
        try { verifyReceipt(json); } catch (error) { refused = isAppError(error, 'proof-invalid'); }
        if (!refused) throw new Error(`${path.join('.')} could be changed`);
      }
    }
    expect(tried).toBeGreaterThan(200);
  });

  it('changed and hashed anew still lack the signature', async () => {
    const { createHash } = await import('node:crypto');
    const it = JSON.parse(await signed()) as SignedReceipt;
    it.receipt.pii_processing.retention_period.until = '2099-01-01T00:00:00.000Z';
    it.signature.sha256 = `0x${createHash('sha256').update(canonicalBytes(it.receipt)).digest('hex')}`;
    expect(() => verifyReceipt(text(it))).toThrow(/of another account/);
  });

  it('signed by another, for another chain or contract, or written in another way are refused', async () => {
    const other = new Wallet(hex('42', 32));
    await expect(signReceipt(receiptOf(facts()), { address: other.address as Hex, signTypedData: other.signTypedData.bind(other) })).rejects.toMatchObject({ code: 'not-yours' });
    const it = JSON.parse(await signed()) as SignedReceipt;
    const forged = await other.signTypedData({ name: 'PHDex Consent Receipt', version: '1', chainId: 31337, verifyingContract: hex('cc', 20) }, { ConsentReceipt: [{ name: 'rightId', type: 'uint256' }, { name: 'sha256', type: 'bytes32' }] }, { rightId: 7, sha256: it.signature.sha256 });
    expect(() => verifyReceipt(text({ ...it, signature: { ...it.signature, value: forged } }))).toThrow(/another account/);
    expect(() => verifyReceipt(text({ ...it, signature: { ...it.signature, value: forged, signer: other.address.toLowerCase() } }))).toThrow(/somebody else/);
    const elsewhere = await wallet.signTypedData({ name: 'PHDex Consent Receipt', version: '1', chainId: 1, verifyingContract: hex('cc', 20) }, { ConsentReceipt: [{ name: 'rightId', type: 'uint256' }, { name: 'sha256', type: 'bytes32' }] }, { rightId: 7, sha256: it.signature.sha256 });
    expect(() => verifyReceipt(text({ ...it, signature: { ...it.signature, value: elsewhere.toLowerCase() } }))).toThrow(/another account/);
    const json = await signed();
    expect(() => verifyReceipt(JSON.stringify(JSON.parse(json), null, 2))).toThrow(/canonical/);
    // The same key twice: a reader may see the one, a program the other.
    expect(() => verifyReceipt(json.replace('"format":', '"format":"x","format":'))).toThrow(expect.objectContaining({ code: 'proof-invalid' }) as Error);
    for (const bad of ['', '{}', 'null', '[]', '{"format":"phdex/receipt/v1"}', '{'.repeat(100_000)]) expect(() => verifyReceipt(bad)).toThrow(expect.objectContaining({ code: 'proof-invalid' }) as Error);
  });
});
