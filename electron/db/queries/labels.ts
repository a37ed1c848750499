import { Label } from '../../../shared/domain/label.ts';
import type { DatasetStatus } from '../../../shared/domain/chain.ts';
import type { Db } from '../open-database.ts';

export type ListingQuery = {
  /** Words as a person types them; the last one may be unfinished. */
  text?: string;
  types?: string[];
  minQuality?: number;
  /** PHD wei. */
  maxPrice?: bigint;
  certifiedOnly?: boolean;
  owner?: string;
  sort?: 'newest' | 'price' | 'quality';
  limit?: number;
  offset?: number;
};
export type Listing = { id: number; status: DatasetStatus; price: bigint; version: number; score: number | null; owner: string; cid: string; label: Label | null };

/** A person's words as an FTS5 query: each a quoted prefix, so that no character of theirs is an operator. */
export function ftsQuery(text: string): string | null {
  const words = text.normalize('NFKC').split(/[^\p{L}\p{N}]+/u).filter(Boolean).slice(0, 12);
  return words.length === 0 ? null : words.map((w) => `"${w}"*`).join(' ');
}

/** Labels of datasets, fetched from IPFS once and searched here. */
export function labelQueries(db: Db) {
  const needed = db.prepare(`
    SELECT d.id FROM datasets d LEFT JOIN labels l ON l.dataset_id = d.id AND l.content_hash = d.content_hash
    WHERE d.status IN ('published', 'certified') AND (l.dataset_id IS NULL OR (l.label IS NULL AND l.tried_at < ?)) ORDER BY d.id DESC LIMIT ?`).pluck();
  const insert = db.prepare('INSERT OR REPLACE INTO labels (dataset_id, content_hash, label, error, tried_at) VALUES (?, ?, ?, ?, ?)');
  const dropText = db.prepare('DELETE FROM label_text WHERE rowid = ?');
  const insertText = db.prepare('INSERT INTO label_text (rowid, title, description, words) VALUES (?, ?, ?, ?)');
  const known = db.prepare('SELECT label FROM labels WHERE dataset_id = ?').pluck();
  const parse = (text: string | null | undefined) => (text ? Label.parse(JSON.parse(text)) : null);

  return {
    /** Datasets whose label is not here yet, or could not be fetched and may be tried again. */
    datasetsNeedingLabel: (limit: number, retryBefore: number) => needed.all(retryBefore, limit) as number[],
    saveLabel: db.transaction((datasetId: number, contentHash: string, label: Label, now: number) => {
      insert.run(datasetId, contentHash, JSON.stringify(label), null, now);
      dropText.run(datasetId);
      insertText.run(datasetId, label.title, label.description, [...label.dataTypes, ...label.tags, label.device ?? '', label.demographics.ageBand, label.demographics.sex].join(' '));
    }),
    saveFailure: (datasetId: number, contentHash: string, error: string, now: number) => { insert.run(datasetId, contentHash, null, error, now); },
    labelOf: (datasetId: number) => parse(known.get(datasetId) as string | null | undefined),
    search(query: ListingQuery): Listing[] {
      const where: string[] = [];
      const args: unknown[] = [];
      const match = query.text ? ftsQuery(query.text) : null;
      if (query.text && match === null) return [];
      where.push(query.certifiedOnly === false ? "d.status <> 'withdrawn'" : "d.status = 'certified'");
      if (query.owner) { where.push('d.owner = ?'); args.push(query.owner.toLowerCase()); where[0] = '1'; }
      if (match) { where.push('d.id IN (SELECT rowid FROM label_text WHERE label_text MATCH ?)'); args.push(match); }
      if (query.minQuality !== undefined) { where.push('d.score >= ?'); args.push(query.minQuality); }
      // Decimal text compares as numbers when the lengths are compared first.
      if (query.maxPrice !== undefined) { const p = query.maxPrice.toString(); where.push('(length(d.price) < ? OR (length(d.price) = ? AND d.price <= ?))'); args.push(p.length, p.length, p); }
      for (const type of query.types ?? []) { where.push("EXISTS (SELECT 1 FROM json_each(l.label, '$.dataTypes') t WHERE t.value = ?)"); args.push(type); }
      const order = { newest: 'd.id DESC', price: 'length(d.price), d.price, d.id DESC', quality: 'd.score DESC, d.id DESC' }[query.sort ?? 'newest'];
      const rows = db.prepare(`SELECT d.id, d.status, d.price, d.version, d.score, d.owner, d.cid, l.label FROM datasets d LEFT JOIN labels l ON l.dataset_id = d.id WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ? OFFSET ?`)
        .all(...args, query.limit ?? 50, query.offset ?? 0) as (Omit<Listing, 'price' | 'label'> & { price: string; label: string | null })[];
      return rows.map((r) => ({ ...r, price: BigInt(r.price), label: parse(r.label) }));
    },
  };
}
export type LabelQueries = ReturnType<typeof labelQueries>;
