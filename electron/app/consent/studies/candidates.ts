import type { Hex } from '../../../../shared/domain/chain.ts';
import type { Candidate } from '../../../consent/studies/meets.ts';
import { labelQueries } from '../../../db/queries/labels.ts';
import { ownerRows } from '../../../db/queries/owner-rows.ts';
import { reportSummaries } from '../../../db/queries/report-summaries.ts';
import { summaryOf } from '../../../../shared/report-view.ts';
import type { Chain } from '../../chain-service.ts';
import type { NodeParts } from '../../open-parts.ts';
import { createReports } from '../../owner/reports.ts';

/** Before this an absolute time is no wall clock but a count from the start. */
const FIRST_CLOCK = 1e14;

/** Something of mine that a study may want. */
export type OwnCandidate = Candidate & { datasetId: number | null; recordingId: string | null; title: string; owner: Hex | null; certified: boolean };

/** What the profile has: datasets that are on offer, and recordings that are not. */
export function createCandidates(parts: Pick<NodeParts, 'db' | 'wallet' | 'recordings' | 'accounts'>, chain: Pick<Chain, 'reads'>) {
  const labels = labelQueries(parts.db);
  const summaries = reportSummaries(parts.db);
  const rows = ownerRows(parts.db);
  const reports = createReports(parts);

  /** A listing of anybody, by what is public of it. */
  function listed(datasetId: number): Candidate & { title: string | null } {
    const label = labels.labelOf(datasetId);
    return { report: summaries.of(datasetId) ?? null, score: chain.reads.dataset(datasetId)?.score ?? null, month: label?.month ?? null, demographics: label?.demographics ?? null, title: label?.title ?? null };
  }

  return {
    listed,
    mine(): OwnCandidate[] {
      const published = rows.published();
      const found: OwnCandidate[] = [];
      const used = new Set<string>();
      for (const owner of parts.accounts.mine()) {
        for (const dataset of chain.reads.datasetsOf(owner)) {
          if (dataset.status !== 'published' && dataset.status !== 'certified') continue;
          const known = published.get(dataset.nonce);
          const it = listed(dataset.id);
          const own = known?.recordingId === undefined ? null : reports.get(known.recordingId);
          if (known?.recordingId) used.add(known.recordingId);
          found.push({ ...it, report: it.report ?? (own && summaryOf(own)), score: dataset.score ?? own?.score ?? null, datasetId: dataset.id, recordingId: known?.recordingId ?? null, title: it.title ?? known?.title ?? `#${dataset.id}`, owner, certified: dataset.status === 'certified' });
        }
      }
      for (const info of parts.recordings.list()) {
        if (used.has(info.id)) continue;
        const report = reports.get(info.id);
        const month = info.source.times === 'source' && info.startTime >= FIRST_CLOCK ? new Date(info.startTime / 1000).toISOString().slice(0, 7) : null;
        found.push({ report: report && summaryOf(report), score: report?.score ?? null, month, demographics: null, datasetId: null, recordingId: info.id, title: info.title, owner: null, certified: false });
      }
      return found;
    },
  };
}
export type Candidates = ReturnType<typeof createCandidates>;
