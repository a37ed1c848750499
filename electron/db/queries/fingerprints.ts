import { COPY, decodeFingerprint, likeness, type Likeness } from '../../../shared/fingerprint.ts';
import { Label } from '../../../shared/domain/label.ts';
import type { Db } from '../open-database.ts';

export type Resemblance = Likeness & { datasetId: number };

const tokensOf = (text: string | undefined): number[] => { const own = text === undefined ? null : decodeFingerprint(text); return own ? [...own.plain, ...own.faint] : []; };

/** Fingerprints of all labels that are here, by token. */
export function fingerprintQueries(db: Db) {
  const add = db.prepare('INSERT OR IGNORE INTO fingerprint_tokens VALUES (?, ?)');
  const drop = db.prepare('DELETE FROM fingerprint_tokens WHERE token = ? AND dataset_id = ?');
  const sharing = db.prepare(`
    SELECT t.dataset_id AS id, count(*) AS n FROM json_each(?) asked JOIN fingerprint_tokens t ON t.token = asked.value
    GROUP BY t.dataset_id HAVING n >= ${COPY.common} ORDER BY n DESC, id LIMIT 100`);
  const labelOf = db.prepare('SELECT l.label FROM labels l JOIN datasets d ON d.id = l.dataset_id AND d.content_hash = l.content_hash WHERE l.dataset_id = ?').pluck();

  return {
    /** Notes a dataset's tokens in place of those of its former label. Inside of the caller's transaction. */
    replace(datasetId: number, before: string | undefined, now: string | undefined): void {
      if (before === now) return;
      for (const token of tokensOf(before)) drop.run(token, datasetId);
      for (const token of tokensOf(now)) add.run(token, datasetId);
    },
    /** Datasets on the network whose fingerprint says that they and this one come from the same rows, the likest first. */
    copies(fingerprint: string, except: number): Resemblance[] {
      const own = decodeFingerprint(fingerprint);
      if (!own) return [];
      const found: Resemblance[] = [];
      for (const { id } of sharing.all(JSON.stringify([...own.plain, ...own.faint])) as { id: number }[]) {
        if (id === except) continue;
        const text = labelOf.get(id) as string | null | undefined;
        const other = text ? decodeFingerprint(Label.parse(JSON.parse(text)).fingerprint ?? '') : null;
        const like = other && likeness(own, other);
        if (like?.copy) found.push({ datasetId: id, ...like });
      }
      return found.sort((a, b) => b.share - a.share || a.datasetId - b.datasetId);
    },
  };
}
