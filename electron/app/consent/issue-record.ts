import { mkdir, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CID } from 'multiformats/cid';
import type { IssueIn } from '../../../shared/api/records.ts';
import { Role, type Hex } from '../../../shared/domain/chain.ts';
import { CATEGORIES, Operation } from '../../../shared/domain/consent.ts';
import { AppError } from '../../../shared/errors.ts';
import { allowed } from '../../../shared/permissions.ts';
import { readInvitation } from '../../consent/invitation.ts';
import { RECORD_FILE } from '../../consent/records/record-context.ts';
import { sealRecord, type SealedRecord } from '../../consent/records/seal-record.ts';
import type { ConsentReads } from '../../db/queries/consent-reads.ts';
import { heldRows } from '../../db/queries/consent-rows.ts';
import type { Backstage } from '../host-types.ts';
import type { JobControl } from '../jobs.ts';
import { consentVault } from './at-rest.ts';
import type { AskedFacts } from './held.ts';
import { readContent } from './read-content.ts';
import type { RecordStore } from './record-store.ts';

export const contractsOf = ({ network }: Backstage['chain']): { chainId: number; records: Hex; consent: Hex } => {
  const { records, consent } = network.contracts;
  if (!records || !consent) throw new AppError('chain-wrong', `${network.name} was made before records could be issued on it.`, { hint: 'Use a network that has the contracts of consent.' });
  return { chainId: network.chainId, records: records.toLowerCase() as Hex, consent: consent.toLowerCase() as Hex };
};

type Patient = { account: Hex; key: Uint8Array };

/** Makes the work of one issue: sealed once, so that a second try sends the same record. */
export function issueRecord(b: Backstage, reads: ConsentReads, store: RecordStore, input: IssueIn): (control: JobControl) => Promise<{ recordId: number }> {
  const { chain, parts } = b;
  const me = parts.address;
  const category = CATEGORIES.indexOf(input.category);
  let prepared: Promise<{ patient: Patient; record: SealedRecord; cid: string }> | undefined;

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
    return row && consentVault(parts.wallet).open<AskedFacts>(`held/${row.key}`, row.sealed).ownerKey;
  }

  function check(): void {
    if (!allowed(chain.reads.participant(me)?.roles ?? 0, Operation.issue, category)) throw new AppError('not-yours', `This account may not issue records of the category «${input.category}».`, { hint: 'The registrar accredits who may: providers, institutions and, for insurance, insurers.' });
    if (input.corrects !== undefined) {
      const earlier = reads.record(input.corrects);
      if (!earlier || earlier.issuer !== me) throw new AppError('not-yours', `Record ${input.corrects} is not one that you issued.`, { hint: 'Only its issuer corrects a record.' });
    }
  }

  async function prepare({ signal, progress }: JobControl): Promise<{ patient: Patient; record: SealedRecord; cid: string }> {
    const patient = patientOf();
    if (input.corrects !== undefined && reads.record(input.corrects)?.patient !== patient.account) throw new AppError('invalid-argument', `Record ${input.corrects} went to another account than this one would.`, { hint: 'Correct it with the invitation that it was issued to.' });
    const content = await readContent(input.content, b.uploads);
    progress('sealing', 0, null);
    const folder = join(parts.profile.path('work'), `record-${randomBytes(6).toString('hex')}`);
    try {
      const record = await sealRecord({
        title: input.title, mediaType: input.mediaType, content, category, corrects: input.corrects ?? 0,
        parties: { ...contractsOf(chain), issuer: me, patient: patient.account }, patientKey: patient.key, signer: parts.wallet,
      });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(join(folder, RECORD_FILE), record.sealed, { mode: 0o600 });
      const { cid } = await b.blobs.store.addDirectory(folder, { signal });
      store.putIssued(record.digest, { title: input.title.trim(), mediaType: input.mediaType, bytes: content.length, cid });
      return { patient, record, cid };
    } finally {
      content.fill(0);
      await rm(folder, { recursive: true, force: true });
    }
  }

  return async (control) => {
    check();
    prepared ??= prepare(control);
    const { patient, record, cid } = await prepared.catch((error: unknown) => { prepared = undefined; throw error; });
    control.signal.throwIfAborted();
    control.progress('sending', 0, null);
    // The patient fetches it from here: the registry says where that is.
    await chain.ensureRegistered(Role.customer, b.blobs.endpoint);
    const sent = await chain.sendAndSee({
      key: `record:issue:${record.digest}`, contract: 'records', method: 'issue',
      args: [patient.account, category, record.digest, record.contentHash, CID.parse(cid).bytes, record.sealedKey, input.corrects ?? 0],
    }, { signal: control.signal });
    return { recordId: Number(sent.events.find((e) => e.name === 'RecordIssued')!.args.recordId as bigint) };
  };
}
