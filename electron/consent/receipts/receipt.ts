import { AppError } from '../../../shared/errors.ts';
import { accountUrn, appends, categoryOfRight, endOf, reads, rightUrn, type RightFacts } from '../clinical/right-facts.ts';
import { CONSENT_STATE, dpv, purposeIri } from './dpv.ts';
import { noticeOf } from './notice.ts';
import { Receipt } from './schema.ts';

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
const GDPR = 'https://w3id.org/dpv/legal/eu/gdpr#';
const MOST_USES = 10_000;
const PII_TYPE = { health: 'Personal health data (sensor recordings and entries)', history: 'Medical history', insurance: 'Insurance information' } as const;

/**
 * What a right is, as a receipt: the same facts give the same bytes. Events are those of the consent, oldest first: given,
 * and how it ended; single uses stand under `phdex`.
 * @throws AppError `invalid-argument` for a right that was never given
 */
export function receiptOf(facts: RightFacts): Receipt {
  const { right, scope, purpose, network, status, grantee } = facts;
  if (right.decidedAt === null || right.status === 'pending' || right.status === 'rejected' || right.status === 'withdrawn') {
    throw new AppError('invalid-argument', `Right ${right.id} was not given: there is no receipt for it.`, { hint: 'A receipt is there once a request was approved.' });
  }
  const owner = accountUrn(network.chainId, right.owner);
  const to = accountUrn(network.chainId, right.grantee);
  const type = PII_TYPE[categoryOfRight(facts)];
  const channels = scope?.channels ?? [];
  const ended = endOf(facts);
  const events: Receipt['events'] = [{ time: iso(right.decidedAt), validity_duration: Math.max(0, right.expiry - right.decidedAt), entity_id: owner, type: 'explicit', state: CONSENT_STATE.approved }];
  if (ended !== null) events.push({ time: iso(ended), validity_duration: null, entity_id: status === 'handed-back' ? to : owner, type: status === 'expired' ? 'regular' : 'explicit', state: CONSENT_STATE[status] });
  const uses = [...facts.uses].sort((a, b) => a.block - b.block || a.logIndex - b.logIndex);
  return Receipt.parse({
    schema_version: 'ISO/IEC TS 27560:2023', receipt_id: `${rightUrn(facts)}:receipt:${events.length}:${uses.length}`, record_id: rightUrn(facts), pii_principal_id: owner,
    pii_processing: {
      privacy_notice: noticeOf(facts), language: 'en',
      purpose: [{ id: purpose ? purposeIri(purpose.term) : `urn:phdex:purpose:${right.purpose}`, purpose_type: (purpose?.duo ?? []).map((code) => `http://purl.obolibrary.org/obo/${code.replace(':', '_')}`), words: purpose?.words ?? '' }],
      lawful_basis: [`${GDPR}A6-1-a`, `${GDPR}A9-2-a`],
      pii_information: (channels.length === 0 ? ['*'] : channels).map((name) => ({ pii_type: type, pii_attribute_id: name, necessity: false, sensitive_category: true, special_category: true })),
      pii_controllers: [to],
      collection_method: 'Recorded or written down by the person, or issued to them, and released by the person.',
      processing_method: [...(reads(right.operations) ? [dpv('Consult'), dpv('Use')] : []), ...(appends(right.operations) ? [dpv('Record')] : [])],
      storage_locations: ['Sealed, on the nodes that the person chose; in the clear only with the person and the recipient.'],
      retention_period: { until: iso(right.expiry), words: 'Until the right ends; sooner when it is taken back.' },
      jurisdiction: 'That of the person’s residence; written by the terms of the GDPR (Regulation (EU) 2016/679).',
      recipient_third_parties: { ids: [], words: 'None. The right is the recipient’s alone.' },
      withdrawal_method: `In PHDex beside the right («Take back»), by phdex consent revoke ${right.id}, or by a transaction revoke(${right.id}, ${right.scopeRoot}) to ${network.consent.toLowerCase()} on chain ${network.chainId}; at once, free of reasons.`,
      privacy_rights: ['A7-3', 'A13', 'A15', 'A16', 'A17', 'A18', 'A20', 'A77'].map((a) => `${GDPR}${a}`),
    },
    parties: [
      { id: owner, type: dpv('DataSubject'), role: dpv('DataSubject'), name: 'The person, by an account of their own for this relationship', address: right.owner.toLowerCase(), contact: `${owner} (over PHDex)` },
      { id: to, type: dpv('DataController'), role: dpv('Recipient'), name: grantee.name ?? 'Not told', address: right.grantee.toLowerCase(), contact: `${to} (over PHDex)${grantee.roles.length > 0 ? `; accredited as ${grantee.roles.join(', ')}` : ''}` },
    ],
    events,
    phdex: {
      chain_id: network.chainId, consent: network.consent.toLowerCase(), right_id: right.id, category: categoryOfRight(facts), operations: right.operations, scope, purpose,
      scope_root: right.scopeRoot, purpose_hash: right.purpose, envelope: right.envelope, tx: right.tx,
      uses: uses.slice(-MOST_USES).map((u) => ({ time: iso(u.at), operation: u.operation, record_hash: u.recordHash, tx: u.tx })), uses_left_out: Math.max(0, uses.length - MOST_USES),
    },
  });
}
