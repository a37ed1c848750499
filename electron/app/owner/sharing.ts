import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PublicationView, ShareIn, SharePreview } from '../../../shared/api/owner.ts';
import type { Job } from '../../../shared/api/app.ts';
import type { Hex } from '../../../shared/domain/chain.ts';
import type { DeviceEntry } from '../../../shared/domain/device.ts';
import { AppError, isAppError, toAppError } from '../../../shared/errors.ts';
import { draftLabel } from '../../datasets/anonymise.ts';
import { examinePart, mergeSpans, type KeptPart } from '../../datasets/leave-out.ts';
import { relativeBatches } from '../../datasets/segment.ts';
import { recognise, refusalOf } from '../../quality/hardware/recognise.ts';
import { entryHash } from '../../quality/hardware/registry.ts';
import { byTheseRules } from '../../quality/score.ts';
import { MIN_STATISTICS_ROWS } from '../../datasets/statistics.ts';
import { checkTerms, type Publication, type PublishRequest } from '../../market/publish.ts';
import { gasCost } from '../gas-costs.ts';
import type { Started } from '../api-types.ts';
import type { JobControl } from '../jobs.ts';
import { createOwner } from '../owner-service.ts';
import type { OwnerBase } from './base.ts';
import { createKeeperRanking, DEFAULT_KEEPERS, suggestedKeepers } from './rank-keepers.ts';
import { leastPrice, MAX_PRICE, ownersReward, readLimits, splitSale, termProblems, type Problem } from './terms.ts';

const KEPT_PARTS = 8;

/** From a recording to a listing: what the world would see, what it would cost and bring, and the publication itself. */
export function createSharing(base: OwnerBase) {
  const { b, publications, rows, me } = base;
  const ranking = createKeeperRanking(base);
  const closing = new AbortController();
  /** Scores by recording and what is left out: typing in the wizard must not score a day again. */
  const parts = new Map<string, { abort: AbortController; pending: boolean; result: Promise<KeptPart> }>();

  function partOf(recordingId: string, exclude: ShareIn['exclude'], statistics: boolean): Promise<KeptPart> {
    const info = base.recording(recordingId);
    const spans = mergeSpans(exclude);
    const known = base.reports.get(recordingId);
    const device = recognise(info.source, b.parts.devices.registry()).entry;
    const entry = device ? entryHash(device) : undefined;
    // The fingerprint is made when it is published: a preview does not wait for it.
    if (spans.length === 0 && !statistics && known?.version === 2 && byTheseRules(known) && known.hardware?.entry === entry) return Promise.resolve({ info, report: known, statistics: null, fingerprint: null });
    const key = JSON.stringify([recordingId, spans, entry ?? null]);
    let part = parts.get(key);
    if (!part) {
      // Who asks for another selection does not wait for the former any more.
      for (const [other, p] of parts) if (p.pending && other.startsWith(`["${recordingId}"`)) { p.abort.abort(new AppError('cancelled', 'Another part was chosen.')); parts.delete(other); }
      const abort = new AbortController();
      const made = { abort, pending: true, result: examinePart(info, relativeBatches(info, b.parts.recordings.read(recordingId)), { device, signal: AbortSignal.any([closing.signal, abort.signal]) }, spans) };
      made.result.then(() => { made.pending = false; }, () => { if (parts.get(key) === made) parts.delete(key); });
      part = made;
    }
    parts.delete(key);
    parts.set(key, part);
    for (const oldest of [...parts.keys()].slice(0, Math.max(0, parts.size - KEPT_PARTS))) parts.delete(oldest);
    return part.result;
  }

  const requestOf = (input: ShareIn, named: Hex[] | undefined): PublishRequest => ({
    recordingId: input.recordingId, title: input.title, description: input.description, tags: input.tags, demographics: input.demographics,
    price: BigInt(input.price), keepers: input.keepers, threshold: input.threshold, keepersBps: input.keepersBps, validatorBps: input.validatorBps,
    exclude: mergeSpans(input.exclude), statistics: input.statistics, ...(named ? { namedKeepers: named } : {}),
  });

  /** What is wrong with what would be published, and the label as far as it can be said. */
  async function describe(input: ShareIn): Promise<{ label: SharePreview['label']; report: SharePreview['report']; rows: number; problems: Problem[] }> {
    const problems: Problem[] = [];
    let part: KeptPart;
    let device: DeviceEntry | null = null;
    try {
      const info = base.recording(input.recordingId);
      const recognition = recognise(info.source, b.parts.devices.registry());
      device = recognition.entry;
      const refusal = refusalOf(recognition, b.chain.market);
      if (refusal) problems.push({ field: 'recordingId', ...refusal });
      part = await partOf(input.recordingId, input.exclude, input.statistics);
    } catch (cause) {
      if (isAppError(cause, 'cancelled') && !closing.signal.aborted) return { label: null, report: null, rows: 0, problems };
      const error = toAppError(cause);
      const empty = error.code === 'too-few-samples';
      if (!empty && error.code !== 'invalid-argument') throw error;
      const whole = b.parts.recordings.get(input.recordingId);
      problems.push(whole ? { field: 'exclude', message: empty ? 'Too little of the recording is left.' : error.message, hint: 'Leave less out.' } : { field: 'recordingId', message: error.message, hint: error.hint ?? null });
      return { label: null, report: null, rows: 0, problems };
    }
    const noStatistics = input.statistics && !part.statistics;
    if (noStatistics) problems.push({ field: 'statistics', message: `Statistics of ${part.info.rows} rows would tell samples.`, hint: `Publish them of at least ${MIN_STATISTICS_ROWS} rows, or leave them out.` });
    const drafted = draftLabel(part.info, part.report, input, { statistics: input.statistics ? part.statistics : null, fingerprint: part.fingerprint, device });
    const fieldOf = (name: string) => ({ tag: 'tags', device: 'recordingId', channel: 'recordingId', unit: 'recordingId', component: 'recordingId' })[name] ?? name;
    for (const { field, message, hint } of drafted.problems) problems.push({ field: fieldOf(field), message, hint: hint.replace(/; groups are those of --help/, '') });
    return { label: drafted.problems.length === 0 && !noStatistics ? drafted.label : null, report: part.report, rows: part.info.rows, problems };
  }

  async function preview(input: ShareIn): Promise<SharePreview> {
    const [described, all, limits, gas, native] = await Promise.all([
      describe(input), ranking.ranked(), readLimits(b.chain),
      gasCost(b.chain, { act: 'publish' as const }, { act: 'publishKeeper' as const, times: Math.max(0, input.keepers - DEFAULT_KEEPERS) }), b.chain.nativeBalance(me),
    ]);
    const chosen = ranking.choose(all, input.keepers, input.namedKeepers);
    const price = BigInt(input.price);
    const problems = [...described.problems, ...termProblems(input, limits, all, () => checkTerms(requestOf({ ...input, exclude: [] }, undefined), { maxPrice: MAX_PRICE, minKeeperFee: limits.minKeeperFee }))];
    // A relayer pays for the account that lists it. Where there is none the own account does, by the person's word.
    if (b.chain.network.relayer) gas.wei = '0';
    else if (!b.settings().linkAccounts) problems.push({ field: 'balance', message: 'This network has no relayer, which pays for the account that a dataset gets of its own.', hint: 'Use a network with one, or allow in the settings that your account pays: then everybody can see that the dataset is yours.' });
    else if (native < BigInt(gas.wei)) problems.push({ field: 'balance', message: 'The account has too little of the network’s coin for the gas.', hint: 'Send some to this account first.' });
    const whole = b.parts.recordings.get(input.recordingId)?.rows ?? 0;
    return {
      label: described.label, problems, report: described.report, rows: described.rows, rowsLeftOut: Math.max(0, whole - described.rows),
      keepers: chosen.map((r) => r.candidate), suggested: suggestedKeepers(all.length), gas, balanceNative: native.toString(),
      perSale: splitSale(price, input), reward: ownersReward(limits.reward, input.keepers).toString(),
      minPrice: (leastPrice(limits.minKeeperFee, input.keepersBps, input.threshold) ?? MAX_PRICE).toString(), maxPrice: MAX_PRICE.toString(),
    };
  }

  function run(publication: Pick<Publication, 'id' | 'request'>): Started {
    const { id, request } = publication;
    const running = base.runningJob(['publish'], { publicationId: id });
    if (running) return { jobId: running.id };
    return b.jobs.start({
      kind: 'publish', title: request.title, subject: { publicationId: id, recordingId: request.recordingId },
      async run(control: JobControl): Promise<Job['result']> {
        const known = publications.get(id);
        if (known?.state === 'listed') return { datasetId: known.datasetId };
        // There from the start, so that a closed app finds it again.
        if (!known) publications.save({ id, request, state: 'started', sealed: null, cid: null, datasetId: null });
        b.changed('publications', 'recordings');
        try {
          const result = await (await createOwner(b.parts)).publish(request, {
            id, wait: 'listed', signal: control.signal,
            onProgress: (step, done, total) => { control.progress(step, done, total); },
            onStep: (step) => { const next = ({ score: 'seal', seal: 'store', store: 'list' } as Record<string, string>)[step]; if (next) control.progress(next, 0, null); b.changed('publications'); },
            onLabel: (label, dataset) => base.labels.saveLabel(dataset.id, dataset.contentHash, label, Date.now()),
          });
          control.subject({ datasetId: result.datasetId });
          return { datasetId: result.datasetId, score: result.quality, rows: result.rows, gas: Number(result.gas) };
        } finally {
          b.changed('publications', 'recordings', 'datasets', 'listings');
        }
      },
    });
  }

  return {
    preview,
    async keepers() {
      const all = await ranking.ranked();
      return ranking.choose(all, Math.min(DEFAULT_KEEPERS, all.length)).map((r) => r.candidate);
    },

    async publish(input: ShareIn): Promise<Started> {
      base.recording(input.recordingId);
      const under = publications.unfinished().find((p) => p.request.recordingId === input.recordingId);
      // One that has made nothing yet gives way.
      if (under?.state === 'started' && !base.runningJob(['publish'], { publicationId: under.id })) publications.remove(under.id);
      else if (under) throw new AppError('invalid-argument', `«${under.request.title}» is being published from that recording.`, { hint: 'Resume that publication or discard it first.', details: { publicationId: under.id } });
      const { problems, keepers } = await preview(input);
      const problem = problems[0];
      if (problem) throw new AppError('invalid-argument', problem.message, { hint: problem.hint ?? undefined, details: { field: problem.field } });
      // The very keepers that the preview showed.
      const named = input.namedKeepers ?? keepers.filter((k) => k.chosen).map((k) => k.address);
      return run({ id: randomBytes(8).toString('hex'), request: requestOf(input, named) });
    },

    publications: (): PublicationView[] => publications.unfinished().map((p) => ({
      id: p.id, recordingId: p.request.recordingId, title: p.request.title, state: p.state, jobId: base.runningJob(['publish'], { publicationId: p.id })?.id ?? null,
    })),

    resume(id: string): Started {
      const known = publications.get(id);
      if (!known) throw new AppError('invalid-argument', 'That publication is not known any more.', { hint: 'Share the recording again.' });
      return run(known);
    },

    async discard(id: string): Promise<void> {
      const known = publications.get(id);
      if (!known) return;
      if (base.runningJob(['publish'], { publicationId: id })) throw new AppError('invalid-argument', 'That publication is under way.', { hint: 'Cancel it first.' });
      if (known.state === 'listed') throw new AppError('invalid-argument', 'That publication is listed.', { hint: 'Stop sharing the dataset instead.' });
      // Its transaction may be on the chain: without key and blobs the listing would be one that nobody can open.
      if (rows.wasSent(`publish:${id}`)) throw new AppError('invalid-argument', 'The listing was already sent to the chain.', { hint: 'Resume it; then stop sharing the dataset.' });
      if (known.sealed) base.keys.forget(known.sealed.nonce);
      if (known.cid) await b.blobs.store.unpin(known.cid);
      const dir = join(b.parts.profile.path('work'), `${id}.sealed`);
      for (const path of [dir, `${dir}.sealing`]) await rm(path, { recursive: true, force: true });
      publications.remove(id);
      if (typeof known.account === 'number') b.parts.accounts.giveBack(known.account);
      b.changed('publications', 'recordings');
    },

    close(): void { closing.abort(new AppError('cancelled', 'The app is closing.')); parts.clear(); },
  };
}
