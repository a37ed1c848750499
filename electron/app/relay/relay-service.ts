import { createHmac, randomBytes } from 'node:crypto';
import type { Hex } from '../../../shared/domain/chain.ts';
import { AppError, isAppError } from '../../../shared/errors.ts';
import { contractInterface } from '../../chain/contracts.ts';
import { executeArgs, FORWARDED, forwardDigest, innerCall, isSignedBySender, type SignedForward } from '../../chain/forward-request.ts';
import type { NetworkRecord } from '../../chain/network-file.ts';
import type { Outbox } from '../../chain/outbox.ts';
import { hasWorked } from '../../chain/proof-of-work.ts';
import type { ForwardIn, FundIn, Refusal, StatusOut } from '../../chain/relay-wire.ts';
import type { Rpc } from '../../chain/rpc.ts';
import type { Db } from '../../db/open-database.ts';
import { relayRows } from '../../db/queries/relay-rows.ts';

export type RelayLimits = {
  /** Calls, and gifts of coins, for one account in a day. */
  forwardsPerAccount: number; giftsPerAccount: number;
  /** Gifts, and gas of relayed calls, for all in a day. */
  giftsPerDay: number; gasPerDay: number;
  /** Most gas that one call may take. */
  gasPerCall: number;
  /** Zero bits of the work for a call and for a gift; they rise as the day's gas and gifts run out. */
  forwardBits: number; fundBits: number;
};
export const RELAY_LIMITS: RelayLimits = { forwardsPerAccount: 200, giftsPerAccount: 4, giftsPerDay: 1000, gasPerDay: 2_000_000_000, gasPerCall: 2_000_000, forwardBits: 14, fundBits: 18 };

/** Why something was not done; nothing else is told to who asked. */
export class RelayRefusal extends Error {
  readonly refused: Refusal;
  constructor(refused: Refusal) { super(refused); this.name = 'RelayRefusal'; this.refused = refused; }
}

/** What a relayer tells of its work: never an address, so that its log links nobody. */
export type RelayEvent = { event: 'forwarded'; contract: string; method: string; gas: number } | { event: 'funded'; gas: number } | { event: 'refused'; what: 'forward' | 'fund'; refused: Refusal };

export type RelayService = {
  status(): Promise<StatusOut>;
  /** @returns the hash of the transaction that carries the call; the same for the same call @throws RelayRefusal */
  forward(input: ForwardIn): Promise<Hex>;
  /** @throws RelayRefusal */
  fund(input: FundIn): Promise<Hex>;
  /** Waits for nothing more; what is on its way goes on at the next start. */
  stop(): Promise<void>;
};

const DAY_MS = 86_400_000;
/** A challenge is taken in its own span and the next one. */
const CHALLENGE_MS = 10 * 60_000;
/** A call that expires so soon might not be in a block before that. */
const LEAST_LIFE_SECONDS = 15;
/** Signed ones live ten minutes; nobody should have calls that go out much later. */
const MOST_LIFE_SECONDS = 3600;
/** Gas of what an account does on the market in its life: list, change the price a few times, withdraw, collect. */
const GIFT_GAS = 1_000_000n;
const UNIT_MS = 30_000;
/** Of a day's gifts and gas so much is there when it begins. The rest comes evenly, so that who takes all there is has to come back all day, with others. */
const AT_ONCE = 0.25;
/** Bits that a gift or a call costs more when nearly all that is there has gone. */
const MOST_EXTRA_BITS = 6;
/** As many as a client takes from `/status`. */
const MOST_BITS = 28;

/** The smallest of 1, 2 and 5 times a power of ten that is no less: gifts come in few sizes, the same for all. */
export function roundUp(wei: bigint): bigint {
  for (let power = 1n; ; power *= 10n) for (const digit of [1n, 2n, 5n]) if (digit * power >= wei) return digit * power;
}

/** What of a day's gifts, or gas, may have gone until `now`, in ms since 1970. */
export const thereUntil = (now: number, perDay: number): number => Math.ceil(perDay * (AT_ONCE + ((1 - AT_ONCE) * (now % DAY_MS)) / DAY_MS));

/** Bits of the work when `gone` of what is `there` until now has gone: one more for each seventh. */
export const bitsOfWork = (least: number, gone: number, there: number): number => Math.min(MOST_BITS, least + Math.min(MOST_EXTRA_BITS, Math.floor(((MOST_EXTRA_BITS + 1) * gone) / there)));

/**
 * What a relayer does with what it is asked, by whatever way that came: only calls of our contracts that change something,
 * signed for this chain, that the contract would take now, and within limits; each at most once.
 */
export function createRelayService(deps: {
  db: Db; rpc: Rpc; network: NetworkRecord; outbox: Pick<Outbox, 'send' | 'pay'>; limits?: Partial<RelayLimits>;
  onEvent?: (event: RelayEvent) => void; now?: () => number;
}): RelayService {
  const { db, rpc, network, outbox, now = Date.now } = deps;
  const limits = { ...RELAY_LIMITS, ...deps.limits };
  const uses = relayRows(db);
  const secret = randomBytes(32);
  const stopping = new AbortController();
  const { signal } = stopping;
  const allowed = new Map<string, { contract: string; methods: Map<string, string> }>();
  for (const contract of network.contracts.forwarder ? FORWARDED : []) {
    const methods = new Map<string, string>();
    contractInterface(contract).forEachFunction((f) => { if (f.stateMutability === 'nonpayable') methods.set(f.selector, f.name); });
    const at = network.contracts[contract];
    if (at) allowed.set(at.toLowerCase(), { contract, methods });
  }
  /** By signer: its call that is on its way, and the hash that all who bring it are told. */
  const under = new Map<string, { digest: string; hash: Promise<Hex> }>();
  const giving = new Set<string>();
  const running = new Set<Promise<unknown>>();
  let unit: { at: number; wei: bigint } | undefined;

  const today = () => Math.floor(now() / DAY_MS);
  const least = { forward: limits.forwardBits, fund: limits.fundBits };
  const bits = {
    forward: () => bitsOfWork(least.forward, uses.total(today()).gas, thereUntil(now(), limits.gasPerDay)),
    fund: () => bitsOfWork(least.fund, uses.total(today()).gifts, thereUntil(now(), limits.giftsPerDay)),
  };
  const challengeAt = (span: number) => createHmac('sha256', secret).update(String(span)).digest('hex').slice(0, 32);
  const refuse = (refused: Refusal): never => { throw new RelayRefusal(refused); };
  /** What others got while somebody worked makes it no dearer, as long as that was little. */
  function checkWork(subject: string, work: ForwardIn['work'], kind: 'forward' | 'fund'): void {
    const span = Math.floor(now() / CHALLENGE_MS);
    if (work.challenge !== challengeAt(span) && work.challenge !== challengeAt(span - 1)) refuse('work-missing');
    // Who has done less than the least is not worth a look at what has gone.
    if (!hasWorked(subject, work, least[kind]) || !hasWorked(subject, work, Math.max(least[kind], bits[kind]() - 1))) refuse('work-missing');
  }

  async function unitNow(): Promise<bigint> {
    if (unit && now() - unit.at < UNIT_MS) return unit.wei;
    const [block, tip] = await Promise.all([rpc.call<{ baseFeePerGas?: string }>('eth_getBlockByNumber', ['latest', false]), rpc.call<string>('eth_maxPriorityFeePerGas', []).then(BigInt, () => 1_000_000_000n)]);
    unit = { at: now(), wei: roundUp(GIFT_GAS * (BigInt(block.baseFeePerGas ?? '0x0') * 2n + tip)) };
    return unit.wei;
  }

  /** Everything that can be said before it is paid for. */
  async function check(request: SignedForward): Promise<{ contract: string; method: string }> {
    const target = allowed.get(request.to);
    const method = target?.methods.get(request.data.slice(0, 10));
    if (!target || method === undefined) return refuse('not-relayed');
    if (BigInt(request.gas) > BigInt(limits.gasPerCall)) refuse('too-large');
    if (!isSignedBySender(request, network)) refuse('signature-wrong');
    const [block, nonce] = await Promise.all([
      rpc.call<{ timestamp: string }>('eth_getBlockByNumber', ['latest', false]),
      rpc.call<string>('eth_call', [{ to: network.contracts.forwarder, data: contractInterface('forwarder').encodeFunctionData('nonces', [request.from]) }, 'latest']).then(BigInt),
    ]);
    const life = request.deadline - Math.max(Number(block.timestamp), Math.floor(now() / 1000));
    if (life < LEAST_LIFE_SECONDS || life > MOST_LIFE_SECONDS) refuse('expired');
    if (nonce !== BigInt(request.nonce)) refuse('nonce-wrong');
    const inner = await rpc.call('eth_call', [{ ...innerCall(request, network), gas: `0x${BigInt(request.gas).toString(16)}` }, 'latest']).then(() => true, (error: unknown) => { if (isAppError(error)) throw error; return false; });
    if (!inner) refuse('reverts');
    return { contract: target.contract, method };
  }

  /** Hands a transaction to the outbox. @returns its hash as soon as the endpoint has it; the rest goes on behind */
  function begin(send: (onSent: (hash: Hex) => void) => Promise<{ gasUsed: bigint }>, onEnd: (gas: number) => void): Promise<Hex> {
    return new Promise((resolve, reject) => {
      const work = send(resolve).then((sent) => onEnd(Number(sent.gasUsed)), (error: unknown) => {
        onEnd(0);
        reject(new RelayRefusal(isAppError(error, 'funds-too-low') ? 'poor' : isAppError(error, 'chain-reverted') ? 'reverts' : 'failed'));
      });
      running.add(work);
      void work.finally(() => running.delete(work));
    });
  }

  const told = async <T>(what: 'forward' | 'fund', work: () => Promise<T>): Promise<T> => {
    try { return await work(); } catch (error) {
      const refusal = error instanceof RelayRefusal ? error : new RelayRefusal('failed');
      deps.onEvent?.({ event: 'refused', what, refused: refusal.refused });
      throw refusal;
    }
  };

  return {
    async status() {
      return { service: 'phdex-relay', version: 1, chainId: network.chainId, forwarder: network.contracts.forwarder ?? null, challenge: challengeAt(Math.floor(now() / CHALLENGE_MS)), work: { forward: bits.forward(), fund: bits.fund() }, unit: (await unitNow()).toString() };
    },
    forward: ({ request, work }) => told('forward', async () => {
      const digest = forwardDigest(request, network);
      checkWork(digest, work, 'forward');
      const before = under.get(request.from);
      // The same call again is answered, not sent or counted again.
      if (before?.digest === digest) return before.hash;
      if (before) refuse('busy');
      const leave = () => { if (under.get(request.from)?.digest === digest) under.delete(request.from); };
      const hash = (async () => {
        const use = uses.of(today(), request.from);
        const all = uses.total(today());
        uses.forgetBefore(today() - 1);
        if (use.forwards >= limits.forwardsPerAccount || all.gas >= thereUntil(now(), limits.gasPerDay)) refuse('limit');
        const { contract, method } = await check(request);
        uses.add(today(), request.from, { forwards: 1 });
        return begin(
          (onSent) => outbox.send({ key: `relay:${digest}`, contract: 'forwarder', method: 'execute', args: executeArgs(request) }, { signal, onSent }),
          (gas) => { leave(); if (gas > 0) { uses.add(today(), request.from, { gas }); deps.onEvent?.({ event: 'forwarded', contract, method, gas }); } },
        );
      })();
      under.set(request.from, { digest, hash });
      return hash.catch((error: unknown) => { leave(); throw error; });
    }),
    fund: ({ address, work }) => told('fund', async () => {
      checkWork(address, work, 'fund');
      if (giving.has(address)) refuse('busy');
      giving.add(address);
      try {
        uses.forgetBefore(today() - 1);
        const wei = await unitNow();
        // Who has enough is given nothing.
        if (BigInt(await rpc.call<string>('eth_getBalance', [address, 'latest'])) >= wei) refuse('limit');
        // Counted in the same moment: many who ask at once are not given more than there is.
        if (uses.of(today(), address).gifts >= limits.giftsPerAccount || uses.total(today()).gifts >= thereUntil(now(), limits.giftsPerDay)) refuse('limit');
        uses.add(today(), address, { gifts: 1 });
        return await begin(
          (onSent) => outbox.pay({ key: `gift:${randomBytes(12).toString('hex')}`, to: address as Hex, wei }, { signal, onSent }),
          (gas) => { giving.delete(address); if (gas > 0) deps.onEvent?.({ event: 'funded', gas }); },
        );
      } catch (error) {
        giving.delete(address);
        throw error;
      }
    }),
    async stop() { stopping.abort(new AppError('cancelled', 'The relayer was stopped.')); await Promise.allSettled(running); },
  };
}
