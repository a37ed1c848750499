import { createHash } from 'node:crypto';
import type { Hex } from '../../../shared/domain/chain.ts';
import type { CallRow, EntryRow } from '../../../shared/domain/studies.ts';
import { AppError, toAppError } from '../../../shared/errors.ts';
import type { ChainTime } from './phase.ts';
import type { StudyPorts } from './ports.ts';
import { studySecret } from './secret.ts';
import { factsOf, nextTime, stepsOf, type Step } from './steps.ts';

/** Others than the researcher wait so long, and each a different while more, before they do what anybody may. */
const PATIENCE_MS = 20_000;
const SPREAD_MS = 60_000;
const RETRY_MS = 30_000;

export type StudyWatch = { /** Looks now. @returns when it has done what it can */ look(): Promise<void>; stop(): Promise<void> };

/** A share of a spread that is always the same for an account and a call, and looks like chance to others. */
const shareOf = (account: string, callId: number) => createHash('sha256').update(`${account}/${callId}`).digest().readUInt32BE(0) / 2 ** 32;

/**
 * Does what calls wait for: a researcher's whole draw, and as a candidate what anybody may do, so that no researcher can
 * hope that nobody looks. Keeps no state: a killed profile goes on where the chain is.
 */
export function watchStudies(ports: StudyPorts, options: {
  onChange(listener: () => void): () => void;
  /** How often the chain's clock is looked at while a call waits for it. */
  pollMs: number;
  patienceMs?: number; spreadMs?: number;
  onStep?(call: CallRow, step: Step): void;
  onError?(call: CallRow, step: Step, error: AppError): void;
}): StudyWatch {
  const { patienceMs = PATIENCE_MS, spreadMs = SPREAD_MS } = options;
  const stopping = new AbortController();
  /** When a step was first seen to be due, and when it may be tried again. */
  const seen = new Map<string, number>();
  const notBefore = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;

  type Mine = { call: CallRow; researcher: boolean; entry: EntryRow | null };
  function concerned(): Mine[] {
    const { studies, me } = ports;
    const found = new Map<number, Mine>();
    for (const call of studies.callsBy(me)) if (call.status !== 'ended' && call.status !== 'abandoned') found.set(call.id, { call, researcher: true, entry: null });
    const accounts = ports.accounts();
    for (const call of studies.callsWith(accounts)) {
      if (call.status === 'ended') continue;
      const entry = studies.entriesOf(call.id, accounts).find((e) => e.status === 'entered') ?? null;
      if (entry && !found.has(call.id)) found.set(call.id, { call, researcher: false, entry });
    }
    return [...found.values()];
  }

  async function act(call: CallRow, step: Step): Promise<void> {
    const index = step.entry === null ? null : ports.indexOf(step.entry.owner);
    if (index === undefined) return;
    let args: readonly unknown[] = [call.id, ...step.args];
    if (step.method === 'reveal') {
      const { secret, commitment } = studySecret(ports.wallet, call.px);
      if (commitment !== call.commitment) throw new AppError('not-yours', `Call ${call.id} was opened with a secret that this wallet does not have.`, { hint: 'Open the profile, or restore the wallet, that opened it.' });
      args = [call.id, secret satisfies Hex];
    }
    options.onStep?.(call, step);
    await ports.as(index).send({ key: step.key, contract: 'studies', method: step.method, args }, { signal: stopping.signal });
  }

  async function once(): Promise<void> {
    const mine = concerned();
    if (mine.length === 0) return;
    let now: ChainTime = await ports.time();
    for (const { call, researcher, entry } of mine) {
      if (stopping.signal.aborted) return;
      const { entries, positions } = factsOf(ports.studies, call);
      if (ports.mine && dueByClock(call, entries, positions, now)) { await ports.mine(); now = await ports.time(); }
      for (const step of stepsOf(call, entries, positions, now, { researcher, entry })) {
        if (stopping.signal.aborted) return;
        const at = Date.now();
        if (!seen.has(step.key)) seen.set(step.key, at);
        const wait = step.turn === 'researcher' ? 0 : patienceMs + spreadMs * shareOf(step.entry?.owner ?? ports.me, call.id);
        if (at < seen.get(step.key)! + wait || at < (notBefore.get(step.key) ?? 0)) continue;
        try {
          await act(call, step);
        } catch (cause) {
          if (stopping.signal.aborted) return;
          notBefore.set(step.key, Date.now() + RETRY_MS);
          const error = toAppError(cause);
          // Somebody else was faster: the cache will say so.
          const beaten = error.code === 'chain-reverted' && (String(error.details.reason).startsWith('Study') || error.details.refused === 'reverts');
          if (!beaten) options.onError?.(call, step, error);
        }
      }
    }
  }

  /** On the embedded chain time stands still between transactions: whether a block would make something possible. */
  function dueByClock(call: CallRow, entries: EntryRow[], positions: ReturnType<StudyPorts['studies']['positions']>, now: ChainTime): boolean {
    if (call.status === 'closed') return now.block <= call.drawBlock!;
    const next = nextTime(call, entries, positions, now);
    return next !== null && Date.now() / 1000 > next + 1;
  }

  function look(): Promise<void> {
    if (stopping.signal.aborted) return Promise.resolve();
    if (running) { again = true; return running; }
    clearTimeout(timer);
    running = (async () => {
      do { again = false; await once().catch(() => undefined); } while (again && !stopping.signal.aborted);
    })().finally(() => {
      running = undefined;
      if (!stopping.signal.aborted) { timer = setTimeout(() => { void look(); }, options.pollMs); timer.unref(); }
    });
    return running;
  }
  const forget = options.onChange(() => { void look(); });
  void look();
  return {
    look,
    async stop() { stopping.abort(new AppError('cancelled', 'Stopped.')); forget(); clearTimeout(timer); await running; },
  };
}
