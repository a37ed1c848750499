import type { Backstage } from '../backstage.ts';
import type { ConsentApi, GranteeApi } from './api-types.ts';
import { createClinical } from './clinical.ts';
import type { Emergencies } from './emergencies.ts';
import { createGrantErasing } from './erasing-grants.ts';
import { createGrantee } from './grantee.ts';
import { createMatching } from './matching.ts';
import { createOwnerConsent, type OwnerConsentOptions } from './owner.ts';
import type { Records } from './records.ts';
import { withOpenings } from './trace-openings.ts';
import { createConsentTrace } from './trace.ts';
import { serveConsent } from './wire.ts';

export type Consent = Awaited<ReturnType<typeof createConsent>>;

/** Sharing by consent of one profile: both sides, and the wire between people's apps. */
export async function createConsent(b: Backstage, { records, emergencies, ...options }: OwnerConsentOptions & { records: Records; emergencies: Emergencies }) {
  const owner = createOwnerConsent(b, options);
  const grantee = createGrantee(b);
  const clinical = createClinical(b, { records, requests: owner.api.requests, held: async () => grantee.api.held() });
  const matching = createMatching(b);
  const unserve = await serveConsent(owner, grantee);
  const consent: ConsentApi = {
    ...owner.api, ...clinical.api, trace: withOpenings(createConsentTrace(owner, grantee), clinical.links.list),
    setEmergencyReadable: (datasetId, readable) => emergencies.setReadable(datasetId, readable), emergencies: () => emergencies.ofMine(), contest: (input) => emergencies.contest(input),
    matchQuestion: matching.question, match: ({ service, ...fields }) => matching.match(fields, service && matching.service(service.url, service.account)),
  };
  const api: { consent: ConsentApi; grantee: GranteeApi } = { consent, grantee: grantee.api };
  const erasing = createGrantErasing(owner, clinical.links);
  return {
    api, owner, grantee, healthLinks: clinical.links, erasing,
    /** Goes on with what a kill interrupted; throws what passes again. */
    async resume(): Promise<void> { await owner.resume(); await grantee.resume(); erasing.start(); },
    async close(): Promise<void> {
      await unserve();
      await erasing.close();
      await owner.close();
      await grantee.close();
    },
  };
}
