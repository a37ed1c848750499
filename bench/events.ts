import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEventApplier, type ChainEvent } from '../electron/chain/apply-event.ts';
import { contractInterface, type ContractKey } from '../electron/chain/contracts.ts';
import { createLogDecoder, type RawLog } from '../electron/chain/decode-log.ts';
import { openDatabase, type Db } from '../electron/db/open-database.ts';
import { recordUndo } from '../electron/db/undo.ts';

const EVENTS = 20_000;
const IN_ONE = 2_000;
/** The peer commits to the disk for each event: a part of them is enough to know its pace. */
const SAMPLE = 1_000;
const ROUNDS = 5;
const TARGET = 20_000;
const ADDRESSES = { coin: `0x${'c0'.repeat(20)}`, participants: `0x${'aa'.repeat(20)}`, market: `0x${'bb'.repeat(20)}` } as const;

/**
 * 20,000 logs as a market makes them, decoded and applied to a profile's database (WAL, synchronous FULL) in
 * transactions of 2,000; and the same with undo recorded, as for blocks that can still be reorganised. The peer is what
 * one writes first: ethers `parseLog`, one transaction an event, the same statements.
 */
export async function run(): Promise<void> {
  const logs = marketLogs(EVENTS);
  const decode = createLogDecoder(ADDRESSES);
  const inRanges = (undo: boolean) => (db: Db) => {
    const apply = createEventApplier(db);
    for (let from = 0; from < logs.length; from += IN_ONE) {
      db.transaction(() => {
        let current: string | undefined;
        for (const log of logs.slice(from, from + IN_ONE)) {
          if (undo && log.blockNumber !== current) { current = log.blockNumber; recordUndo(db, Number(current)); }
          apply(decode(log, 1_700_000_000)!);
        }
        recordUndo(db, null);
      })();
    }
  };
  const interfaces = new Map((Object.keys(ADDRESSES) as (keyof typeof ADDRESSES)[]).map((key) => [ADDRESSES[key] as string, contractInterface(key)]));
  const oneByOne = (db: Db) => {
    const apply = createEventApplier(db);
    for (const log of logs.slice(0, SAMPLE)) {
      const parsed = interfaces.get(log.address)!.parseLog(log)!;
      const event: ChainEvent = { name: parsed.name, args: parsed.args.toObject() as Record<string, unknown>, block: Number(log.blockNumber), at: 1_700_000_000, tx: log.transactionHash, logIndex: Number(log.logIndex) };
      db.transaction(() => apply(event))();
    }
  };
  measured(inRanges(false), EVENTS);
  const mine = median(() => measured(inRanges(false), EVENTS));
  const undoable = median(() => measured(inRanges(true), EVENTS));
  const peer = median(() => measured(oneByOne, SAMPLE));
  const line = (name: string, perSecond: number) => console.log(`${name.padEnd(44)} ${Math.round(perSecond).toLocaleString('en').padStart(8)} events/s`);
  line('phdex', mine);
  line('phdex, undo recorded', undoable);
  line(`ethers parseLog, a transaction each (${SAMPLE})`, peer);
  console.log(`target    ${TARGET.toLocaleString('en')} events/s: ${mine >= TARGET ? 'reached' : 'MISSED'}; with undo recorded ${undoable >= TARGET ? 'reached' : 'MISSED'}`);
  console.log(`ratio     ${(mine / peer).toFixed(1)}× (with undo ${(undoable / peer).toFixed(1)}×)`);
  console.log(`resident  ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`);
}

const median = (measure: () => number): number => Array.from({ length: ROUNDS }, measure).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;

/** Events a second into a fresh file. */
function measured(work: (db: Db) => void, count: number): number {
  const dir = mkdtempSync(join(tmpdir(), 'phdex-bench-events-'));
  const db = openDatabase(join(dir, 'bench.sqlite'));
  try {
    const began = performance.now();
    work(db);
    const seconds = (performance.now() - began) / 1000;
    const found = db.prepare('SELECT count(*) FROM history').pluck().get();
    if (found !== count) throw new Error(`${String(found)} of ${count} events were applied`);
    return count / seconds;
  } finally {
    db.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Datasets of five keepers that are published, accepted, certified and sold to the end: 22 events each, in 13 blocks. */
function marketLogs(count: number): RawLog[] {
  const word = (seed: number) => `0x${seed.toString(16).padStart(64, '0')}`;
  const address = (seed: number) => `0x${(0xabcdef0000 + seed).toString(16).padStart(40, '0')}`;
  const logs: RawLog[] = [];
  let block = 1;
  let inBlock = 0;
  const emit = (key: Extract<ContractKey, 'coin' | 'participants' | 'market'>, name: string, args: Record<string, unknown>) => {
    const abi = contractInterface(key);
    const fragment = abi.getEvent(name)!;
    const { data, topics } = abi.encodeEventLog(fragment, fragment.inputs.map((i) => {
      if (!(i.name in args)) throw new Error(`${name} needs ${i.name}`);
      return args[i.name];
    }));
    logs.push({ address: ADDRESSES[key], data, topics: topics as string[], blockNumber: `0x${block.toString(16)}`, blockHash: word(block), transactionHash: word(block * 1000), logIndex: `0x${(inBlock++).toString(16)}` });
  };
  const mine = () => { block += 1; inBlock = 0; };
  const market = `0x${'bb'.repeat(20)}`;
  for (let id = 1; logs.length < count; id += 1) {
    const [owner, validator, customer] = [address(id % 500), address(1000 + (id % 10)), address(2000 + (id % 800))];
    const keepers = Array.from({ length: 5 }, (_, i) => address(4000 + ((id + i) % 50)));
    const price = 10n ** 18n * BigInt(1 + (id % 90));
    emit('market', 'DatasetPublished', { datasetId: id, owner, contentHash: word(id), recordRoot: word(id + 1), nonce: word(id + 2), cid: `0x01701220${word(id).slice(2)}`, price, keepersBps: 1500, validatorBps: 500, threshold: 3, keepers, commitments: keepers.map((_, i) => word(id * 8 + i)) });
    mine();
    keepers.forEach((keeper, index) => { emit('market', 'SeatAccepted', { datasetId: id, index, keeper }); mine(); });
    emit('market', 'DatasetCertified', { datasetId: id, accessId: 2 * id, validator, score: id % 101, reportHash: word(id + 3), reward: 10n ** 18n });
    emit('coin', 'Transfer', { from: `0x${'0'.repeat(40)}`, to: validator, value: 10n ** 18n });
    mine();
    emit('coin', 'Transfer', { from: customer, to: market, value: price });
    emit('market', 'AccessOpened', { accessId: 2 * id + 1, datasetId: id, grantee: customer, kind: 1, px: word(id + 4), py: word(id + 5), version: 1, price, deadline: 1_700_000_000 + id, seats: 31, purpose: word(id + 6) });
    mine();
    keepers.slice(0, 3).forEach((keeper, index) => {
      emit('market', 'ShareReleased', { accessId: 2 * id + 1, index, keeper, ex: word(id + 7), ey: word(id + 8), ct: `0x${'7a'.repeat(33)}` });
      if (index === 2) emit('market', 'AccessReady', { accessId: 2 * id + 1, challengeEnd: 1_700_000_020 + id });
      mine();
    });
    emit('market', 'AccessSettled', { accessId: 2 * id + 1, toOwner: (price * 80n) / 100n, toKeepers: (price * 15n) / 100n, toValidator: (price * 5n) / 100n, paidSeats: 7 });
    for (const account of [owner, validator, ...keepers.slice(0, 3)]) emit('participants', 'EarningsCredited', { account, amount: price / 5n });
    mine();
    emit('participants', 'EarningsWithdrawn', { account: owner, amount: price / 5n });
    emit('coin', 'Transfer', { from: market, to: owner, value: price / 5n });
    mine();
  }
  return logs.slice(0, count);
}
