import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVerdicts } from '../electron/app/market/verdicts.ts';
import { openDatabase } from '../electron/db/open-database.ts';
import { reportSummaries } from '../electron/db/queries/report-summaries.ts';
import { LABEL_NAMES, MOVEMENT_NAMES, PART_NAMES } from '../shared/domain/quality-report.ts';
import { Specification } from '../shared/domain/specification.ts';
import type { ReportSummary } from '../shared/verdict.ts';
import { fillListings, LISTINGS } from './listings.ts';

const TARGET_HELD_MS = 50;

/** The first verdicts of a specification over 100,000 listings whose reports are known: the first answer, then all of them. */
export async function runVerdicts(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'phdex-bench-verdicts-'));
  const db = openDatabase(join(dir, 'bench.sqlite'));
  try {
    fillListings(db);
    const { save } = reportSummaries(db);
    const hashes = db.prepare('SELECT id, content_hash AS hash FROM datasets').all() as { id: number; hash: string }[];
    db.transaction(() => { for (const { id, hash } of hashes) save(id, hash, summaryOf(id)); })();
    const spec = Specification.parse({ version: 1, channels: [{ kind: 'acceleration', minRateHz: 25, minHours: 8 }], wanted: [{ show: 'sleep', minHours: 4 }], unwanted: [{ show: 'artefact', maxShare: 0.02 }], minScore: 60, without: ['unit'] });
    let ready = (): void => undefined;
    const all = new Promise<void>((resolve) => { ready = resolve; });
    const verdicts = createVerdicts(db, () => ready());
    let [held, last] = [0, performance.now()];
    const watch = setInterval(() => { const now = performance.now(); held = Math.max(held, now - last - 5); last = now; }, 5);
    const began = performance.now();
    verdicts.fits(spec);
    const first = performance.now() - began;
    last = performance.now();
    await all;
    const took = performance.now() - began;
    clearInterval(watch);
    const again = performance.now();
    const { has } = verdicts.fits(spec);
    const fit = hashes.filter(({ id }) => has(id)).length;
    console.log(`verdicts  ${LISTINGS.toLocaleString('en')} listings (made reports): first answer ${first.toFixed(0)} ms, all of them ${(took / 1000).toFixed(2)} s, event loop held ${held.toFixed(0)} ms at most (wanted ${TARGET_HELD_MS}); asked again ${(performance.now() - again).toFixed(1)} ms; ${fit} fit`);
    verdicts.close();
  } finally {
    db.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A made report's summary, always the same for the same listing. */
function summaryOf(id: number): ReportSummary {
  const share = (k: number): number => ((id * 7919 + k * 104_729) % 1000) / 1000, hours = 1 + 24 * share(1);
  return {
    version: 2, score: Math.floor(100 * share(2)), durationSeconds: 3600 * hours,
    parts: PART_NAMES.map((name, k) => ({ name, score: Math.round(10_000 * share(3 + k)) / 100, weight: 0.2 })),
    channels: ['acceleration', 'heart-rate'].map((name) => ({ name, kind: name, rateHz: 100 * share(9), seconds: 3600 * hours * 0.98, step: 0.002, calibration: { before: 12.5, after: 3.1 } })) as ReportSummary['channels'],
    labels: { seconds: Object.fromEntries(LABEL_NAMES.map((l, k) => [l, Math.round(3600 * hours * share(20 + k) / 3)])) as never, movements: Object.fromEntries(MOVEMENT_NAMES.map((m, k) => [m, Math.round(600 * share(30 + k))])) as never },
    reasons: ['gap', 'jitter', 'noise', 'not-worn', 'artefact', 'calibration'].map((code, k) => ({ part: 'signal', code, cost: Math.round(100 * share(40 + k)) / 10 })),
  };
}
