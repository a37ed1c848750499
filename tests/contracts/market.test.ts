/** A sale with a liar, through the deployed artefacts on anvil: what TypeScript seals, proves and hashes, the market takes. */
import { randomBytes } from 'node:crypto';
import { parseEther, ZeroHash } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accept, accessKey, MIN_STAKE, openedId, PARAMETERS, PRICE, publish, Reverted, signPermit, startNetwork, type AccessKey, type Listing, type Network, type Sent } from '../../bench/local-network.ts';
import { proveFalseShare, type DisputeProof } from '../../electron/vault/dispute-proof.ts';
import { commitmentOf, openReleasedShare, sealShareForAccess } from '../../electron/vault/release.ts';
import { seatProof } from '../../electron/vault/seat-tree.ts';
import type { Hex } from '../../shared/domain/chain.ts';

const HOUR = 3600;
let net: Network;
let listing: Listing;
let accessId: bigint;
const key: AccessKey = accessKey(4711);

const contextOf = (index: number) => ({ chainId: net.chainId, market: net.market.target as Hex, accessId, index });
const releaseOf = (sent: Sent) => {
  const { ex, ey, ct } = sent.events.find((e) => e.name === 'ShareReleased')!.args as { ex: bigint; ey: bigint; ct: Hex };
  return { ex: `0x${ex.toString(16).padStart(64, '0')}` as Hex, ey: `0x${ey.toString(16).padStart(64, '0')}` as Hex, ct };
};
const release = (index: number, share: Uint8Array) =>
  net.send(net.market, net.keepers[index]!, 'release', [accessId, index, sealShareForAccess({ share, accessKey: key, context: contextOf(index) })]);
const proofOf = (index: number, posted: { ex: Hex; ey: Hex; ct: Hex }, commitment = listing.commitments[index]!): DisputeProof =>
  proveFalseShare({
    release: posted, accessSecret: key.secret, context: contextOf(index), nonce: listing.nonce, keeper: net.keepers[index]!.address,
    commitment, seatProof: seatProof(listing.nonce, listing.seats, index),
  });
const reasonOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'no revert', (error: unknown) => {
  if (error instanceof Reverted) return error.reason;
  throw error;
});
const balance = async (address: string) => (await net.coin.getFunction('balanceOf')(address)) as bigint;

describe('a sale with a liar', () => {
  beforeAll(async () => {
    net = await startNetwork(5);
    listing = await publish(net, 77);
    for (let i = 0; i < 5; i++) await accept(net, listing, i);
    const validation = await net.send(net.market, net.validator, 'validate', [listing.id, key.px, key.py, HOUR]);
    accessId = openedId(validation);
    for (let i = 0; i < 5; i++) await release(i, listing.shares[i]!);
    await net.send(net.market, net.validator, 'certify', [accessId, 93, ZeroHash]);
    await net.send(net.coin, net.owner, 'transfer', [net.customer.address, PRICE * 2n]);
    const deadline = (await net.anvil.provider.getBlock('latest'))!.timestamp + HOUR;
    const { v, r, s } = await signPermit(net, net.customer, PRICE, deadline);
    accessId = openedId(await net.send(net.market, net.customer, 'buyWithPermit', [listing.id, 1, PRICE * 5n, key.px, key.py, HOUR, ZeroHash, deadline, v, r, s]));
  });
  afterAll(() => net.anvil.stop());

  it('took exactly the price, though more was agreed to', async () => {
    expect(await balance(net.customer.address)).toBe(PRICE);
    expect(await balance(net.market.target as string)).toBe(PRICE);
  });

  it('lets the customer open an honest release, and refuses every way to dispute it', async () => {
    const posted = releaseOf(await release(0, listing.shares[0]!));
    expect(openReleasedShare({ release: posted, accessSecret: key.secret, context: contextOf(0) })).toEqual(listing.shares[0]);
    // The prover refuses by itself; so a proof is made against a commitment that nobody gave, and the right one put back.
    const cheat = { ...proofOf(0, posted, ZeroHash as Hex), commitment: listing.commitments[0]! };
    expect(await reasonOf(net.send(net.market, net.customer, 'dispute', [accessId, cheat]))).toBe('MarketHonestShare');
    expect(await reasonOf(net.send(net.market, net.customer, 'dispute', [accessId, { ...cheat, commitment: ZeroHash }]))).toBe('MarketSeatProofInvalid');
    expect(await reasonOf(net.send(net.market, net.customer, 'dispute', [accessId, { ...cheat, index: 1 }]))).toBe('MarketNoSuchRelease');
    expect(await reasonOf(net.send(net.market, net.customer, 'dispute', [accessId, { ...cheat, px: cheat.py }]))).toBe('MarketWrongKey');
  });

  it('disputes a false share: keeper slashed, seat spent, customer compensated', async () => {
    const posted = releaseOf(await release(1, new Uint8Array(randomBytes(33))));
    const opened = openReleasedShare({ release: posted, accessSecret: key.secret, context: contextOf(1) })!;
    expect(commitmentOf(listing.nonce, 1, opened)).not.toBe(listing.commitments[1]);
    const sent = await net.send(net.market, net.stranger, 'dispute', [accessId, proofOf(1, posted)]);
    const slashed = sent.events.find((e) => e.name === 'Slashed')!.args;
    expect(slashed).toMatchObject({ to: net.customer.wallet.address, amount: PARAMETERS.falseSlash, stake: MIN_STAKE - PARAMETERS.falseSlash });
    expect(await net.participants.getFunction('compensationOf')(net.customer.address)).toBe(PARAMETERS.falseSlash);
    expect(await reasonOf(release(1, listing.shares[1]!))).toBe('MarketReleaseNotExpected');
  });

  it('disputes a release whose E lies off the curve, without an equation', async () => {
    const posted = { ex: `0x${'11'.repeat(32)}` as Hex, ey: `0x${'22'.repeat(32)}` as Hex, ct: `0x${'33'.repeat(33)}` as Hex };
    await net.send(net.market, net.keepers[2]!, 'release', [accessId, 2, { ex: posted.ex, ey: posted.ey, ctHead: posted.ct.slice(0, 66), ctTail: '0x33' }]);
    expect(openReleasedShare({ release: posted, accessSecret: key.secret, context: contextOf(2) })).toBeUndefined();
    const sent = await net.send(net.market, net.customer, 'dispute', [accessId, proofOf(2, posted)]);
    expect(sent.events.map((e) => e.name)).toEqual(['ReleaseDisputed', 'Slashed']);
  });

  it('still completes with the keepers that are left, and pays who delivered', async () => {
    await release(3, listing.shares[3]!);
    const last = await release(4, listing.shares[4]!);
    expect(last.events.map((e) => e.name)).toEqual(['ShareReleased', 'AccessReady']);
    expect(await reasonOf(net.send(net.market, net.stranger, 'settle', [accessId]))).toBe('MarketChallengeOpen');
    await net.pass(PARAMETERS.challengeWindow + 1);
    const settled = await net.send(net.market, net.stranger, 'settle', [accessId]);
    // 15 % among seats 0, 3 and 4; 5 % to the validator; the rest to the owner.
    expect(settled.events.find((e) => e.name === 'AccessSettled')!.args).toMatchObject({ toOwner: parseEther('96'), toKeepers: parseEther('18'), toValidator: parseEther('6'), paidSeats: 0b11001n });
    expect(await balance(net.market.target as string)).toBe(0n);
    expect(await reasonOf(net.send(net.market, net.stranger, 'settle', [accessId]))).toBe('MarketAccessStatus');
  });

  it('lets everybody take out what is theirs', async () => {
    // Certification: 250 PHD among five; the sale: 6 PHD each for three.
    await net.send(net.participants, net.keepers[0]!, 'withdrawEarnings', []);
    expect(await balance(net.keepers[0]!.address)).toBe(parseEther('56'));
    await net.send(net.participants, net.customer, 'withdrawCompensation', []);
    expect(await net.anvil.provider.getBalance(net.participants.target)).toBe(5n * MIN_STAKE - 2n * PARAMETERS.falseSlash);
  });

  it('evicts a keeper whose stake no longer answers for anything', async () => {
    expect(await reasonOf(net.send(net.market, net.stranger, 'evict', [listing.id, 0]))).toBe('MarketStakeEnough');
    const sent = await net.send(net.market, net.stranger, 'evict', [listing.id, 1]);
    expect(sent.events.map((e) => e.name)).toEqual(['SeatResigned']);
  });
});
