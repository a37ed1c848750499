import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';
import type * as Medplum from '@medplum/core';
import type { Bundle, StructureDefinition } from '@medplum/fhirtypes';

/** HL7's definitions of FHIR R4 (4.0.1), made by scripts/build-fhir.ts; electron.vite.config.ts puts them beside the built app. */
const FILE = new URL('../../resources/fhir/r4.json.gz', import.meta.url);

type Library = typeof Medplum;
let library: Library | undefined;
/** The validator, loaded when it is first wanted: the command line starts without it. */
export const medplum = (): Library => (library ??= createRequire(import.meta.url)('@medplum/core') as Library);

export type Definitions = {
  /** By canonical URL. */
  profiles: ReadonlyMap<string, StructureDefinition>;
  resourceTypes: ReadonlySet<string>;
  /** Codes of each value set that a `code` is bound to as required. */
  codes: ReadonlyMap<string, ReadonlySet<string>>;
  /** Value set by path of an element that a `code` is bound to: `Observation.status`. */
  bindings: ReadonlyMap<string, string>;
};

let loaded: Definitions | undefined;

/** Reads the definitions at the first use: half a second that only who needs them pays. */
export function definitions(): Definitions {
  if (loaded) return loaded;
  const { definitions: bundle, codes } = JSON.parse(gunzipSync(readFileSync(FILE)).toString('utf8')) as { definitions: Bundle<StructureDefinition>; codes: Record<string, string[]> };
  medplum().indexStructureDefinitionBundle(bundle);
  const all = bundle.entry!.map((e) => e.resource!);
  const base = all.filter((d) => d.derivation !== 'constraint');
  const bindings = new Map<string, string>();
  for (const { path, binding, type } of base.flatMap((d) => d.snapshot!.element)) {
    const set = binding?.strength === 'required' ? binding.valueSet?.split('|')[0] : undefined;
    if (path && set && codes[set] && type?.some((t) => t.code === 'code')) bindings.set(path, set);
  }
  loaded = {
    profiles: new Map(all.filter((d) => d.derivation === 'constraint').map((d) => [d.url!, d])),
    resourceTypes: new Set(base.filter((d) => d.kind === 'resource' && !d.abstract).map((d) => d.type!)),
    codes: new Map(Object.entries(codes).map(([url, list]) => [url, new Set(list)])),
    bindings,
  };
  return loaded;
}
