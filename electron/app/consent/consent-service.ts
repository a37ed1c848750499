import type { NodeParts } from '../open-parts.ts';
import { openOffstage } from '../offstage.ts';
import { createGrantee } from './grantee.ts';
import { createOwnerConsent, type OwnerConsentOptions } from './owner.ts';
import { serveConsent } from './wire.ts';

/** Both sides of sharing by consent, for the command line: it answers other people's apps while it is open. */
export async function openConsentService(parts: NodeParts, options: OwnerConsentOptions = {}) {
  const b = await openOffstage(parts);
  const owner = createOwnerConsent(b, options);
  const grantee = createGrantee(b);
  const unserve = await serveConsent(owner, grantee);
  return {
    owner: owner.api, grantee: grantee.api, addresses: owner.base.addresses, done: b.done,
    /** Goes on with what an earlier run left, and brings what grantees do not have yet. */
    async resume(): Promise<void> { await owner.resume(); await grantee.resume(); },
    async close(): Promise<void> { await unserve(); await owner.close(); await grantee.close(); await b.close(); },
  };
}
export type ConsentService = Awaited<ReturnType<typeof openConsentService>>;
