import type { Bundle, Consent, ConsentProvision } from '@medplum/fhirtypes';
import type { GrantDraft } from '../../../../shared/api/consent.ts';
import type { Hex } from '../../../../shared/domain/chain.ts';
import { CATEGORIES, Scope, type Category, type Operations } from '../../../../shared/domain/consent.ts';
import type { Purpose } from '../../../../shared/domain/purpose.ts';
import { AppError } from '../../../../shared/errors.ts';
import { CHANNELS } from '../../../capture/import/kinds.ts';
import { LOINC } from '../../../fhir/codes.ts';
import { assertFhir, parseFhir } from '../../../fhir/validate.ts';
import { ACCOUNT_SYSTEM, CATEGORY_SYSTEM, CHANNEL_SYSTEM, CONSENT_ACTION, purposeOfCodings } from './codes.ts';

const LOINC_CHANNELS = new Map(Object.values(CHANNELS).flatMap((c) => ('loinc' in c && c.loinc ? [[c.loinc, c.name] as const] : [])));
LOINC_CHANNELS.set('2708-6', CHANNELS.spo2.name);

const refuse = (sentence: string, hint = 'Ask for a Consent that permits what is wanted and nothing else.') => new AppError('invalid-argument', sentence, { hint });

/**
 * Reads a Consent, or the only one of a Bundle, that is a draft, proposed or active.
 * @throws AppError `invalid-argument`: not valid FHIR R4, not one Consent, refused or over, or with exceptions: a rule that is
 * read by half would give more than it says
 */
export function draftOfConsent(text: string, now = Date.now()): GrantDraft {
  const resource = parseFhir(text, 1 << 20);
  if (resource.resourceType !== 'Consent' && resource.resourceType !== 'Bundle') throw refuse(`The document is ${resource.resourceType === 'Observation' ? 'an' : 'a'} ${resource.resourceType}, no Consent.`);
  assertFhir(resource);
  const all = resource.resourceType === 'Consent' ? [resource] : ((resource as Bundle).entry ?? []).flatMap((e) => (e.resource?.resourceType === 'Consent' ? [e.resource as Consent] : []));
  if (all.length !== 1) throw refuse(`The Bundle holds ${all.length} Consents; one is read at a time.`);
  const consent = all[0]!;
  if (!['draft', 'proposed', 'active'].includes(consent.status!)) throw refuse(`The Consent is ${consent.status}: it permits nothing.`);
  const provision = consent.provision;
  if (!provision || provision.type === 'deny') throw refuse('The Consent permits nothing.');
  if (provision.provision?.length) throw refuse('The Consent has exceptions within its rule, which PHDex does not express.');
  if (provision.securityLabel?.length || provision.class?.length || provision.data?.length) throw refuse('The Consent limits its rule by labels, classes or single documents, which PHDex does not express.');
  const open: string[] = [];
  const { grantee, granteeName } = recipient(consent, provision, open);
  const category = categoryIn(consent);
  return { grantee, granteeName, category, operations: operationsIn(provision, open), scope: scopeIn(provision, open), purpose: purposeIn(provision, open), seconds: secondsIn(provision, now, open), open };
}

function recipient(consent: Consent, provision: ConsentProvision, open: string[]): { grantee: Hex | null; granteeName: string | null } {
  const actors = provision.actor ?? [];
  if (actors.length > 1) throw refuse(`The Consent names ${actors.length} recipients; a right is given to one.`);
  const it = actors[0]?.reference ?? consent.organization?.[0];
  const value = it?.identifier?.system === ACCOUNT_SYSTEM ? it.identifier.value : undefined;
  const address = /(0x[0-9a-f]{40})$/i.exec(value ?? '')?.[1]?.toLowerCase() as Hex | undefined;
  if (!address) open.push('It does not name an account of the recipient: choose one, or send an invitation.');
  return { grantee: address ?? null, granteeName: it?.display?.slice(0, 80) ?? null };
}

function categoryIn(consent: Consent): Category {
  const told = (consent.category ?? []).flatMap((c) => c.coding ?? []).find((c) => c.system === CATEGORY_SYSTEM)?.code;
  return CATEGORIES.find((c) => c === told) ?? 'health';
}

function operationsIn(provision: ConsentProvision, open: string[]): Operations {
  const codes = new Set((provision.action ?? []).flatMap((a) => a.coding ?? []).filter((c) => c.system === CONSENT_ACTION).map((c) => c.code));
  for (const code of codes) if (code === 'disclose') open.push('It would let the recipient pass the data on; PHDex gives rights to one recipient only.');
  if (codes.size === 0) open.push('It does not say what may be done: reading is assumed.');
  const append = codes.has('collect');
  return append && (codes.has('access') || codes.has('use')) ? 'read-append' : append ? 'append' : 'read';
}

function scopeIn(provision: ConsentProvision, open: string[]): Scope {
  const channels = new Set<string>();
  for (const { coding, text } of provision.code ?? []) {
    const own = coding?.find((c) => c.system === CHANNEL_SYSTEM)?.code ?? coding?.filter((c) => c.system === LOINC).map((c) => LOINC_CHANNELS.get(c.code ?? '')).find((n) => n !== undefined);
    if (own && /^[a-z][a-z0-9-]{0,31}$/.test(own)) channels.add(own);
    else open.push(`«${(coding?.[0]?.code ?? text ?? 'a code').slice(0, 40)}» is no channel that PHDex knows: it is left out.`);
  }
  // All codes unknown must not become «all channels».
  if ((provision.code?.length ?? 0) > 0 && channels.size === 0) throw refuse('The Consent names only data that PHDex does not know.');
  const { start, end } = provision.dataPeriod ?? {};
  if ((start === undefined) !== (end === undefined)) throw refuse('The Consent names the first or the last day only.', 'Ask for both days.');
  const days = start === undefined ? null : { from: start.slice(0, 10), to: end!.slice(0, 10) };
  if (days === null) open.push('It names no days: all of them.');
  const scope = Scope.safeParse({ channels: [...channels].sort(), days, live: false });
  if (!scope.success || (days && days.from > days.to)) throw refuse('The days of the Consent cannot be read.', 'Whole days are wanted, the first before the last.');
  return scope.data;
}

function purposeIn(provision: ConsentProvision, open: string[]): Purpose | null {
  const purpose = purposeOfCodings(provision.purpose ?? [], '');
  if (!purpose) open.push('It names no purpose that PHDex knows: choose one.');
  return purpose;
}

function secondsIn(provision: ConsentProvision, now: number, open: string[]): number | null {
  const { start, end } = provision.period ?? {};
  if (end === undefined) { open.push('It does not say until when: choose a time.'); return null; }
  const until = Date.parse(end.length === 10 ? `${end}T23:59:59Z` : end);
  if (start !== undefined && Date.parse(start) > now) open.push('It begins later; a right in PHDex begins when you give it.');
  if (!(until > now)) throw refuse('The time of the Consent is over.');
  return Math.floor((until - now) / 1000);
}
