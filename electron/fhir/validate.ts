import type { Bundle, Observation, OperationOutcomeIssue, Resource, StructureDefinition } from '@medplum/fhirtypes';
import { AppError } from '../../shared/errors.ts';
import { definitions, medplum } from './definitions.ts';

export type FhirIssue = { path: string; message: string };
/** Nobody's Bundle of a person's data is nested deeper; a parser that recurses must not be led on. */
const DEEPEST = 40;
const MOST_ISSUES = 50;

/** Most characters of a document that is read whole. Long series come another way (capture/import/formats/fhir.ts). */
export const LONGEST_FHIR = 16 << 20;

/**
 * Parses text as one FHIR resource, without validating it.
 * @throws AppError `invalid-argument`: too long, too deep, no JSON, no resource
 */
export function parseFhir(text: string, longest = LONGEST_FHIR): Resource {
  if (text.length > longest) throw refused(`The document is longer than ${longest} characters.`);
  if (deeperThan(text, DEEPEST)) throw refused(`The document is nested deeper than ${DEEPEST}.`);
  let value: unknown;
  try { value = JSON.parse(text); } catch (cause) { throw refused('The document is no JSON.', cause); }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || typeof (value as Resource).resourceType !== 'string') throw refused('The document is no FHIR resource: it names no resourceType.');
  return value as Resource;
}

/**
 * What is wrong with a resource by FHIR R4 (4.0.1): structure, cardinalities, types, invariants (FHIRPath), required codes,
 * the profiles that `meta.profile` names where they are known, and in a Bundle each of its resources, that no fullUrl
 * stands twice and that `urn:uuid` references lead to an entry. Terminology beyond required codes is not looked at.
 */
export function fhirIssues(resource: Resource): FhirIssue[] {
  const { profiles, resourceTypes } = definitions();
  if (!resourceTypes.has(resource.resourceType)) return [{ path: '', message: `${String(resource.resourceType).slice(0, 40)} is no resource that is read here` }];
  const unsafe = unsafeKey(resource);
  if (unsafe) return [{ path: unsafe, message: 'a name that JSON of FHIR never has' }];
  const entries = resource.resourceType === 'Bundle' ? typesOf(resource) : new Map<string, string>();
  const issues = checked(resource, entries);
  for (const each of resource.resourceType === 'Bundle' ? [resource, ...contents(resource)] : [resource]) {
    for (const url of each.meta?.profile ?? []) {
      const pressure = url.split('|')[0] === BP && each.resourceType === 'Observation';
      const profile = profiles.get(pressure ? VITAL_SIGNS : url.split('|')[0]!);
      if (profile && profile.type === each.resourceType) issues.push(...checked(each, entries, profile));
      if (pressure) issues.push(...pressureIssues(each));
    }
  }
  if (issues.length === 0) codesOf(resource, resource.resourceType, resource.resourceType, issues);
  if (resource.resourceType === 'Bundle') issues.push(...bundleIssues(resource));
  return issues.slice(0, MOST_ISSUES);
}

/** @throws AppError `invalid-argument` with the first issues; values are not repeated, they are somebody's health */
export function assertFhir<T extends Resource>(resource: T, what = 'The document'): T {
  const issues = fhirIssues(resource);
  if (issues.length === 0) return resource;
  const told = issues.slice(0, 3).map((i) => `${i.path || resource.resourceType}: ${i.message}`).join('; ');
  throw new AppError('invalid-argument', `${what} is no valid FHIR R4 ${resource.resourceType}: ${told}${issues.length > 3 ? ` and ${issues.length - 3} more` : ''}.`, { hint: 'Ask for a corrected one from where it came.', details: { issues: issues.length } });
}

const refused = (sentence: string, cause?: unknown) => new AppError('invalid-argument', sentence, { hint: 'Choose a FHIR R4 document in JSON.', cause });

/** Whether brackets are open to more than `most`, outside of strings. */
export function deeperThan(text: string, most: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) { if (c === 92) i++; else if (c === 34) inString = false; } else if (c === 34) inString = true;
    else if (c === 91 || c === 123) { if (++depth > most) return true; } else if (c === 93 || c === 125) depth--;
  }
  return false;
}

function checked(resource: Resource, entries: ReadonlyMap<string, string>, profile?: StructureDefinition): FhirIssue[] {
  try {
    return medplum().validateResource(resource, profile ? { profile } : undefined).filter((i) => i.severity !== 'information' && !isMistaken(i, resource, entries)).map(issueOf);
  } catch (error) {
    if (error instanceof medplum().OperationOutcomeError) return (error.outcome.issue ?? []).filter((i) => !isMistaken(i, resource, entries)).map(issueOf);
    // What the library stumbles over is not valid; its own words may hold values.
    return [{ path: resource.resourceType, message: 'it cannot be read' }];
  }
}

/** Types of a Bundle's resources by their fullUrl. */
const typesOf = (bundle: Bundle): Map<string, string> => new Map((bundle.entry ?? []).flatMap((e) => (e.fullUrl && e.resource ? [[e.fullUrl, e.resource.resourceType] as const] : [])));

const BP = 'http://hl7.org/fhir/StructureDefinition/bp';
const VITAL_SIGNS = 'http://hl7.org/fhir/StructureDefinition/vitalsigns';
/** What R4's profile of blood pressure adds to vital signs. */
function pressureIssues(o: Observation): FhirIssue[] {
  const coded = (c: { code?: Observation['code'] }, code: string) => (c.code?.coding ?? []).some((x) => x.system === 'http://loinc.org' && x.code === code);
  const issues = coded(o, '85354-9') ? [] : [{ path: 'Observation.code', message: 'the blood pressure panel is 85354-9' }];
  for (const code of ['8480-6', '8462-4']) {
    const parts = (o.component ?? []).filter((c) => coded(c, code));
    if (parts.length !== 1) issues.push({ path: 'Observation.component', message: `${parts.length} of ${code}, one is wanted` });
    else if (parts[0]!.valueQuantity ? parts[0]!.valueQuantity.code !== 'mm[Hg]' : !parts[0]!.dataAbsentReason) issues.push({ path: 'Observation.component.value[x]', message: `${code} is in mm[Hg]` });
  }
  return issues;
}

/** Two things that the library takes for errors and R4 does not. */
const isMistaken = (issue: OperationOutcomeIssue, resource: Resource, entries: ReadonlyMap<string, string>): boolean =>
  // vs-1 speaks of a dateTime only; of a Period the library's FHIRPath makes neither true nor false.
  ((issue.details?.text ?? '').startsWith('Constraint vs-1 ') && resource.resourceType === 'Observation' && resource.effectivePeriod !== undefined) || isGoodReference(issue, entries);

/** The library knows references of the form `Patient/1`; absolute ones are held against the entry that they lead to, and believed where they lead elsewhere. */
function isGoodReference(issue: OperationOutcomeIssue, entries: ReadonlyMap<string, string>): boolean {
  const told = /^Invalid reference: got "((?:urn|https?):[^"]*)", expected (.*)$/.exec(issue.details?.text ?? '');
  if (!told) return false;
  const type = entries.get(told[1]!);
  return type === undefined || told[2]!.includes(`/${type}"`);
}

/** The library quotes what it found; the person's values stay out of errors. */
const issueOf = (issue: OperationOutcomeIssue): FhirIssue => ({ path: issue.expression?.[0] ?? '', message: (issue.details?.text ?? issue.diagnostics ?? issue.code ?? 'not valid').replace(/"[^"]{24,}"/g, '"…"').slice(0, 160) });

const contents = (bundle: Bundle): Resource[] => (bundle.entry ?? []).flatMap((e) => (e.resource ? [e.resource, ...(e.resource.resourceType === 'Bundle' ? contents(e.resource) : [])] : []));

const unsafeKey = (value: unknown, path = ''): string | null => {
  if (typeof value !== 'object' || value === null) return null;
  for (const key of Object.keys(value)) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') return `${path}.${key}`;
    const below = unsafeKey((value as Record<string, unknown>)[key], Array.isArray(value) ? path : `${path}.${key}`);
    if (below) return below;
  }
  return null;
};

/** Required codes, which the library leaves to a terminology server: `status` and the like. */
function codesOf(value: unknown, type: string, path: string, issues: FhirIssue[]): void {
  if (typeof value !== 'object' || value === null) return;
  const { bindings, codes, resourceTypes } = definitions();
  const elements = typeOf(type);
  for (const [name, child] of Object.entries(value)) {
    if (name.startsWith('_') || name === 'resourceType') continue;
    const at = `${type}.${name}`;
    const set = bindings.get(at);
    for (const each of Array.isArray(child) ? child : [child]) {
      if (set && typeof each === 'string' && !codes.get(set)!.has(each)) issues.push({ path: `${path}.${name}`, message: `that code is not one of ${set}` });
      if (typeof each !== 'object' || each === null) continue;
      const own = (each as { resourceType?: string }).resourceType;
      if (own && resourceTypes.has(own)) codesOf(each, own, `${path}.${name}`, issues);
      else {
        const below = elements(name);
        if (below) codesOf(each, below, `${path}.${name}`, issues);
      }
    }
  }
}
/** The type of an element, by its name in JSON (`valueQuantity` for `value[x]`); a backbone element has its path as type. */
function typeOf(type: string): (name: string) => string | null {
  let schema: ReturnType<ReturnType<typeof medplum>['getDataType']>;
  try { schema = medplum().getDataType(schemaName(type)); } catch { return () => null; }
  return (name) => {
    const plain = schema.elements[name];
    if (plain) { const code = plain.type[0]?.code; return code === 'BackboneElement' || code === 'Element' || code?.includes('.') || (code && code === schemaName(`${type}.${name}`)) ? `${type}.${name}` : code ?? null; }
    for (const [key, element] of Object.entries(schema.elements)) {
      if (!key.endsWith('[x]') || !name.startsWith(key.slice(0, -3))) continue;
      return element.type.find((t) => `${key.slice(0, -3)}${t.code[0]!.toUpperCase()}${t.code.slice(1)}` === name)?.code ?? null;
    }
    return null;
  };
}
/** Medplum names a backbone element by its path in Pascal case: `Bundle.entry` is BundleEntry. */
const schemaName = (type: string) => type.split('.').map((p) => p[0]!.toUpperCase() + p.slice(1)).join('');

function bundleIssues(bundle: Bundle): FhirIssue[] {
  const issues: FhirIssue[] = [];
  const known = new Set<string>();
  for (const [i, { fullUrl }] of (bundle.entry ?? []).entries()) {
    if (!fullUrl) continue;
    if (known.has(fullUrl)) issues.push({ path: `Bundle.entry[${i}].fullUrl`, message: 'stands there twice' });
    known.add(fullUrl);
  }
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const { reference } = value as { reference?: unknown };
    if (typeof reference === 'string' && reference.startsWith('urn:uuid:') && !known.has(reference)) issues.push({ path, message: 'a reference that leads to no entry' });
    for (const [key, child] of Object.entries(value)) walk(child, Array.isArray(value) ? path : `${path}.${key}`);
  };
  // A collection may point at what is kept elsewhere; a document has to hold what it speaks of.
  for (const [i, entry] of (bundle.entry ?? []).entries()) walk(entry.resource, `Bundle.entry[${i}].resource`);
  return issues;
}
