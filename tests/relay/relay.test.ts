import { request as httpRequest } from 'node:http';
import { id, Wallet, ZeroHash } from 'ethers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLocalRelay } from '../../electron/app/relay/local-relay.ts';
import { bitsOfWork, roundUp, thereUntil, type RelayEvent, type RelayLimits } from '../../electron/app/relay/relay-service.ts';
import { contractInterface, type ContractKey } from '../../electron/chain/contracts.ts';
import { forwardDigest, signForward, type SignedForward, type UnsignedForward } from '../../electron/chain/forward-request.ts';
import type { NetworkRecord } from '../../electron/chain/network-file.ts';
import { doWork, hasWorked } from '../../electron/chain/proof-of-work.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { localChain, type LocalChain } from '../chain/local-chain.ts';

let world: LocalChain;
let seed = 9000;
beforeAll(async () => { world = await localChain(); });
afterAll(() => world.close());

const rpc = <T = unknown>(method: string, ...params: unknown[]) => world.chain.rpc.call<T>(method, params);
const signer = () => new Wallet(`0x${(seed++).toString(16).padStart(64, '0')}`);
let who: Wallet;
beforeEach(() => { who = signer(); });

type Relay = Awaited<ReturnType<typeof startLocalRelay>>;
async function withRelay<T>(limits: Partial<RelayLimits>, use: (relay: Relay, events: RelayEvent[]) => Promise<T>, now?: () => number): Promise<T> {
  const events: RelayEvent[] = [];
  const relay = await startLocalRelay({ rpc: world.chain.rpc, network: world.network, limits, onEvent: (e) => events.push(e), now });
  try { return await use(relay, events); } finally { await relay.stop(); }
}

async function call(of: Wallet, change: Partial<UnsignedForward> & { contract?: ContractKey; method?: string; args?: unknown[] } = {}, network: NetworkRecord = world.network): Promise<SignedForward> {
  const { contract = 'anchors', method = 'anchor', args = [id('root'), 3, ZeroHash], ...more } = change;
  const deadline = Number((await rpc<{ timestamp: string }>('eth_getBlockByNumber', 'latest', false)).timestamp) + 600;
  return signForward({
    from: of.address.toLowerCase() as Hex, to: world.network.contracts[contract]!.toLowerCase() as Hex, gas: '300000', nonce: '0', deadline: Math.max(deadline, Math.floor(Date.now() / 1000) + 600),
    data: contractInterface(contract).encodeFunctionData(method, args) as Hex, ...more,
  }, network, { signTypedData: of.signTypedData.bind(of) });
}

async function post(relay: Pick<Relay, 'url'>, path: string, body: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }): Promise<{ status: number; body: { hash?: string; refused?: string } }> {
  const response = await fetch(`${relay.url}${path}`, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as { hash?: string; refused?: string } };
}
const status = async (relay: Pick<Relay, 'url'>) => (await (await fetch(`${relay.url}/status`)).json()) as { challenge: string; work: { forward: number; fund: number }; unit: string };
/** As an honest client would, whatever it carries. */
async function forward(relay: Relay, request: SignedForward) {
  const { challenge, work } = await status(relay);
  return post(relay, '/forward', { request, work: await doWork(forwardDigest(request, world.network), challenge, work.forward) });
}
async function fund(relay: Relay, address: string) {
  const { challenge, work } = await status(relay);
  return post(relay, '/fund', { address: address.toLowerCase(), work: await doWork(address.toLowerCase(), challenge, work.fund) });
}
/** The beginning of a day, as a relayer counts days. */
const NIGHT = Math.ceil(Date.now() / 86_400_000) * 86_400_000;
const receiptOf = async (hash: string) => { for (;;) { const r = await rpc<{ status: string; from: string } | null>('eth_getTransactionReceipt', hash); if (r) return r; } };

describe('a relayer', () => {
  it('sends a call once; the same call again is answered by the same transaction', () => withRelay({}, async (relay, events) => {
    const request = await call(who);
    const first = await forward(relay, request);
    expect(first.status).toBe(200);
    expect((await receiptOf(first.body.hash!)).status).toBe('0x1');
    await expect.poll(() => events).toEqual([{ event: 'forwarded', contract: 'anchors', method: 'anchor', gas: expect.any(Number) as number }]);
    // It was carried out: now its nonce is over.
    expect((await forward(relay, request)).body).toEqual({ refused: 'nonce-wrong' });
    expect(Number(await rpc('eth_getTransactionCount', relay.address, 'latest'))).toBe(1);
  }));

  it('refuses what is not for it, before it pays', () => withRelay({}, async (relay) => {
    const chain31338 = { ...world.network, chainId: 31338 };
    const otherForwarder = { ...world.network, contracts: { ...world.network.contracts, forwarder: `0x${'77'.repeat(20)}` as Hex } };
    const honest = await call(who);
    const stranger = signer();
    const cases: [string, SignedForward, string][] = [
      ['another chain', await call(who, {}, chain31338), 'signature-wrong'],
      ['another forwarder', await call(who, {}, otherForwarder), 'signature-wrong'],
      ['another signer', { ...honest, from: stranger.address.toLowerCase() as Hex }, 'signature-wrong'],
      ['a changed call', { ...honest, data: contractInterface('anchors').encodeFunctionData('anchor', [id('other'), 3, ZeroHash]) as Hex }, 'signature-wrong'],
      ['a changed target', { ...honest, to: world.network.contracts.consent!.toLowerCase() as Hex }, 'not-relayed'],
      ['more gas than was signed', { ...honest, gas: '400000' }, 'signature-wrong'],
      ['a later deadline than was signed', { ...honest, deadline: honest.deadline + 1 }, 'signature-wrong'],
      ['the market', await call(who, { contract: 'market', method: 'withdraw', args: [1] }), 'not-relayed'],
      ['the coin', await call(who, { contract: 'coin', method: 'transfer', args: [who.address, 0] }), 'not-relayed'],
      ['the forwarder itself', await call(who, { contract: 'forwarder', method: 'eip712Domain', args: [] }), 'not-relayed'],
      ['a function that only reads', await call(who, { contract: 'consent', method: 'isTrustedForwarder', args: [who.address] }), 'not-relayed'],
      ['an unknown function', await call(who, { data: '0xdeadbeef' }), 'not-relayed'],
      ['a call without a function', await call(who, { data: '0x00' }), 'not-relayed'],
      ['an account that is none of ours', await call(who, { to: `0x${'99'.repeat(20)}` }), 'not-relayed'],
      ['one that has expired', await call(who, { deadline: 1 }), 'expired'],
      ['one that expires at once', await call(who, { deadline: Math.floor(Date.now() / 1000) + 5 }), 'expired'],
      ['one that lives for ever', await call(who, { deadline: 2 ** 48 - 1 }), 'expired'],
      ['a nonce of tomorrow', await call(who, { nonce: '1' }), 'nonce-wrong'],
      ['what the contract refuses', await call(who, { args: [id('root'), 0, ZeroHash] }), 'reverts'],
      ['too little gas for it', await call(who, { gas: '21000' }), 'reverts'],
      ['too much gas', await call(who, { gas: '30000000' }), 'too-large'],
    ];
    for (const [what, request, refused] of cases) expect((await forward(relay, request)).body, what).toEqual({ refused });
    expect(Number(await rpc('eth_getTransactionCount', relay.address, 'latest'))).toBe(0);
    // A signature in its other form (s beyond half the order) is none.
    const s = BigInt(`0x${honest.signature.slice(66, 130)}`);
    const mirrored = `${honest.signature.slice(0, 66)}${(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n - s).toString(16).padStart(64, '0')}${honest.signature.endsWith('1b') ? '1c' : '1b'}` as Hex;
    expect((await forward(relay, { ...honest, signature: mirrored })).body).toHaveProperty('refused');
    expect((await forward(relay, honest)).status).toBe(200);
  }));

  it('asks for work, of now and for this very call', () => withRelay({ forwardBits: 10, fundBits: 12 }, async (relay) => {
    const [request, other] = [await call(who), await call(who, { args: [id('other'), 3, ZeroHash] })];
    const { challenge } = await status(relay);
    const digest = forwardDigest(request, world.network);
    const good = await doWork(digest, challenge, 10);
    const without = async () => { for (let i = 0; ; i += 1) { const work = { challenge, nonce: `x${i}` }; if (!hasWorked(digest, work, 10)) return work; } };
    for (const body of [{ request, work: await without() }, { request: other, work: good }, { request, work: await doWork(digest, '0'.repeat(32), 10) }]) expect((await post(relay, '/forward', body)).body).toEqual({ refused: 'work-missing' });
    expect((await post(relay, '/fund', { address: who.address.toLowerCase(), work: await doWork(signer().address.toLowerCase(), challenge, 12) })).body).toEqual({ refused: 'work-missing' });
    expect((await post(relay, '/forward', { request, work: good })).status).toBe(200);
  }));

  it('takes a challenge for twenty minutes at most', async () => {
    let time = Date.now();
    await withRelay({}, async (relay) => {
      const { challenge } = await status(relay);
      const address = who.address.toLowerCase();
      time += 21 * 60_000;
      expect((await post(relay, '/fund', { address, work: await doWork(address, challenge, 8) })).body).toEqual({ refused: 'work-missing' });
    }, () => time);
  });

  it('takes one call of an account at a time', () => withRelay({}, async (relay) => {
    await rpc('evm_setAutomine', false);
    try {
      const [first, second] = [await call(who), await call(who, { args: [id('second'), 3, ZeroHash] })];
      const answers = await Promise.all([forward(relay, first), forward(relay, second)]);
      expect(answers.map((a) => a.body.refused).sort()).toEqual(['busy', undefined].sort());
    } finally { await rpc('evm_setAutomine', true); await rpc('evm_mine'); }
  }));

  it('counts a call once, however often it is brought while it is on its way', () => withRelay({}, async (relay, events) => {
    await rpc('evm_setAutomine', false);
    const request = await call(who);
    let hashes: (string | undefined)[] = [];
    try { for (let i = 0; i < 3; i += 1) hashes.push((await forward(relay, request)).body.hash); } finally { await rpc('evm_setAutomine', true); await rpc('evm_mine'); }
    await receiptOf(hashes[0]!);
    expect([...new Set(hashes)]).toEqual([expect.stringMatching(/^0x/)]);
    await expect.poll(() => events.length).toBeGreaterThan(0);
    // A second call of the account is taken only when the first has been counted.
    hashes = [];
    expect((await forward(relay, await call(who, { nonce: '1', args: [id('next'), 1, id('root')] }))).body.hash).toMatch(/^0x/);
    await expect.poll(() => events.length).toBeGreaterThan(1);
    expect(events.map((e) => e.event === 'forwarded' && [e.contract, e.method])).toEqual([['anchors', 'anchor'], ['anchors', 'anchor']]);
  }));

  it('stops at its limits: for an account, and for all', async () => {
    await withRelay({ forwardsPerAccount: 2 }, async (relay, events) => {
      let previous: string = ZeroHash;
      for (const [i, expected] of [undefined, undefined, 'limit'].entries()) {
        const root = id(`limit-${i}`);
        const { body } = await forward(relay, await call(who, { nonce: String(i), args: [root, 1, previous] }));
        expect(body.refused).toBe(expected);
        // The chain has it a moment before the relayer has counted it, and until then the account is busy.
        if (body.hash) await expect.poll(() => events.length).toBe(i + 1);
        previous = root;
      }
      expect((await forward(relay, await call(signer()))).status).toBe(200);
    });
    await withRelay({ gasPerDay: 1 }, async (relay, events) => {
      expect((await status(relay)).work.forward).toBe(4);
      expect((await forward(relay, await call(signer()))).status).toBe(200);
      await expect.poll(() => events.length).toBe(1);
      expect((await status(relay)).work.forward).toBe(10);
      expect((await forward(relay, await call(signer()))).body).toEqual({ refused: 'limit' });
    });
  });

  it('gives the same round amount to all, not to who has it, and only so often', () => withRelay({ giftsPerAccount: 2, giftsPerDay: 3 }, async (relay, events) => {
    const { unit } = await status(relay);
    expect(unit).toMatch(/^[125]0*$/);
    const [a, b, c] = [signer().address, signer().address, signer().address];
    const balance = async (address: string) => BigInt(await rpc<string>('eth_getBalance', address, 'latest')).toString();
    // The chain has it a moment before the relayer has, and until then the account is busy.
    const gift = async (address: string) => { const told = events.length; const { body } = await fund(relay, address); await expect.poll(() => events.length).toBe(told + 1); return body.refused; };
    expect([await gift(a), await gift(b)]).toEqual([undefined, undefined]);
    expect([await balance(a), await balance(b)]).toEqual([unit, unit]);
    expect(await gift(a)).toBe('limit');
    await rpc('anvil_setBalance', a, '0x0');
    expect(await gift(a)).toBeUndefined();
    await rpc('anvil_setBalance', a, '0x0');
    expect([await gift(a), await gift(c)]).toEqual(['limit', 'limit']);
  }, () => NIGHT - 1));

  it('asks for more work as gifts run out, and has more of them later in the day', async () => {
    let time = NIGHT;
    await withRelay({ giftsPerDay: 8, fundBits: 4 }, async (relay) => {
      const bits = async () => (await status(relay)).work.fund;
      const asked = async () => (await fund(relay, signer().address)).body;
      const before = await bits();
      expect(await asked()).toHaveProperty('hash');
      const after = await bits();
      expect([before, after]).toEqual([4, 7]);
      // What was asked for before is too little now; a little less than now is asked for is taken.
      const address = signer().address.toLowerCase();
      const { challenge } = await status(relay);
      const lazy = async () => { for (let i = 0; ; i += 1) { const work = { challenge, nonce: `x${i}` }; if (hasWorked(address, work, before) && !hasWorked(address, work, after - 1)) return work; } };
      expect((await post(relay, '/fund', { address, work: await lazy() })).body).toEqual({ refused: 'work-missing' });
      expect((await post(relay, '/fund', { address, work: await doWork(address, challenge, after - 1) })).body).toHaveProperty('hash');
      expect([await asked(), await bits()]).toEqual([{ refused: 'limit' }, 10]);
      time += 12 * 3_600_000;
      expect([await bits(), await asked()]).toEqual([6, expect.objectContaining({ hash: expect.any(String) as string })]);
      // Many at once are given no more than there is.
      const many = await Promise.all(Array.from({ length: 6 }, asked));
      expect(many.filter((m) => m.hash !== undefined)).toHaveLength(2);
    }, () => time);
  });

  it('tells its log nothing that names anybody', () => withRelay({}, async (relay, events) => {
    await forward(relay, await call(who));
    await fund(relay, who.address);
    await forward(relay, await call(who, { nonce: '7' }));
    await expect.poll(() => events.length).toBe(3);
    expect(JSON.stringify(events)).not.toMatch(/0x|127\.0|\d{12,}/);
  }));
});

describe('the relayer’s door', () => {
  it('takes JSON of a bounded size, and nothing from a page', () => withRelay({}, async (relay) => {
    const ok = { request: await call(who), work: { challenge: '0'.repeat(32), nonce: '0' } };
    const json = { 'content-type': 'application/json' };
    for (const [body, headers, refused] of [
      ['{', json, 'malformed'], ['null', json, 'malformed'], ['[]', json, 'malformed'], [{}, json, 'malformed'],
      [{ ...ok, more: 1 }, json, 'malformed'], [{ ...ok, request: { ...ok.request, value: '1' } }, json, 'malformed'],
      [{ ...ok, request: { ...ok.request, from: 'x' } }, json, 'malformed'], [{ ...ok, request: { ...ok.request, data: `0x${'00'.repeat(16_385)}` } }, json, 'malformed'],
      [{ ...ok, request: { ...ok.request, deadline: 1.5 } }, json, 'malformed'], [{ ...ok, request: { ...ok.request, gas: '1'.repeat(30) } }, json, 'malformed'],
      [ok, { 'content-type': 'text/plain' }, 'malformed'], [ok, { ...json, origin: 'https://evil.example' }, 'malformed'],
      ['x'.repeat(200_000), json, 'too-large'],
    ] as const) expect((await post(relay, '/forward', body, headers)).body).toEqual({ refused });
    expect((await fetch(`${relay.url}/forward`)).status).toBe(405);
    expect((await fetch(`${relay.url}/../etc/passwd`)).status).toBe(404);
    expect((await fetch(`${relay.url}/status`, { headers: { origin: 'https://evil.example' } })).headers.get('access-control-allow-origin')).toBeNull();
    // A body that says it is small and is not.
    const answer = await new Promise<string>((resolve) => {
      const r = httpRequest(`${relay.url}/fund`, { method: 'POST', headers: { ...json, 'transfer-encoding': 'chunked' } }, (response) => { let text = ''; response.on('data', (c: Buffer) => { text += c.toString(); }); response.on('end', () => resolve(text)); response.on('close', () => resolve(text)); });
      r.on('error', () => resolve('{"refused":"too-large"}'));
      for (let i = 0; i < 40; i += 1) r.write('y'.repeat(10_000));
      r.end();
    });
    expect(answer).toContain('too-large');
  }));

  it('lets one peer ask only so often', async () => {
    const { serveRelay } = await import('../../electron/app/relay/relay-http.ts');
    let time = 0;
    const server = await serveRelay({ status: async () => ({}) as never, forward: async () => '0x', fund: async () => '0x', stop: async () => undefined }, { burst: 3, perSecond: 1, now: () => time });
    const codes: number[] = [];
    for (let i = 0; i < 5; i += 1) codes.push((await fetch(`${server.url}/status`)).status);
    time += 2000;
    codes.push((await fetch(`${server.url}/status`)).status);
    expect(codes).toEqual([200, 200, 200, 429, 429, 200]);
    await server.stop();
  });
});

it('a quarter of what a day has is there when it begins, all at its end; each seventh that is gone makes the next dearer', () => {
  expect([0, 12, 23.9999999].map((h) => thereUntil(NIGHT + h * 3_600_000, 1000))).toEqual([250, 625, 1000]);
  expect([0, 35, 36, 125, 249, 250, 400].map((given) => bitsOfWork(18, given, 250))).toEqual([18, 18, 19, 21, 24, 24, 24]);
  expect(bitsOfWork(26, 9, 9)).toBe(28);
});

it('amounts are rounded up to few sizes', () => {
  expect([1n, 2n, 3n, 5n, 6n, 11n, 201n, 5_000_000_000_000_001n].map(roundUp)).toEqual([1n, 2n, 5n, 5n, 10n, 20n, 500n, 10_000_000_000_000_000n]);
});

it('work is found, and holds for its subject and challenge only', async () => {
  const work = await doWork('me', 'a'.repeat(32), 12);
  expect(hasWorked('me', work, 12)).toBe(true);
  expect([hasWorked('you', work, 12), hasWorked('me', { ...work, challenge: 'b'.repeat(32) }, 12)]).toEqual([false, false]);
  expect(hasWorked('me', work, 0)).toBe(true);
});
