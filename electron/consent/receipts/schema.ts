import { z } from 'zod';
import { Category, Scope } from '../../../shared/domain/consent.ts';
import { Purpose } from '../../../shared/domain/purpose.ts';
import { Hex32, HexAddress } from '../fields.ts';

const Text = z.string().min(1).max(4000);
const Iri = z.string().min(3).max(200);
const Time = z.iso.datetime();

const Party = z.strictObject({ id: Iri, type: Iri, role: Iri, name: Text, /** Postal or electronic; said where not known. */ address: Text, contact: Text });
const Event = z.strictObject({ time: Time, /** Seconds; null where it ends the consent. */ validity_duration: z.number().int().nonnegative().nullable(), entity_id: Iri, type: z.enum(['explicit', 'regular']), state: Iri });

/**
 * A consent receipt by the fields of ISO/IEC TS 27560:2023, with terms of W3C DPV; mandatory fields as in the reference §4.3.
 * What the person and the chain know beyond that stands under `phdex`.
 */
export const Receipt = z.strictObject({
  schema_version: z.literal('ISO/IEC TS 27560:2023'), receipt_id: Iri, record_id: Iri, pii_principal_id: Iri,
  pii_processing: z.strictObject({
    privacy_notice: z.strictObject({ text: Text, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
    language: z.literal('en'),
    purpose: z.array(z.strictObject({ id: Iri, purpose_type: z.array(Iri).max(12), words: z.string().max(280) })).length(1),
    lawful_basis: z.array(Iri).min(1).max(4),
    pii_information: z.array(z.strictObject({ pii_type: Text, pii_attribute_id: z.string().max(200), necessity: z.boolean(), sensitive_category: z.literal(true), special_category: z.literal(true) })).min(1).max(64),
    pii_controllers: z.array(Iri).min(1).max(4),
    collection_method: Text, processing_method: z.array(Iri).min(1).max(8),
    storage_locations: z.array(Text).min(1).max(8),
    retention_period: z.strictObject({ until: Time, words: Text }),
    jurisdiction: Text,
    recipient_third_parties: z.strictObject({ ids: z.array(Iri).max(16), words: Text }),
    withdrawal_method: Text,
    privacy_rights: z.array(Iri).min(1).max(16),
  }),
  parties: z.array(Party).min(2).max(8),
  events: z.array(Event).min(1).max(16),
  phdex: z.strictObject({
    chain_id: z.number().int().positive(), consent: HexAddress, right_id: z.number().int().positive(), category: Category, operations: z.number().int().min(1).max(3), scope: Scope.nullable(), purpose: Purpose.nullable(),
    scope_root: Hex32, purpose_hash: Hex32, envelope: Hex32.nullable(), tx: Hex32,
    uses: z.array(z.strictObject({ time: Time, operation: z.number().int().min(1).max(3), record_hash: Hex32, tx: Hex32 })).max(10_000),
    uses_left_out: z.number().int().nonnegative(),
  }),
});
export type Receipt = z.infer<typeof Receipt>;

export const SignedReceipt = z.strictObject({
  format: z.literal('phdex/receipt/v1'), receipt: Receipt,
  /** EIP-712 over the SHA-256 of the receipt's canonical JSON (RFC 8785). */
  signature: z.strictObject({ scheme: z.literal('EIP-712'), signer: HexAddress, sha256: Hex32, value: z.string().regex(/^0x[0-9a-f]{130}$/) }),
});
export type SignedReceipt = z.infer<typeof SignedReceipt>;
