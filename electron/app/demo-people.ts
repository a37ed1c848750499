/** The simulated people of the demo network, in a process of their own: five keepers, a validator and two owners. */
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatEther, parseEther } from 'ethers';
import { openSimulator } from '../capture/simulator/index.ts';
import { AppError, isAppError, toAppError } from '../../shared/errors.ts';
import { Role, type Hex } from '../../shared/domain/chain.ts';
import { createWallet } from '../wallet/wallet.ts';
import { parent } from './child.ts';
import { DEMO_LISTINGS } from './demo-listings.ts';
import type { DemoData, DemoState, FromDemo, ToDemo } from './demo-network.ts';
import { errorView } from './error-view.ts';
import { accreditOnLocalNetwork, fundOnLocalNetwork } from './local-network.ts';
import { facade } from './node.ts';
import { keystorePath, openParts, type NodeParts } from './open-parts.ts';
import { createProfile, profileExists } from './profile.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

/** They are nobody: their passphrase is random and lies beside them, and the cost of guessing it protects nothing. */
const CHEAP = { N: 2 ** 12, r: 8, p: 1 } as const;
/** What one certified listing brings its owner. */
const GIFT = parseEther('500');
const OWNERS = 2;
/** Native coins, for stakes and gas: filled up when it runs low. */
const PURSE = parseEther('1000');
const LEAST = parseEther('100');
const GONE_MS = 1000;
/** How long the people of a start before, which was killed, may take to end. */
const IN_USE_MS = 8000;

const port = parent();
// What is said while this starts, such as whom to welcome, comes together with the first word: it waits until it can be heard.
const early: ToDemo[] = [];
let hear = (message: ToDemo): void => { early.push(message); };
port.onMessage((m) => hear(m as ToDemo));
/** Said once, first. */
const { dir, networkFile, keepers, listings, minutes } = await new Promise<DemoData>((resolve) => port.onMessage((m) => { const message = m as ToDemo; if (message.type === 'begin') resolve(message.data); }));
const stopping = new AbortController();
const { signal } = stopping;
const tell = (state: DemoState) => port.send({ type: 'state', state } satisfies FromDemo);
const notesPath = join(dir, 'people.json');
type Notes = { passphrase: string; /** Which of DEMO_LISTINGS. */ listed: number[]; /** Those that were begun, so that an interruption makes no second one of them. */ begun: Record<number, { publication: string; recordingId: string }>; welcomed: Hex[] };
const notes: Notes = existsSync(notesPath) ? ({ begun: {}, ...JSON.parse(readFileSync(notesPath, 'utf8')) as object } as Notes) : { passphrase: randomBytes(24).toString('base64url'), listed: [], begun: {}, welcomed: [] };
const save = () => writeFileAtomic(notesPath, JSON.stringify(notes));

type Person = { parts: NodeParts; node: ReturnType<typeof facade>; stop(): Promise<void> };
const stops: (() => Promise<unknown>)[] = [];

async function person(name: string): Promise<Person> {
  const home = join(dir, 'people', name);
  // Each step by itself: a start may be interrupted after any of them.
  if (!profileExists(home)) createProfile(home);
  if (!existsSync(keystorePath(home))) await createWallet(keystorePath(home), notes.passphrase, CHEAP);
  const { parts, stop } = await openAsSoonAsFree(home);
  stops.push(stop);
  const chain = await parts.chain();
  if ((await chain.nativeBalance(parts.address)) < LEAST) await fundOnLocalNetwork(networkFile, [parts.address], PURSE);
  if (name === 'validator' && ((chain.reads.participant(parts.address)?.roles ?? 0) & Role.validator) === 0) {
    await accreditOnLocalNetwork(networkFile, parts.address);
    await chain.indexer.catchUp(signal);
  }
  return { parts, node: facade(parts, signal), stop };
}

async function openAsSoonAsFree(home: string): ReturnType<typeof openParts> {
  for (const began = Date.now(); ;) {
    try { return await openParts({ dir: home, passphrase: async () => notes.passphrase, network: () => networkFile }, signal); } catch (error) {
      if (!isAppError(error, 'profile-in-use') || Date.now() - began > IN_USE_MS) throw error;
      await new Promise((resolve) => { setTimeout(resolve, 200); });
    }
  }
}

const waiting: Hex[] = [];
/** A gift to each account once, out of what the first simulated owner has earned. */
async function give(owner: Person): Promise<void> {
  const address = waiting[0];
  if (!address) return;
  // What its datasets earned lies with their accounts; it is nobody, and need not hide that they are its own.
  if ((await owner.node.freshAccounts()).some((a) => BigInt(a.phd) > 0n)) await owner.node.collect();
  const { phd } = await owner.node.balance(owner.parts.address);
  if (phd < GIFT || waiting[0] !== address) return;
  waiting.shift();
  if (notes.welcomed.includes(address)) return;
  notes.welcomed.push(address);
  save();
  await owner.node.sendCoins(address, formatEther(GIFT));
}

async function list(owner: Person, i: number): Promise<void> {
  const it = DEMO_LISTINGS[i]!;
  const rows = Math.round(minutes * 60 * it.length * it.rateHz);
  const begun = notes.begun[i];
  const recordingId = begun?.recordingId ?? (await owner.parts.recordings.add(openSimulator({ rows, rateHz: it.rateHz, seed: randomInt(2 ** 31), startTime: Date.UTC(2026, 2 + (i % 6), 3 + i, 8) * 1000, signal }))).id;
  await owner.node.publish({
    recordingId, title: it.title, description: it.description, tags: it.tags, demographics: it.demographics, price: parseEther(it.price),
    keepers: Math.min(5, keepers), threshold: Math.min(3, keepers), keepersBps: 1000, validatorBps: 200,
  }, { wait: 'certified', signal, id: begun?.publication, onStart: (publication) => { notes.begun[i] = { publication, recordingId }; save(); } });
  delete notes.begun[i];
}

async function run(): Promise<void> {
  const total = Math.min(listings, DEMO_LISTINGS.length);
  const done = () => notes.listed.filter((i) => i < total).length;
  save();
  tell({ state: done() < total ? 'filling' : 'starting', done: done(), total, error: null });
  const owners: Person[] = [];
  for (let i = 0; i < OWNERS; i++) owners.push(await person(`owner-${i + 1}`));
  await Promise.all([
    ...Array.from({ length: keepers }, async (_, i) => {
      const keeper = await person(`keeper-${i + 1}`);
      const keeping = await keeper.node.startKeeper({ stake: parseEther(String(2 + (i % 3))), quotaBytes: 4 * 1024 ** 3, autoRelease: true, signal });
      stops.push(() => keeping.stop());
    }),
    (async () => {
      const validator = await person('validator');
      const validating = await validator.node.startValidator({ patienceMs: 20_000, once: false, signal });
      stops.push(() => validating.stop());
    })(),
    // Who has listed something serves it from its own node as well.
    ...owners.map((o) => o.parts.blobs()),
  ]);
  await Promise.all(owners.map(async (owner, nth) => {
    // The keepers have just joined: their cache has to know of them.
    await (await owner.parts.chain()).indexer.catchUp(signal);
    for (let i = nth; i < total && !signal.aborted; i += OWNERS) {
      if (notes.listed.includes(i)) continue;
      await list(owner, i);
      notes.listed.push(i);
      save();
      tell({ state: 'filling', done: done(), total, error: null });
      await give(owner);
    }
  }));
  tell({ state: 'ready', done: total, total, error: null });
  while (!signal.aborted) {
    for (const owner of owners) await give(owner).catch(() => undefined);
    await new Promise<void>((resolve) => { const timer = setTimeout(resolve, 500); signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true }); });
  }
}

const stop = () => stopping.abort(new AppError('cancelled', 'The demo network is closing.'));
// The app was killed: so is this, or the next start would find these profiles in use. They stand a crash at any moment.
port.onGone(() => { stop(); setTimeout(() => process.exit(1), GONE_MS); });
hear = (message) => {
  if (message.type === 'welcome') { if (!notes.welcomed.includes(message.address)) waiting.push(message.address); }
  else if (message.type === 'stop') stop();
};
early.forEach(hear);

try { await run(); } catch (error) {
  if (!signal.aborted) {
    tell({ state: 'failed', done: notes.listed.length, total: listings, error: errorView(toAppError(error)) });
    await new Promise<void>((resolve) => { signal.addEventListener('abort', () => resolve(), { once: true }); });
  }
}
for (const end of stops.splice(0).reverse()) await end().catch(() => undefined);
process.exit(0);
