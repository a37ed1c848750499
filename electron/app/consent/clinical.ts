import type { GrantDraft, HealthLinkIn, HealthLinkView, HeldRightView, ReceiptView, RequestView } from '../../../shared/api/consent.ts';
import { draftOfConsent } from '../../consent/clinical/fhir/consent-in.ts';
import { exportAll } from '../export-all/export-all.ts';
import { dropLeftovers } from '../export-all/under-way.ts';
import { keyValues } from '../../db/queries/profile-stores.ts';
import type { Backstage } from '../backstage.ts';
import type { Started } from '../api-types.ts';
import type { ConsentApi } from './api-types.ts';
import { createHealthLinks } from './health-links.ts';
import { createReceipts } from './receipts.ts';
import type { Records } from './records.ts';
import { createRightFacts } from './right-facts.ts';

/** As the job goes by: «Exporting everything». */
const EVERYTHING = 'everything';

export type Clinical = ReturnType<typeof createClinical>;

/** The clinical and legal part of ConsentApi: receipts, what a FHIR Consent asks, the export of everything, health links. */
export function createClinical(b: Backstage, { records, requests, held }: { records: Pick<Records, 'records' | 'stored'>; requests(): Promise<RequestView[]>; held(): Promise<HeldRightView[]> }) {
  const facts = createRightFacts({ parts: b.parts, network: b.chain.network });
  const receipts = createReceipts(b.parts, facts);
  const links = createHealthLinks({
    parts: b.parts,
    record: async (id) => { const { row, title, mediaType, content } = await records.stored(id); return { title, mediaType, content, issuedAt: row.issuedAt * 1000 }; },
    onOpened: (label, recipient) => b.notify('health-link-opened', { label, recipient }, '/owner/consent/links'),
    onChange: () => b.changed('consent'),
  });
  // A run that was killed may have left plaintext behind.
  void dropLeftovers(keyValues(b.parts.db)).catch(() => undefined);

  const api = {
    receipt: (rightId: number): Promise<ReceiptView> => receipts.receipt(rightId),
    readConsent: (text: string): GrantDraft => draftOfConsent(text),
    exportAll(folder?: string): Started {
      const running = b.jobs.list().find((j) => j.kind === 'export' && j.title === EVERYTHING && j.state === 'running');
      if (running) return { jobId: running.id };
      return b.jobs.start({
        kind: 'export', title: EVERYTHING,
        run: (control) => exportAll({
          parts: b.parts, network: { name: b.chain.network.name, chainId: b.chain.network.chainId }, facts, receipt: receipts.receipt, healthLinks: links.list, settings: b.settings,
          requests, held, records: records.records, record: (id) => records.stored(id),
        }, folder, control),
      });
    },
    healthLinks: (): HealthLinkView[] => links.list(),
    makeHealthLink: (input: HealthLinkIn): Promise<HealthLinkView> => links.make(input),
    async revokeHealthLink(id: string): Promise<void> { links.revoke(id); },
  } satisfies Partial<ConsentApi>;
  return { api, links, facts };
}
