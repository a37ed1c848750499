import { RequestIn } from '../../../../../shared/api/consent.ts';
import { CATEGORIES, Operation, type Category, type Operations } from '../../../../../shared/domain/consent.ts';
import { Role, type RoleName } from '../../../../../shared/domain/chain.ts';
import type { PurposeTerm } from '../../../../../shared/domain/purpose.ts';
import { allowed } from '../../../../../shared/permissions.ts';
import { newPurpose, purposeOf, type PurposeDraft } from '../../../components/consent/purpose-draft.ts';
import { newScope, scopeOf, type ScopeDraft } from '../../../components/consent/scope-draft.ts';
import { MONTH_SECONDS } from '../../../components/consent/times.ts';

/** A request as the form has it. */
export type AskDraft = { invitation: string; name: string; words: string; label: string; category: Category; operations: Operations; scope: ScopeDraft; purpose: PurposeDraft; seconds: number };
/** `quote`: what an insurer needs for an offer, and nothing else. */
export type AskKind = 'any' | 'quote';

const BITS = { read: Operation.read, append: Operation.append, 'read-append': Operation.read | Operation.append } as const satisfies Record<Operations, number>;
/** Purposes that an insurer's request for a quote may name. */
export const QUOTE_TERMS: readonly PurposeTerm[] = ['HealthInsuranceManagement'];
/** What fits the first role that somebody has; without one, research that earns nothing. */
const FIRST_PURPOSE: readonly [RoleName, PurposeTerm][] = [['institution', 'PersonalisedHealthcare'], ['provider', 'PersonalisedHealthcare'], ['insurer', 'HealthInsuranceManagement'], ['researcher', 'HealthcareScientificResearch'], ['agency', 'PublicHealthMonitoring']];

export function newAsk(kind: AskKind, roles: readonly RoleName[], now: number): AskDraft {
  const term = kind === 'quote' ? QUOTE_TERMS[0]! : (FIRST_PURPOSE.find(([role]) => roles.includes(role))?.[1] ?? 'NonCommercialResearch');
  return { invitation: '', name: '', words: '', label: '', category: kind === 'quote' ? 'insurance' : 'health', operations: 'read', scope: newScope(now), purpose: newPurpose(term), seconds: MONTH_SECONDS };
}

/** Whether the chain lets these roles ask for that; anybody can become a buyer, who may read health data. */
export function mayAsk(roles: readonly RoleName[], operations: Operations, category: Category): boolean {
  const bits = roles.reduce((sum: number, role) => sum | Role[role], Role.customer as number);
  return allowed(bits, BITS[operations], CATEGORIES.indexOf(category));
}

export const isInvitation = (text: string): boolean => /^phdex:invite:[\w-]+$/.test(text.trim());

/** What a person has yet to fill in, in the order of the form. */
export function missingOf(d: AskDraft, datasetId: number | null): ('invitation' | 'name' | 'days')[] {
  return [...(datasetId === null && !isInvitation(d.invitation) ? ['invitation' as const] : []), ...(d.name.trim() ? [] : ['name' as const]), ...(scopeOf(d.scope, d.category) ? [] : ['days' as const])];
}

/** As the API takes it; null while something is missing. @param datasetId the listing that is asked for, or null with an invitation */
export function askInput(d: AskDraft, datasetId: number | null): RequestIn | null {
  const scope = scopeOf(d.scope, d.category);
  const purpose = purposeOf(d.purpose);
  if (!scope || !purpose || (datasetId === null && !isInvitation(d.invitation))) return null;
  const parsed = RequestIn.safeParse({
    to: datasetId === null ? { invitation: d.invitation.trim() } : { datasetId }, name: d.name.trim(), words: d.words.trim(), label: d.label.trim(), category: d.category, operations: d.operations,
    scope: d.operations === 'append' ? { ...scope, live: false } : scope, purpose, seconds: d.seconds,
  });
  return parsed.success ? parsed.data : null;
}
