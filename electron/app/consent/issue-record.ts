import type { IssueIn } from '../../../shared/api/records.ts';
import { Role, type Hex } from '../../../shared/domain/chain.ts';
import { CATEGORIES, Operation } from '../../../shared/domain/consent.ts';
import { AppError } from '../../../shared/errors.ts';
import { allowed } from '../../../shared/permissions.ts';
import { readInvitation } from '../../consent/invitation.ts';
import { sealRecord, type SealedRecord } from '../../consent/records/seal-record.ts';
import type { ConsentReads } from '../../db/queries/consent-reads.ts';
import { heldRows } from '../../db/queries/consent-rows.ts';
import { openVault } from '../at-rest.ts';
import type { Backstage } from '../backstage.ts';
import type { JobControl } from '../jobs.ts';
import type { BegunIssues, IssueFacts } from './begun-issues.ts';
import type { AskedFacts } from './held.ts';
import { readContent } from './read-content.ts';
import type { RecordStore } from './record-store.ts';

export const contractsOf = ({ network }: Backstage['chain']): { chainId: number; records: Hex; consent: Hex } => {
  const { records, consent } = network.contracts;
  if (!records || !consent) throw new AppError('chain-wrong', `${network.name} was made before records could be issued on it.`, { hint: 'Use a network that has the contracts of consent.' });
  return { chainId: network.chainId, records: records.toLowerCase() as Hex, consent: consent.toLowerCase() as Hex };
};

type Patient = { account: Hex; key: Uint8Array };
type Prepared = { mark: string; record: SealedRecord; facts: IssueFacts };

/** Makes the work of one issue: sealed once, so that a second try sends the same record. */
export function issueRecord(b: Backstage, reads: ConsentReads, store: RecordStore, begun: BegunIssues, input: IssueIn): (control: JobControl) => Promise<{ recordId: number }> {
  const { chain, parts } = b;
  const me = parts.address;
  const category = CATEGORIES.indexOf(input.category);
  let prepared: Promise<Prepared> | undefined;

  function patientOf(): Patient {
    const { chainId, consent } = contractsOf(chain);
    if ('invitation' in input.to) {
      const { account, key } = readInvitation(input.to.invitation, { chainId, consent });
      return { account, key: Buffer.from(key.slice(2), 'hex') };
    }
    const { address } = input.to;
    const held = reads.rightsHeldBy(me).filter((r) => r.owner === address);
    if (held.length === 0) throw new AppError('not-yours', 'That account has given you no right.', { hint: 'Ask the patient for an invitation.' });
    const key = held.map((r) => askedKey(r.id)).find((k) => k !== undefined) ?? chain.reads.participant(address)?.encryptionKey;
    if (!key || /^0x0*$/.test(key)) throw new AppError('invalid-argument', 'There is no key of that account to seal a record to.', { hint: 'Ask the patient for an invitation; it carries one.' });
    return { account: address, key: Buffer.from(key.slice(2), 'hex') };
  }

  /** The key that the request for a right was sealed to: the account's own, by its invitation or its listing. */
  function askedKey(rightId: number): Hex | undefined {
    const row = heldRows(parts.db).byRight(rightId);
    return row && openVault(parts.wallet, 'consent').open<AskedFacts>(`held/${row.key}`, row.sealed).ownerKey;
  }

  function check(): void {
    if (!allowed(chain.reads.participant(me)?.roles ?? 0, Operation.issue, category)) throw new AppError('not-yours', `This account may not issue records of the category «${input.category}».`, { hint: 'The registrar accredits who may: providers, institutions and, for insurance, insurers.' });
    if (input.corrects !== undefined) {
      const earlier = reads.record(input.corrects);
      if (!earlier || earlier.issuer !== me) throw new AppError('not-yours', `Record ${input.corrects} is not one that you issued.`, { hint: 'Only its issuer corrects a record.' });
    }
  }

  async function prepare({ progress }: JobControl): Promise<Prepared> {
    const patient = patientOf();
    const corrects = input.corrects ?? 0;
    if (input.corrects !== undefined && reads.record(input.corrects)?.patient !== patient.account) throw new AppError('invalid-argument', `Record ${input.corrects} went to another account than this one would.`, { hint: 'Correct it with the invitation that it was issued to.' });
    const content = await readContent(input.content, b.uploads);
    progress('sealing', 0, null);
    const facts: IssueFacts = { patient: patient.account, category, corrects, title: input.title.trim(), mediaType: input.mediaType, bytes: content.length };
    try {
      const record = await sealRecord({
        title: input.title, mediaType: input.mediaType, content, category, corrects,
        parties: { ...contractsOf(chain), issuer: me, patient: patient.account }, patientKey: patient.key, signer: parts.wallet,
      });
      const { bytes: _bytes, ...says } = facts;
      return { mark: store.mark({ ...says, content }), record, facts };
    } finally { content.fill(0); }
  }

  return async (control) => {
    check();
    prepared ??= prepare(control);
    const { mark, record, facts } = await prepared.catch((error: unknown) => { prepared = undefined; throw error; });
    control.signal.throwIfAborted();
    control.progress('sending', 0, null);
    // The patient fetches it from here: the registry says where that is.
    await chain.ensureRegistered(Role.customer, b.blobs.endpoint);
    return { recordId: await begun.issue(mark, record, facts, control.signal) };
  };
}
