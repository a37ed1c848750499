import type { CodeableConcept, Provenance, Reference } from '@medplum/fhirtypes';
import type { ImportOrigin } from '../../../../shared/domain/recording.ts';
import type { SeriesRows } from '../collector.ts';

/** Provenances of one file that are held until all that they may be about was read. */
const MOST_PENDING = 1000;
/** Targets of one Provenance: holding more against R4 would keep the app from answering. */
const MOST_TARGETS = 20_000;
/** Names of Observations by which a Provenance may find them, and names that all Provenances of a file may give. */
const MOST_NAMES = 200_000;
const LONGEST_NAME = 300;
const MOST_PEOPLE = 5;
const MOST_ENTITIES = 10;
const LONGEST_TEXT = 120;

type Named = { said: string | null; reference: string | null };
type Pending = { targets: string[]; line: number; recorded: string; activity: string | null; who: Named[]; from: Named[] };

/**
 * Keeps what the Provenances of one file say until the end of it, since they may stand before or after what they are
 * about, and then gives it to the recordings that hold their targets.
 * @param left told of what was left out and why
 */
export function originReader(left: (reason: string, line: number) => void) {
  const names = new Map<string, SeriesRows>();
  const series = new Set<SeriesRows>();
  const bundles = new Set<string>();
  const pending: Pending[] = [];
  let told = 0;

  return {
    /** The Observation of these names went into `rows`. */
    read(rows: SeriesRows, keys: readonly string[]): void {
      series.add(rows);
      for (const key of keys) if (names.size < MOST_NAMES && key.length <= LONGEST_NAME) names.set(key, rows);
    },
    bundle(id: unknown): void { if (typeof id === 'string') bundles.add(`Bundle/${id}`); },
    /** Why a Provenance is not looked at, before the work of validating it. */
    refuses(it: Provenance): string | null {
      if (pending.length >= MOST_PENDING || told >= MOST_NAMES) return 'provenance-too-many';
      return Array.isArray(it.target) && it.target.length > MOST_TARGETS ? 'provenance-too-large' : null;
    },
    /** @param it valid R4 */
    take(it: Provenance, line: number): void {
      told += it.target.length;
      pending.push({
        line, recorded: it.recorded, activity: conceptText(it.activity),
        targets: it.target.flatMap((t) => (t.reference && t.reference.length <= LONGEST_NAME ? [t.reference.replace(/\/_history\/[^/]*$/, '')] : [])),
        who: it.agent.slice(0, MOST_PEOPLE).map((a) => named(a.who)),
        from: (it.entity ?? []).filter((e) => e.role !== 'removal').slice(0, MOST_ENTITIES).map((e) => named(e.what)),
      });
    },
    /** @param devices names of the file's devices by their references */
    end(devices: ReadonlyMap<string, string>): void {
      const nameOf = (n: Named): string[] => { const text = (n.reference === null ? undefined : devices.get(n.reference)) ?? n.said ?? n.reference; return text ? [cut(text)] : []; };
      for (const it of pending) {
        const about = it.targets.some((t) => bundles.has(t)) ? series : new Set(it.targets.flatMap((t) => names.get(t) ?? []));
        if (about.size === 0) { left('provenance-target-not-read', it.line); continue; }
        const origin: ImportOrigin = { recorded: it.recorded, activity: it.activity, who: it.who.flatMap(nameOf), from: it.from.flatMap(nameOf) };
        for (const rows of about) rows.origin(origin, it.line);
      }
    },
  };
}

const named = (r: Reference | undefined): Named => ({ said: text(r?.display) ?? text(r?.identifier?.value), reference: text(r?.reference, LONGEST_NAME) });
const conceptText = (c: CodeableConcept | undefined): string | null => text(c?.text) ?? text(c?.coding?.find((x) => x.display)?.display) ?? text(c?.coding?.[0]?.code);
const text = (value: string | undefined, longest = LONGEST_TEXT): string | null => (value === undefined ? null : cut(value, longest) || null);
/** A stranger's words on one line: no control characters, none that turn the direction of what follows. */
const cut = (value: string, longest = LONGEST_TEXT): string => value.slice(0, 4 * longest).replace(/[\p{C}\s]+/gu, ' ').slice(0, longest).replace(/\p{Cs}/gu, '').trim();
