import type { RequestView } from '../../../shared/api/consent.ts';
import type { DatasetRow, Hex } from '../../../shared/domain/chain.ts';
import type { Category, Scope } from '../../../shared/domain/consent.ts';
import { CATEGORIES } from '../../../shared/domain/consent.ts';
import type { Manifest, ManifestSegment } from '../../../shared/domain/manifest.ts';
import type { RecordingInfo } from '../../../shared/domain/recording.ts';
import { AppError } from '../../../shared/errors.ts';
import { coveredSpan, coversChannel, coversSegment, DAY_US, dateOf } from '../../consent/scope.ts';
import { labelQueries } from '../../db/queries/labels.ts';
import { ownerRows } from '../../db/queries/owner-rows.ts';
import { fetchManifest } from '../../market/fetch-manifest.ts';
import { createDatasetKeyStore } from '../secret-stores.ts';
import { createRecordStore } from './record-store.ts';
import type { ConsentBase } from './base.ts';

export type Candidate = RequestView['candidates'][number];
/** What of a recording the scope covers; `origin` is its time zero in a delivery, null where nobody knows when it was. */
export type RecordingPart = { info: RecordingInfo; channels: string[]; from: number; to: number; origin: number | null };
export type DatasetPart = { dataset: DatasetRow; manifest: Manifest; sha256: Hex; segments: ManifestSegment[]; startTime: number | null; title: string };

/** Before this an absolute time is no wall clock but a count from the start: 1973-03-03. */
const FIRST_CLOCK = 1e14;
const MAX_DAYS = 400;

const hasClock = (info: RecordingInfo): boolean => info.source.times === 'source' && info.startTime >= FIRST_CLOCK;

/** What a person has that a scope covers: recordings, listed datasets, records. */
export function createSources(base: ConsentBase) {
  const { b } = base;
  const { recordings } = b.parts;
  const labels = labelQueries(b.parts.db);
  const rows = ownerRows(b.parts.db);
  const keys = createDatasetKeyStore(b.parts.db, b.parts.wallet);
  const records = createRecordStore(b.parts.db, b.parts.wallet);
  const manifests = new Map<string, { manifest: Manifest; sha256: Hex }>();

  async function manifestOf(dataset: DatasetRow): Promise<{ manifest: Manifest; sha256: Hex }> {
    let known = manifests.get(dataset.cid);
    if (!known) {
      const { manifest } = await fetchManifest(dataset, { blobs: b.blobs.store, timeoutMs: 5000 });
      manifests.set(dataset.cid, known = { manifest, sha256: dataset.contentHash });
    }
    return known;
  }

  function recordingPart(info: RecordingInfo, scope: Scope): RecordingPart | null {
    const channels = info.channels.map((c) => c.name).filter((name) => coversChannel(scope, name));
    if (channels.length === 0) return null;
    if (!hasClock(info)) return scope.days ? null : { info, channels, from: info.startTime, to: info.endTime + 1, origin: null };
    const span = coveredSpan(scope, info);
    return span && { info, channels, ...span, origin: span.from };
  }

  async function datasetPart(dataset: DatasetRow, scope: Scope): Promise<DatasetPart | null> {
    if (!keys.has(dataset.nonce) || (dataset.status !== 'published' && dataset.status !== 'certified')) return null;
    const { manifest, sha256 } = await manifestOf(dataset);
    const recordingId = rows.published().get(dataset.nonce)?.recordingId;
    const info = recordingId === undefined ? undefined : recordings.get(recordingId);
    const startTime = info && hasClock(info) ? info.startTime : null;
    const segments = manifest.segments.filter((s) => coversSegment(scope, s, startTime, info?.endTime));
    return segments.length === 0 ? null : { dataset, manifest, sha256, segments, startTime, title: manifest.label.title };
  }

  /** Records of the category that are kept here, and were issued on the days of the scope. */
  function keptRecords(scope: Scope, category: Category) {
    return base.reads.recordsOf(base.mine()).flatMap((row) => {
      const facts = records.facts(row.id);
      if (!facts?.key || CATEGORIES[row.category] !== category) return [];
      if (scope.days && (dateOf(row.issuedAt * 1e6) < scope.days.from || dateOf(row.issuedAt * 1e6) > scope.days.to)) return [];
      return [{ row, title: facts.title ?? `#${row.id}` }];
    });
  }

  const daysBetween = (from: number, to: number): string[] => Array.from({ length: Math.min(MAX_DAYS, Math.round((to - from) / DAY_US)) }, (_, i) => dateOf(from + i * DAY_US));

  function datasetCandidate({ dataset, segments, startTime, title }: DatasetPart): Candidate {
    const days = [...new Set(segments.map((s) => s.day))];
    const at = (day: number) => (startTime === null ? null : (startTime + day * DAY_US) / 1000);
    return {
      recordingId: null, datasetId: dataset.id, recordId: null, title, from: at(days[0]!), to: at(days.at(-1)!), channels: [...new Set(segments.map((s) => s.channel))],
      days: startTime === null ? days.map((d) => `day ${d + 1}`) : days.map((d) => dateOf(startTime + d * DAY_US)),
    };
  }

  return {
    recordingPart, datasetPart, keptRecords,
    /** @throws AppError `invalid-argument` where the profile does not have it or the scope does not cover it */
    recording(id: string, scope: Scope): RecordingPart {
      const info = recordings.get(id);
      const part = info && recordingPart(info, scope);
      if (!part) throw new AppError('invalid-argument', info ? `«${info.title}» has nothing on those days and channels.` : `There is no recording ${id} in this profile.`, { hint: 'Choose one of those that the request shows.' });
      return part;
    },
    async dataset(id: number, scope: Scope): Promise<DatasetPart> {
      const dataset = base.chainReads.dataset(id);
      if (!dataset || !base.mine().has(dataset.owner)) throw new AppError('not-yours', `Dataset ${id} is none of yours.`, { hint: 'Choose one of those that the request shows.' });
      const part = await datasetPart(dataset, scope);
      if (!part) throw new AppError('invalid-argument', `Dataset ${id} has nothing on those days and channels, or its key was erased.`, { hint: 'Choose one of those that the request shows.' });
      return part;
    },

    /**
     * What meets a request. To one that came by a listing only that dataset is offered: the account that would give it is
     * known to be the listing's, and anything else would tell whose else it is.
     */
    async candidates(scope: Scope, category: Category, datasetId: number | null): Promise<Candidate[]> {
      if (datasetId !== null) {
        const dataset = base.chainReads.dataset(datasetId);
        const part = dataset && base.mine().has(dataset.owner) ? await datasetPart(dataset, scope).catch(() => null) : null;
        return part ? [datasetCandidate(part)] : [];
      }
      if (category !== 'health') return keptRecords(scope, category).map(({ row, title }) => ({ recordingId: null, datasetId: null, recordId: row.id, title, from: row.issuedAt * 1000, to: row.issuedAt * 1000, channels: [], days: [dateOf(row.issuedAt * 1e6)] }));
      // A listing is offered where the recording behind it is gone: sharing the recording tells nobody that it is listed.
      const made = rows.published();
      const orphans = [...base.mine()].flatMap((owner) => base.chainReads.datasetsOf(owner)).filter((d) => { const id = made.get(d.nonce)?.recordingId; return id === undefined || !recordings.get(id); });
      const listed = (await Promise.all(orphans.map((d) => datasetPart(d, scope).catch(() => null)))).flatMap((part) => (part ? [datasetCandidate(part)] : []));
      return recordings.list().flatMap((info): Candidate[] => {
        const part = recordingPart(info, scope);
        if (!part) return [];
        const first = Math.max(info.startTime, part.from);
        const last = Math.min(info.endTime, part.to - 1);
        return [{ recordingId: info.id, datasetId: null, recordId: null, title: info.title, from: part.origin === null ? null : first / 1000, to: part.origin === null ? null : last / 1000, channels: part.channels, days: part.origin === null ? [] : daysBetween(part.from, part.to) }];
      }).sort((a, b) => (b.from ?? 0) - (a.from ?? 0)).concat(listed);
    },
    titleOf: (datasetId: number): string | null => labels.labelOf(datasetId)?.title ?? null,
  };
}
export type Sources = ReturnType<typeof createSources>;
