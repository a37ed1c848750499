/**
 * Gas of every entry point, each as the whole transaction that a user pays for (base cost and calldata included),
 * n = 5 keepers, threshold 3, on a local chain.
 *
 *   npm run bench -- gas            prints the table against targets and peers
 *   node bench/gas.ts --write       also writes contracts/gas.json, which tests/contracts/gas.test.ts compares
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dirname, join, resolve } from 'node:path';
import { randomBytes } from 'node:crypto';
import { ZeroHash } from 'ethers';
import { proveFalseShare } from '../electron/vault/dispute-proof.ts';
import { sealShareForAccess } from '../electron/vault/release.ts';
import { seatProof } from '../electron/vault/seat-tree.ts';
import type { Hex } from '../shared/domain/chain.ts';
import { measureConsentGas } from './gas-consent.ts';
import { accept, accessKey, openedId, PRICE, publish, signPermit, startNetwork, type AccessKey, type Actor, type Listing, type Network } from './local-network.ts';

export type GasReport = Record<string, number>;

/** What the design asks for, and what peers need for the same step. Peers' figures are DESIGN.md's, measured there on a local chain. */
export const TARGETS: Record<string, { max: number; peers?: string }> = {
  publish: { max: 250_000, peers: 'Streamr 387 k, iExec 580 k, Ocean 1,428 k' },
  certify: { max: 200_000, peers: 'Vana 383 k' },
  buyWithPermit: { max: 125_000, peers: 'Streamr 127 k + approve, Ocean 357 k + approve, iExec 420 k' },
  release: { max: 70_000 },
  settle: { max: 160_000 },
  refund: { max: 80_000, peers: 'Ocean 83 k' },
  grantOneSegment: { max: 90_000, peers: 'Vana 307 k' },
  grantHundredSegments: { max: 90_000, peers: 'Vana 13 M' },
  revoke: { max: 38_000, peers: 'Streamr 38 k' },
  revokeAllFirst: { max: 60_000 },
  revokeAll: { max: 60_000 },
  dispute: { max: 105_000, peers: 'EthDKG 105.7 k (n = 8)' },
};

const HOUR = 3600;

/** Shares and E are random, so calldata varies by some zero bytes; the highest seen counts. */
export async function measureGas(): Promise<GasReport> {
  const net = await startNetwork(5);
  try {
    return await measure(net);
  } finally {
    await net.anvil.stop();
  }
}

async function measure(net: Network): Promise<GasReport> {
  const gas: GasReport = {};
  const note = (name: string, receipt: { gasUsed: bigint }) => { gas[name] = Math.max(gas[name] ?? 0, Number(receipt.gasUsed)); };
  const { market, owner, validator, customer, keepers, send, pass } = net;
  let keys = 0;

  const seal = (listing: Listing, accessId: bigint, key: AccessKey, index: number, lie = false) => {
    const share = lie ? new Uint8Array(randomBytes(33)) : listing.shares[index]!;
    return sealShareForAccess({ share, accessKey: key, context: { chainId: net.chainId, market: market.target as Hex, accessId, index } });
  };
  const release = async (listing: Listing, accessId: bigint, key: AccessKey, index: number, lie = false, as = 'release') => {
    const sealed = seal(listing, accessId, key, index, lie);
    note(as, (await send(market, keepers[index]!, 'release', [accessId, index, sealed])).receipt);
    return sealed;
  };
  const certified = async (seed: number, price: 'first' | 'later') => {
    const listing = await publish(net, seed);
    note(`publish`, listing.receipt);
    for (let i = 0; i < 5; i++) note('accept', (await accept(net, listing, i)).receipt);
    const key = accessKey(++keys);
    const validated = await send(market, validator, 'validate', [listing.id, key.px, key.py, HOUR]);
    note('validate', validated.receipt);
    const accessId = openedId(validated);
    for (let i = 0; i < 5; i++) await release(listing, accessId, key, i, false, 'releaseToValidator');
    const verdict = await send(market, validator, 'certify', [accessId, 93, listing.nonce]);
    // The very first certification of a network creates the supply and three balances.
    note(price === 'first' ? 'certifyFirstOfNetwork' : 'certify', verdict.receipt);
    return listing;
  };
  const buy = async (listing: Listing, period: number, as: string, buyer: Actor = customer) => {
    const key = accessKey(++keys);
    const deadline = (await net.anvil.provider.getBlock('latest'))!.timestamp + HOUR;
    const { v, r, s } = await signPermit(net, buyer, PRICE, deadline);
    const bought = await send(market, buyer, 'buyWithPermit', [listing.id, 1, PRICE, key.px, key.py, period, ZeroHash, deadline, v, r, s]);
    note(as, bought.receipt);
    return { accessId: openedId(bought), key };
  };

  const disputeLie = async (listing: Listing, accessId: bigint, key: AccessKey, index: number, as: string) => {
    const lie = await release(listing, accessId, key, index, true);
    const proof = proveFalseShare({
      release: { ex: lie.ex, ey: lie.ey, ct: `${lie.ctHead}${lie.ctTail.slice(2)}` as Hex }, accessSecret: key.secret,
      context: { chainId: net.chainId, market: market.target as Hex, accessId, index },
      nonce: listing.nonce, keeper: keepers[index]!.address, commitment: listing.commitments[index]!, seatProof: seatProof(listing.nonce, listing.seats, index),
    });
    note(as, (await send(market, customer, 'dispute', [accessId, proof])).receipt);
  };

  const first = await certified(1, 'first');
  const listing = await certified(2, 'later');
  // The owner earned 1000 of 2000 PHD; the customer needs coins to buy with.
  await send(net.coin, owner, 'transfer', [customer.address, PRICE * 7n]);

  // A purchase of an account that never bought, when the market holds no coins: two fresh slots dearer than the next.
  const opening = await buy(listing, HOUR, 'buyWithPermitFirstOfNetwork');
  for (const index of [0, 2, 4]) await release(listing, opening.accessId, opening.key, index);
  await pass(21);
  note('settle', (await send(market, net.stranger, 'settle', [opening.accessId])).receipt);

  const held = await buy(first, 7 * 86_400, 'buyWithPermitFirstOfNetwork');
  const second = await buy(listing, HOUR, 'buyWithPermit');
  for (const index of [1, 2, 3]) await release(listing, second.accessId, second.key, index);
  note('confirm', (await send(market, customer, 'confirm', [second.accessId])).receipt);

  // One keeper lies, is disputed; a fourth steps in.
  const third = await buy(listing, HOUR, 'buyWithPermit');
  await release(listing, third.accessId, third.key, 0);
  await release(listing, third.accessId, third.key, 1);
  await disputeLie(listing, third.accessId, third.key, 2, 'dispute');
  await release(listing, third.accessId, third.key, 3);
  await pass(21);
  note('settle', (await send(market, net.stranger, 'settle', [third.accessId])).receipt);

  // Refunds, each of a buyer that never had a compensation: that writes a fresh slot.
  for (const buyer of [net.stranger, net.deployer]) await send(net.coin, owner, 'transfer', [buyer.address, PRICE]);
  const fourth = await buy(listing, 60, 'buyWithPermit', net.stranger);
  for (const index of [0, 1]) await release(listing, fourth.accessId, fourth.key, index);
  await pass(61);
  note('refundAndSlashThree', (await send(market, owner, 'refund', [fourth.accessId])).receipt);
  note('resign', (await send(market, keepers[3]!, 'resign', [listing.id, 3])).receipt);
  note('resign', (await send(market, keepers[4]!, 'resign', [listing.id, 4])).receipt);
  const fifth = await buy(listing, 60, 'buyWithPermit', net.deployer);
  for (const index of [0, 1]) await release(listing, fifth.accessId, fifth.key, index);
  await pass(61);
  note('refundAndSlashOne', (await send(market, owner, 'refund', [fifth.accessId])).receipt);
  // Of three seats one lied: nobody was silent, and only the price goes back, which is what the peer's refund does.
  const sixth = await buy(listing, 60, 'buyWithPermit');
  for (const index of [0, 1]) await release(listing, sixth.accessId, sixth.key, index);
  await disputeLie(listing, sixth.accessId, sixth.key, 2, 'disputeLater');
  await pass(61);
  note('refund', (await send(market, owner, 'refund', [sixth.accessId])).receipt);

  note('setPrice', (await send(market, owner, 'setPrice', [listing.id, PRICE + 1n])).receipt);
  note('withdraw', (await send(market, owner, 'withdraw', [listing.id])).receipt);
  note('confirmDestroyed', (await send(market, keepers[0]!, 'confirmDestroyed', [listing.id, 0])).receipt);
  note('withdrawEarnings', (await send(net.participants, keepers[0]!, 'withdrawEarnings', [])).receipt);
  note('withdrawCompensation', (await send(net.participants, customer, 'withdrawCompensation', [])).receipt);
  await release(first, held.accessId, held.key, 0);
  await measureConsentGas(net, first, note);
  return Object.fromEntries(Object.entries(gas).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export async function run(): Promise<void> {
  const gas = await measureGas();
  console.log('Whole transactions on a local chain, n = 5, k = 3; gas');
  for (const [name, used] of Object.entries(gas)) {
    const target = TARGETS[name];
    const against = target ? `≤ ${target.max.toLocaleString('en')} ${used <= target.max ? 'met' : `MISSED by ${(used - target.max).toLocaleString('en')}`}` : '';
    console.log(`${name.padEnd(28)}${used.toLocaleString('en').padStart(10)}  ${against.padEnd(28)}${target?.peers ? `peers (DESIGN.md): ${target.peers}` : ''}`);
  }
  if (process.argv.includes('--write')) {
    const file = join(dirname(fileURLToPath(import.meta.url)), '../contracts/gas.json');
    writeFileSync(file, `${JSON.stringify(gas, null, 2)}\n`);
    console.log('Wrote contracts/gas.json');
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await run();
