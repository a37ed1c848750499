import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseEther } from 'ethers';
import type { AppState } from '../../shared/api/app.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import { startNodeChild, type StartChild } from './child.ts';
import { errorView } from './error-view.ts';
import { fundOnLocalNetwork, startLocalNetwork } from './local-network.ts';

export type DemoState = AppState['demo'];
export type DemoOptions = {
  keepers: number;
  /** How many listings the simulated owners make on the first start. */
  listings: number;
  /** Length of the longest of their recordings: shorter ones make a quicker first start. */
  minutes: number;
};
export type DemoNetwork = {
  networkFile: string;
  /** Gives a new account coins: native ones at once, PHD as soon as a simulated owner has earned some. */
  welcome(address: Hex): Promise<void>;
  /** The chain's state as of now. @throws AppError `chain-unreachable` */
  snapshot(signal?: AbortSignal): Promise<Buffer>;
  stop(): Promise<void>;
};

/** What the process of the simulated people is told and tells. */
export type ToDemo = { type: 'begin'; data: DemoData } | { type: 'welcome'; address: Hex } | { type: 'stop' };
export type FromDemo = { type: 'state'; state: DemoState };
export type DemoData = { dir: string; networkFile: string; keepers: number; listings: number; minutes: number };

const DEFAULTS: DemoOptions = { keepers: 5, listings: 8, minutes: 6 };
/** What they do survives a kill at any moment; waiting longer brings nothing. */
const STOP_MS = 2000;

/**
 * The network of a first try: the embedded chain, and simulated people in a process of their own, who keep shares, certify
 * and have listed recordings of the simulated watch, so that nobody meets an empty market. All of it rests in `dir` and
 * goes on at the next start; nothing in it is the person's own.
 */
export async function runDemoNetwork({ dir, onState, startChild = startNodeChild, ...given }: { dir: string; onState(state: DemoState): void; startChild?: StartChild } & Partial<DemoOptions>): Promise<DemoNetwork> {
  const options = { ...DEFAULTS, ...given };
  const tell = (state: DemoState) => onState(state);
  tell({ state: 'starting', done: 0, total: options.listings, error: null });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const network = await startLocalNetwork({ dir: join(dir, 'network'), challengeWindow: 20, releaseExtension: 20 });
  const people = startChild(new URL('./demo-people.ts', import.meta.url));
  let stopping = false;
  people.onMessage((m) => { const message = m as FromDemo; if (message.type === 'state') tell(message.state); });
  people.send({ type: 'begin', data: { dir, networkFile: network.networkFile, ...options } } satisfies ToDemo);
  void people.exit.then((code) => {
    if (!stopping) tell({ state: 'failed', done: 0, total: options.listings, error: errorView(new AppError('cancelled', `The simulated people stopped (exit code ${code}).`, { hint: 'The rest of the app goes on; start it again for them to come back.' })) });
  });
  return {
    networkFile: network.networkFile, snapshot: network.snapshot,
    async welcome(address) {
      await fundOnLocalNetwork(network.networkFile, [address], parseEther('100'));
      people.send({ type: 'welcome', address } satisfies ToDemo);
    },
    async stop() {
      stopping = true;
      people.send({ type: 'stop' } satisfies ToDemo);
      const timer = setTimeout(() => people.kill(), STOP_MS);
      await people.exit;
      clearTimeout(timer);
      await network.stop();
    },
  };
}
