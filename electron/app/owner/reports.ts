import type { QualityReport } from '../../../shared/domain/quality-report.ts';
import type { AnyReport } from '../../../shared/domain/quality-v1.ts';
import { sealedReports } from '../../db/queries/owner-rows.ts';
import { openVault } from '../at-rest.ts';
import type { NodeParts } from '../open-parts.ts';

export type Reports = { /** Of a profile that is older: maybe one of the first kind. */ get(recordingId: string): AnyReport | null; put(recordingId: string, report: QualityReport): void; remove(recordingId: string): void };

/** Quality reports of recordings, sealed under the wallet: their spans say when a body slept or moved. */
export function createReports({ db, wallet }: Pick<NodeParts, 'db' | 'wallet'>): Reports {
  const rows = sealedReports(db);
  const opened = new Map<string, AnyReport>();
  const name = (id: string) => `report/${id}`;
  const vault = openVault(wallet, 'reports');
  return {
    get(id) {
      const known = opened.get(id);
      if (known) return known;
      const sealed = rows.get(id);
      if (!sealed) return null;
      let report: AnyReport;
      // A report can be made again from the rows: one that was damaged is none.
      try { report = vault.open<AnyReport>(name(id), sealed); } catch { return null; }
      if (opened.size > 500) opened.clear();
      opened.set(id, report);
      return report;
    },
    put(id, report) {
      opened.delete(id);
      rows.put(id, vault.seal(name(id), report));
    },
    remove(id) { opened.delete(id); rows.remove(id); },
  };
}
