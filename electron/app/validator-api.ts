import type { CheckView, QueueRow } from '../../shared/api/validator.ts';
import { Role } from '../../shared/domain/chain.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import { labelQueries } from '../db/queries/labels.ts';
import { validatorRows } from '../db/queries/validator-rows.ts';
import { decideDataset, examineDataset, unseenSeats, waitingForCertificate, type CertifyDeps, type Verdict } from '../market/certify.ts';
import { systemClock } from '../market/ports.ts';
import { createCopyFinder } from './copies.ts';
import { followNetwork } from './devices-api.ts';
import { gasCost } from './gas-costs.ts';
import type { Backstage } from './backstage.ts';
import type { ValidatorApi } from './api-types.ts';
import { createGranteeKeys } from './secret-stores.ts';
import { runValidator } from './validator-service.ts';

/** How long keepers beyond the threshold are waited for. */
const PATIENCE_MS = 30_000;
const RELEASE_SECONDS = 3600;

export type ValidatorSide = ValidatorApi & { isAutomatic(): boolean; close(): Promise<void> };

/** The validator's side: what waits, what a check found, and verdicts that say no more than the check did. */
export function createValidatorApi(b: Backstage, { patienceMs = PATIENCE_MS }: { patienceMs?: number } = {}): ValidatorSide {
  const { db } = b.parts;
  const { chain } = b;
  const { reads } = chain;
  const me = b.parts.address;
  const rows = validatorRows(db);
  const labels = labelQueries(db);
  const deps: CertifyDeps = {
    reads, submit: chain.outbox, changes: chain.indexer, clock: systemClock, keys: createGranteeKeys(db, b.parts.wallet), network: chain.market, me, mine: () => b.parts.accounts.mine(), registry: b.parts.devices.registry, resembling: createCopyFinder(b.parts, chain, b.blobs), blobs: b.blobs.store, patienceMs, releaseSeconds: RELEASE_SECONDS,
  };
  let automatic: { stop(): Promise<void> } | undefined;
  let switching: Promise<unknown> = Promise.resolve();

  const labelOf = (id: number) => labels.labelOf(id);
  const titleOf = (id: number) => labelOf(id)?.title ?? `#${id}`;
  const working = (kind: 'check' | 'decide', id: number) => b.jobs.list().find((j) => j.kind === kind && j.state === 'running' && j.subject.datasetId === id);
  const accredited = () => {
    if (((reads.participant(me)?.roles ?? 0) & Role.validator) === 0) throw new AppError('not-a-validator', 'This account is not accredited as a validator on this network.', { hint: 'The registrar of the network accredits validators.' });
  };

  /** The check that a verdict may still rest on: its access is open and no keeper has joined since. */
  function standing(id: number): { view: CheckView; hash: string } | null {
    const row = rows.check(id);
    if (!row || reads.dataset(id)?.status !== 'published') return null;
    const view = JSON.parse(row.view) as CheckView;
    const access = reads.access(view.accessId);
    return access?.status === 'open' && access.deadline * 1000 > Date.now() ? { view, hash: row.hash } : null;
  }

  const claimedScore = (id: number): number | null => labelOf(id)?.quality ?? null;

  function reasonsOf(verdict: Verdict): string[] {
    return verdict.findings.filter((f) => !f.ok).map((f) => `${f.name}: ${f.detail}`.slice(0, 300));
  }

  return {
    queue(): QueueRow[] {
      const ready = new Set(waitingForCertificate(deps).map((d) => d.id));
      const mine = b.parts.accounts.mine();
      return reads.datasetsByStatus('published').filter((d) => !mine.has(d.owner)).map((d) => ({
        datasetId: d.id, title: labelOf(d.id)?.title ?? null, label: labelOf(d.id), owner: d.owner, publishedAt: d.publishedAt * 1000, acceptedSeats: d.acceptedSeats, seats: d.seats, threshold: d.threshold, claimedScore: claimedScore(d.id),
        state: working('decide', d.id) ? 'deciding' : working('check', d.id) ? 'checking' : standing(d.id) ? 'checked' : ready.has(d.id) ? 'ready' : 'waiting',
      }));
    },

    decided: () => rows.decided(me).map((r) => {
      const certified = r.event === 'DatasetCertified';
      return { datasetId: r.datasetId, title: labelOf(r.datasetId)?.title ?? null, certified, score: r.score, at: r.at * 1000, tx: r.tx, fee: certified ? rows.fees(r.datasetId, me).toString() : null, reasons: rows.reasons(r.datasetId) };
    }),

    check(id) {
      accredited();
      const dataset = reads.dataset(id);
      if (!dataset) throw new AppError('dataset-unknown', `There is no dataset ${id} on this network.`);
      if (dataset.status !== 'published') throw new AppError('dataset-not-for-sale', `Dataset ${id} is ${dataset.status}; only a published one waits for a certificate.`);
      if (dataset.acceptedSeats < dataset.threshold) throw new AppError('keepers-too-few', `Only ${dataset.acceptedSeats} of the ${dataset.threshold} keepers that it takes have accepted dataset ${id}.`, { hint: 'Wait until more have.', retryable: true });
      const running = working('check', id);
      if (running) return { jobId: running.id };
      const started = b.jobs.start({
        kind: 'check', title: titleOf(id), subject: { datasetId: id },
        run: async ({ signal, progress, subject }) => {
          progress('registering', 0, null);
          await chain.ensureRegistered(Role.customer, b.blobs.endpoint);
          progress('shares', 0, dataset.acceptedSeats);
          const examine = () => examineDataset(id, deps, {
            signal,
            onEvent: (event) => { if (event.type === 'share') progress('shares', event.have, event.want); },
            onScore: (done, total) => progress('scoring', done, total),
          });
          // The owner may know a newer list of devices: the network names it.
          const examined = await examine().catch(async (error: unknown) => {
            if (!isAppError(error, 'devices-refused') || !(await followNetwork(b.parts.devices, chain, b.blobs.store, signal).catch(() => false))) throw error;
            return examine();
          });
          subject({ accessId: examined.accessId });
          const good = examined.findings.every((f) => f.ok);
          const view: CheckView = {
            datasetId: id, accessId: examined.accessId, findings: examined.findings, claimed: examined.claimed, found: examined.found, score: examined.score,
            recommend: good ? 'certify' : 'reject', checkedAt: Date.now(), gas: await gasCost(chain, { act: good ? 'certify' : 'reject' }),
          };
          rows.saveCheck(id, JSON.stringify(view), examined.hash);
          b.changed('validator', 'history');
          return { recommend: view.recommend, score: view.score, accessId: view.accessId };
        },
      });
      void b.jobs.ended(started.jobId).then(() => b.changed('validator'));
      b.changed('validator');
      return started;
    },

    checked: (id) => standing(id)?.view ?? null,

    decide({ datasetId: id, certify, reasons }) {
      accredited();
      const check = standing(id);
      if (!check) throw new AppError('access-not-ready', `Dataset ${id} has no check that still stands.`, { hint: 'Check it, then decide: a check is good while its access is open.' });
      const wrong = check.view.findings.filter((f) => !f.ok);
      if (certify && wrong.length > 0) {
        throw new AppError('quality-mismatch', `Dataset ${id} cannot be certified: the check found ${wrong.length === 1 ? 'one claim' : `${wrong.length} claims`} false (${wrong.slice(0, 3).map((f) => f.name).join(', ')}).`, { hint: 'Reject it with these reasons; a certificate stands for what was found.' });
      }
      if (!certify && reasons.length === 0) throw new AppError('invalid-argument', 'A rejection needs a reason.', { hint: 'Say what is wrong, so that the owner can mend it.' });
      if (certify && unseenSeats({ datasetId: id, accessId: check.view.accessId }, deps)) {
        throw new AppError('access-not-ready', `A keeper has joined dataset ${id} since it was checked; its share was not seen.`, { hint: 'Check it again.' });
      }
      const running = working('decide', id);
      if (running) return { jobId: running.id };
      const started = b.jobs.start({
        kind: 'decide', title: titleOf(id), subject: { datasetId: id, accessId: check.view.accessId }, cancellable: false,
        run: async ({ progress }) => {
          progress('sending', 0, null);
          const sent = await decideDataset({ accessId: check.view.accessId, score: check.view.score, hash: check.hash }, certify, deps);
          rows.saveReasons(id, reasons);
          b.changed('validator', 'listings', 'history');
          return { certified: certify, score: check.view.score, tx: sent.hash };
        },
      });
      void b.jobs.ended(started.jobId).then(() => b.changed('validator'));
      b.changed('validator');
      return started;
    },

    /** On: everything that waits is checked and judged as the check says, one by one. */
    automatic(on) {
      const turn = switching.catch(() => undefined).then(async () => {
        if (on && !automatic) {
          accredited();
          automatic = await runValidator(b.parts, {
            patienceMs, once: false,
            onVerdict: (verdict) => { rows.saveReasons(verdict.datasetId, reasonsOf(verdict)); b.changed('validator', 'listings', 'history'); },
          });
        } else if (!on && automatic) {
          const it = automatic;
          automatic = undefined;
          await it.stop();
        }
        if (b.settings().autoCertify !== on) b.set({ autoCertify: on });
        b.changed('validator');
      });
      switching = turn;
      return turn;
    },
    isAutomatic: () => automatic !== undefined,

    async close() {
      await switching.catch(() => undefined);
      await automatic?.stop();
      automatic = undefined;
    },
  };
}
