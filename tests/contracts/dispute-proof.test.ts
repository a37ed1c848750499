/**
 * The TypeScript prover against the Solidity verifier, on anvil, many cases a call. `PHDEX_DISPUTE_CASES` sets how
 * many random statements are tried (default 1,500 false shares and as many honest ones).
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { Contract, ContractFactory, dataSlice, id, keccak256, NonceManager, toBeHex, ZeroHash } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildHarness, startAnvil, type Anvil, type Artefact } from '../../bench/local-network.ts';
import { proveFalseShare, proveSharedPoint, type DisputeProof } from '../../electron/vault/dispute-proof.ts';
import { commitmentOf, sealShareForAccess, usablePoint, wordHex, type ReleaseContext } from '../../electron/vault/release.ts';
import { seatRoot } from '../../electron/vault/seat-tree.ts';
import type { Hex } from '../../shared/domain/chain.ts';

const CASES = Number(process.env['PHDEX_DISPUTE_CASES'] ?? 1500);
const { Point } = secp256k1;
const N = Point.Fn.ORDER;
const P = Point.Fp.ORDER;
const HONEST = ZeroHash;
const FALSE = wordHex(1n);
const selector = (signature: string) => `${dataSlice(id(signature), 0, 4)}${'00'.repeat(28)}`;
const REVERTS = {
  sharedPoint: selector('DisputeSharedPointInvalid(uint256,uint256)'),
  coordinate: selector('DisputeCoordinateTooLarge(uint256)'),
  scalar: selector('DisputeScalarInvalid(uint256)'),
  response: selector('DisputeResponseInvalid(address,address)'),
  product: selector('DisputeProductInvalid(address,address)'),
  slope: selector('DisputeSlopeInvalid(uint256)'),
  challenge: selector('DisputeChallengeInvalid(uint256,uint256)'),
};

let built: Artefact;
let anvil: Anvil;
let harness: Contract;
let context: ReleaseContext;

const random = (): Uint8Array => crypto.getRandomValues(new Uint8Array(33));
const ACCESS = 41n;

/** A release with the proof that the prover makes of it; the commitment is the honest share's. */
function makeCase(lie: boolean): { proof: DisputeProof; accessSecret: Uint8Array; share: Uint8Array } {
  const accessSecret = secp256k1.utils.randomSecretKey();
  const p = Point.BASE.multiply(Point.Fn.fromBytes(accessSecret)).toAffine();
  const share = random();
  const nonce = keccak256(share) as Hex;
  const posted = lie ? random() : share;
  const sealed = sealShareForAccess({ share: posted, accessKey: { px: wordHex(p.x), py: wordHex(p.y) }, context });
  const commitment = commitmentOf(nonce, context.index, share);
  const release = { ex: sealed.ex, ey: sealed.ey, ct: `${sealed.ctHead}${sealed.ctTail.slice(2)}` as Hex };
  const common = { index: context.index, keeper: '0x00000000000000000000000000000000000000cc' as Hex, commitment, nonce, seatProof: [] };
  if (lie) return { proof: proveFalseShare({ release, accessSecret, context, ...common }), accessSecret, share };
  const shown = proveSharedPoint({ ephemeral: { x: sealed.ex, y: sealed.ey }, accessSecret, context });
  return { proof: { ...common, px: wordHex(p.x), py: wordHex(p.y), share: sealed, ...shown }, accessSecret, share };
}

async function verdicts(proofs: DisputeProof[], accessId = ACCESS): Promise<string[]> {
  const answers: string[] = [];
  for (let i = 0; i < proofs.length; i += 250) answers.push(...((await harness.getFunction('verdicts')(accessId, proofs.slice(i, i + 250), { gasLimit: 900_000_000n })) as string[]));
  return answers;
}

describe('dispute proofs: prover against verifier', () => {
  beforeAll(async () => {
    built = buildHarness();
    anvil = await startAnvil();
    await anvil.provider.send('evm_setBlockGasLimit', ['0x3b9aca00']);
    const signer = new NonceManager(await anvil.provider.getSigner(0));
    const contract = await new ContractFactory(built.abi, built.bytecode, signer).deploy();
    await contract.waitForDeployment();
    harness = new Contract(await contract.getAddress(), built.abi, anvil.provider);
    context = { chainId: (await anvil.provider.getNetwork()).chainId, market: harness.target as Hex, accessId: ACCESS, index: 3 };
  }, 300_000);
  afterAll(() => anvil.stop());

  it(`hears every one of ${CASES} false shares`, async () => {
    const answers = await verdicts(Array.from({ length: CASES }, () => makeCase(true).proof));
    expect(answers.length).toBe(CASES);
    expect(answers.filter((a) => a !== FALSE)).toEqual([]);
  }, 240_000);

  it(`clears every one of ${CASES} honest shares`, async () => {
    const answers = await verdicts(Array.from({ length: CASES }, () => makeCase(false).proof));
    expect(answers.length).toBe(CASES);
    expect(answers.filter((a) => a !== HONEST)).toEqual([]);
  }, 240_000);

  it('never lets an honest share look false, whichever field of the proof is altered', async () => {
    const fields = ['px', 'py', 'sx', 'sy', 'c', 'z', 'ux', 'uy', 'vx', 'vy', 'slopeInverse'] as const;
    const special = [0n, 1n, 2n, N - 1n, N, N + 1n, P - 1n, P, 2n ** 256n - 1n];
    const altered: DisputeProof[] = [];
    for (let round = 0; round < 12; round++) {
      const { proof } = makeCase(false);
      for (const field of fields) {
        const value = BigInt(proof[field]);
        const values = [...special, value ^ 1n, (value + 1n) % P, (value + 2n) % P, (N - (value % N)) % N, (P - (value % P)) % P, value + P < 2n ** 256n ? value + P : P, BigInt(keccak256(wordHex(value)))];
        for (const v of values) if (v !== value) altered.push({ ...proof, [field]: wordHex(v) });
      }
      altered.push({ ...proof, a1: '0x0000000000000000000000000000000000000000' }, { ...proof, a1: proof.keeper }, { ...proof, index: 4 });
      // Fields swapped with each other: each is a valid number, all belong together only one way.
      for (const a of fields) for (const b of fields) if (a < b) altered.push({ ...proof, [a]: proof[b], [b]: proof[a] });
    }
    const answers = await verdicts(altered);
    // Every one is refused by a named rule: neither heard (the share is honest) nor passed over as «honest».
    expect(altered.filter((_, i) => answers[i] === FALSE)).toEqual([]);
    expect(answers.every((a) => Object.values(REVERTS).includes(a))).toBe(true);
  });

  it('refuses an altered E: the proof was made for another', async () => {
    const { proof } = makeCase(false);
    const other = makeCase(false).proof.share;
    expect(await verdicts([{ ...proof, share: { ...proof.share, ex: other.ex, ey: other.ey } }])).toEqual([REVERTS.challenge]);
    const negated = wordHex(P - BigInt(proof.share.ey));
    expect(await verdicts([{ ...proof, share: { ...proof.share, ey: negated } }])).toEqual([REVERTS.challenge]);
  });

  it('is bound to the access, the seat and the contract', async () => {
    const { proof } = makeCase(true);
    expect(await verdicts([proof], ACCESS + 1n)).toEqual([REVERTS.challenge]);
    expect(await verdicts([{ ...proof, index: 2 }])).toEqual([REVERTS.challenge]);
    const kept = context;
    const elsewhere: DisputeProof[] = [];
    for (const changed of [{ chainId: 1 }, { market: '0x00000000000000000000000000000000000000aa' as Hex }]) {
      context = { ...kept, ...changed };
      elsewhere.push(makeCase(true).proof);
    }
    context = kept;
    expect(await verdicts(elsewhere)).toEqual([REVERTS.challenge, REVERTS.challenge]);
  });

  it('refuses another y of the same parity, which ecrecover alone would not see', async () => {
    const { proof } = makeCase(false);
    expect(await verdicts([{ ...proof, sy: wordHex((BigInt(proof.sy) + 2n) % P) }])).toEqual([REVERTS.sharedPoint]);
  });

  it('names the rule that each kind of wrong value breaks', async () => {
    const { proof } = makeCase(false);
    const w = (v: bigint) => wordHex(v);
    const cases: [Partial<DisputeProof>, string][] = [
      [{ sx: w(0n), sy: w(0n) }, REVERTS.sharedPoint], [{ sx: w(N) }, REVERTS.sharedPoint], [{ sx: w(P) }, REVERTS.sharedPoint],
      [{ c: w(0n) }, REVERTS.scalar], [{ c: w(N) }, REVERTS.scalar], [{ z: w(0n) }, REVERTS.scalar], [{ z: w(N) }, REVERTS.scalar], [{ z: w(BigInt(proof.z) + N < 2n ** 256n ? BigInt(proof.z) + N : N) }, REVERTS.scalar],
      [{ ux: w(P) }, REVERTS.coordinate], [{ uy: w(P) }, REVERTS.coordinate], [{ vx: w(P) }, REVERTS.coordinate], [{ vy: w(P) }, REVERTS.coordinate],
      [{ slopeInverse: w(0n) }, REVERTS.slope], [{ ux: proof.vx }, REVERTS.slope],
      [{ c: w(BigInt(proof.c) ^ 1n) }, REVERTS.challenge], [{ a1: proof.keeper }, REVERTS.challenge], [{ uy: w(P - BigInt(proof.uy)) }, REVERTS.challenge],
      [{ z: w(BigInt(proof.z) ^ 1n) }, REVERTS.response],
    ];
    expect(await verdicts(cases.map(([change]) => ({ ...proof, ...change })))).toEqual(cases.map(([, revert]) => revert));
  });

  it('catches U and V that are off their products though their difference is right', async () => {
    // Shift both by the same point: U − V, hence A2, c and a1 stay; only the check of the products can tell.
    const { proof } = makeCase(false);
    const point = (x: Hex, y: Hex) => Point.fromAffine({ x: BigInt(x), y: BigInt(y) });
    const u = point(proof.ux, proof.uy).add(Point.BASE).toAffine();
    const v = point(proof.vx, proof.vy).add(Point.BASE).toAffine();
    const shifted = { ...proof, ux: wordHex(u.x), uy: wordHex(u.y), vx: wordHex(v.x), vy: wordHex(v.y), slopeInverse: wordHex(Point.Fp.inv(Point.Fp.create(u.x - v.x))) };
    expect(await verdicts([shifted])).toEqual([REVERTS.product]);
  });

  it('refuses a proof for an S that is not p·E, made as well as a cheat can', async () => {
    // The cheat knows p and picks S' = S + G; it runs the whole protocol honestly on the false statement.
    const refused = await verdicts(Array.from({ length: 40 }, () => {
      const { proof, accessSecret } = makeCase(false);
      const e = usablePoint(proof.share.ex, proof.share.ey)!;
      const p = Point.Fn.fromBytes(accessSecret);
      const wrong = e.multiply(p).add(Point.BASE);
      const v = wrong.multiply(BigInt(proof.c)).toAffine();
      return { ...proof, sx: wordHex(wrong.toAffine().x), sy: wordHex(wrong.toAffine().y), vx: wordHex(v.x), vy: wordHex(v.y), slopeInverse: wordHex(Point.Fp.inv(Point.Fp.create(BigInt(proof.ux) - v.x))) };
    }));
    expect(refused.every((a) => a === REVERTS.challenge)).toBe(true);
  });

  it('lets a release lose by itself when E is no usable point, on both sides alike', async () => {
    const { proof } = makeCase(false);
    const ex = BigInt(proof.share.ex);
    const ey = BigInt(proof.share.ey);
    const points: [bigint, bigint][] = [[0n, 0n], [ex, ey ^ 1n], [ex ^ 1n, ey], [ex, 0n], [0n, ey], [N, ey], [P, ey], [ex, P], [N - 1n, 0n], [2n ** 256n - 1n, 2n ** 256n - 1n]];
    for (let i = 0; i < 200; i++) points.push([BigInt(keccak256(toBeHex(i, 32))), BigInt(keccak256(toBeHex(i + 1000, 32)))]);
    const usable = (await harness.getFunction('areUsable')(points)) as boolean[];
    expect([...usable]).toEqual(points.map(([x, y]) => usablePoint(wordHex(x), wordHex(y)) !== undefined));
    const answers = await verdicts(points.map(([x, y]) => ({ ...proof, share: { ...proof.share, ex: wordHex(x), ey: wordHex(y) }, sx: ZeroHash as Hex, c: ZeroHash as Hex })));
    expect(answers.every((a) => a === FALSE)).toBe(true);
    expect(usable.some(Boolean)).toBe(false);
    expect((await harness.getFunction('areUsable')([[ex, ey], [ex, P - ey]])) as boolean[]).toEqual([true, true]);
  });

  it('makes no proof against an honest share', () => {
    const { proof, accessSecret } = makeCase(false);
    const release = { ex: proof.share.ex, ey: proof.share.ey, ct: `${proof.share.ctHead}${proof.share.ctTail.slice(2)}` as Hex };
    expect(() => proveFalseShare({ release, accessSecret, context, nonce: proof.nonce, keeper: proof.keeper, commitment: proof.commitment, seatProof: [] }))
      .toThrow('The share of seat 3 for access 41 matches its commitment, so there is nothing to dispute.');
  });

  it('needs no proof where E is no usable point', () => {
    const { proof, accessSecret } = makeCase(false);
    const release = { ex: proof.share.ex, ey: proof.share.ex, ct: `${proof.share.ctHead}${proof.share.ctTail.slice(2)}` as Hex };
    const made = proveFalseShare({ release, accessSecret, context, nonce: proof.nonce, keeper: proof.keeper, commitment: proof.commitment, seatProof: [] });
    expect(made.sx).toBe(ZeroHash);
    expect(made.px).toBe(proof.px);
  });

  it('never uses a nonce twice: two proofs of one statement share no commitment', () => {
    const { proof, accessSecret } = makeCase(false);
    const again = proveSharedPoint({ ephemeral: { x: proof.share.ex, y: proof.share.ey }, accessSecret, context });
    expect(again.sx).toBe(proof.sx);
    expect(again.a1).not.toBe(proof.a1);
    expect(again.z).not.toBe(proof.z);
  });

  it('computes the same seat roots in both languages, for 1 to 32 seats', async () => {
    for (let n = 1; n <= 32; n++) {
      const nonce = keccak256(toBeHex(n, 32)) as Hex;
      const seats = Array.from({ length: n }, (_, i) => ({ keeper: dataSlice(keccak256(toBeHex(i, 32)), 0, 20) as Hex, commitment: keccak256(toBeHex(i + 99, 32)) as Hex }));
      expect(await harness.getFunction('seatRoot')(nonce, seats.map((s) => s.keeper), seats.map((s) => s.commitment))).toBe(seatRoot(nonce, seats));
    }
  });
});
