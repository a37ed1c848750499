import { readFile, stat } from 'node:fs/promises';
import type { GrantDraft, ReceiptView } from '../../../shared/api/consent.ts';
import { AppError } from '../../../shared/errors.ts';
import { draftOfConsent } from '../../consent/clinical/fhir/consent-in.ts';
import { consentBundle } from '../../consent/clinical/fhir/consent-out.ts';
import { MAX_RECEIPT_BYTES, verifyReceipt } from '../../consent/receipts/sign.ts';
import type { SignedReceipt } from '../../consent/receipts/schema.ts';
import { consentReads } from '../../db/queries/consent-reads.ts';
import { exportAll } from '../export-all/export-all.ts';
import { appConfig } from '../app-config.ts';
import type { NodeParts } from '../open-parts.ts';
import { createHealthLinks, type HealthLinks, type StoredRecord } from './health-links.ts';
import { createReceipts } from './receipts.ts';
import { createRecordStore } from './record-store.ts';
import { createRightFacts } from './right-facts.ts';

async function textOf(path: string, most: number): Promise<string> {
  try {
    if ((await stat(path)).size > most) throw new AppError('invalid-argument', `The file ${path} is too large to be what it should be.`, { hint: 'Choose another file.' });
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('file-not-found', `The file ${path} cannot be read.`, { hint: 'Check its path and its permissions.', cause });
  }
}

/** Needs no profile: who has a receipt can check it. @throws AppError `proof-invalid`, `file-not-found` */
export const verifyReceiptFile = async (path: string): Promise<SignedReceipt> => verifyReceipt(await textOf(path, MAX_RECEIPT_BYTES));
/** What a FHIR Consent asks; gives nothing. @throws AppError `invalid-argument`, `file-not-found` */
export const readConsentFile = async (path: string): Promise<GrantDraft> => draftOfConsent(await textOf(path, 1 << 20));

/** The clinical and legal side for the command line. */
export function openClinical(parts: NodeParts) {
  const store = createRecordStore(parts.db, parts.wallet);
  const record = async (id: number): Promise<StoredRecord> => { const { head, content } = await store.document(id); return { title: head.title, mediaType: head.mediaType, content, issuedAt: (consentReads(parts.db).record(id)?.issuedAt ?? 0) * 1000 }; };
  let links: HealthLinks | undefined;
  const healthLinks = () => (links ??= createHealthLinks({ parts, record }));
  const known = async () => { const { network } = await parts.chain(); const facts = createRightFacts({ parts, network }); return { network, facts, receipts: createReceipts(parts, facts) }; };
  return {
    healthLinks,
    receipt: async (rightId: number): Promise<ReceiptView> => (await known()).receipts.receipt(rightId),
    /** A right as a validated FHIR Bundle: Consent, Provenance, AuditEvents. */
    consent: async (rightId: number): Promise<object> => consentBundle((await known()).facts.of(rightId)),
    async exportAll(dir: string | undefined, { signal, onProgress }: { signal?: AbortSignal; onProgress?: (done: number, total: number | null) => void } = {}): Promise<{ path: string; bytes: number; files: number }> {
      const { network, facts, receipts } = await known();
      const result = await exportAll({
        parts, network: { name: network.name, chainId: network.chainId }, facts, receipt: receipts.receipt, healthLinks: healthLinks().list, settings: () => appConfig(parts.profile.dir).get().settings,
        records: async () => facts.reads.recordsOf(parts.accounts.mine()).map(({ sealedKey: _sealed, ...row }) => ({ recordId: row.id, ...row, state: store.facts(row.id)?.hash ? 'stored' : 'issued' })) as never, record,
      }, dir, { signal: signal ?? new AbortController().signal, progress: (_step, done, total) => onProgress?.(done, total) });
      return { path: String(result.path), bytes: Number(result.bytes), files: Number(result.files) };
    },
  };
}
