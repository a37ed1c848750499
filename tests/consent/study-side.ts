/** What the tests of studies share: a profile that takes part, and what is known of datasets that hold nothing (certified.ts). */
import { createStudies, type Studies } from '../../electron/app/consent/studies/studies-api.ts';
import { labelQueries } from '../../electron/db/queries/labels.ts';
import { reportSummaries } from '../../electron/db/queries/report-summaries.ts';
import type { Criteria } from '../../shared/api/studies.ts';
import type { Label } from '../../shared/domain/label.ts';
import type { ReportSummary } from '../../shared/verdict.ts';
import type { World } from '../market/world.ts';

type Parts = Awaited<ReturnType<World['parts']>>;
export type StudySide = { parts: Parts; studies: Studies };
export async function openStudySide(world: World, who: { dir: string }): Promise<StudySide> {
  const parts = await world.parts(who);
  return { parts, studies: createStudies({ parts, chain: parts.chainNow, blobs: parts.blobsNow }) };
}

/** Met by every dataset. */
export const CRITERIA: Criteria = {
  v: 1, title: 'How people walk', words: '', specification: { version: 1 }, ageBands: [], sexes: [], since: null, purpose: { v: 1, term: 'AcademicResearch', duo: ['DUO:0000042'], words: 'To learn how people walk.' },
};
export const LABEL: Label = {
  title: 'Wrist', description: '', dataTypes: ['acceleration'], channels: [{ name: 'acceleration', unit: 'm/s2', components: ['x', 'y', 'z'], rateHz: 50 }], rows: 100, durationSeconds: 7200, month: null, days: 1, device: null, simulated: true,
  demographics: { ageBand: '30-39', sex: 'female', heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, quality: 85, tags: [],
};
export const REPORT = { version: 2, score: 85, parts: [], channels: [], durationSeconds: 7200, labels: null, reasons: [] } as unknown as ReportSummary;

/** Keeps what an app would have read of datasets in their files. */
export function tell({ db, chainNow }: Pick<Parts, 'db' | 'chainNow'>, ids: readonly number[], { label = LABEL, report = REPORT } = {}): void {
  for (const id of ids) {
    const { contentHash } = chainNow.reads.dataset(id)!;
    labelQueries(db).saveLabel(id, contentHash, label, Date.now());
    reportSummaries(db).save(id, contentHash, report);
  }
}
