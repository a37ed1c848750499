/** The draw as TypeScript makes it, held against the contract's library on anvil and against the specification's own values. */
import { Contract, ContractFactory, keccak256, toBeHex } from 'ethers';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildHarness, startAnvil, type Anvil } from '../../bench/local-network.ts';
import { createShuffle } from '../../electron/consent/studies/shuffle.ts';
import type { Hex } from '../../shared/domain/chain.ts';

/** SHA-256 of «phdex». */
const SEED: Hex = '0xccd91cfdcbfcc9934aee0b43998740dc26790b9d62819c2eeec69ee4e5b13491';
const OUT = new URL('../../contracts/out/ShuffleHarness.sol/ShuffleHarness.json', import.meta.url);
let anvil: Anvil;
let library: Contract;

beforeAll(async () => {
  if (!existsSync(OUT)) buildHarness();
  const built = JSON.parse(readFileSync(OUT, 'utf8')) as { abi: []; bytecode: { object: string } };
  anvil = await startAnvil();
  const contract = await new ContractFactory(built.abi, built.bytecode.object, await anvil.provider.getSigner(0)).deploy();
  await contract.waitForDeployment();
  library = new Contract(await contract.getAddress(), built.abi, anvil.provider);
});
afterAll(() => anvil?.stop());

const onChain = async (index: number, count: number, seed: Hex) => Number(await (library.getFunction('shuffled')(index, count, seed) as Promise<bigint>));

describe('the shuffle', () => {
  it('is the specification’s', () => {
    const ten = createShuffle(10, SEED);
    expect(Array.from({ length: 10 }, (_, i) => ten.entryAt(i))).toEqual([1, 5, 7, 6, 3, 8, 4, 2, 0, 9]);
    const thousand = createShuffle(1000, SEED);
    expect([0, 255, 256, 257, 511, 999].map((i) => thousand.entryAt(i))).toEqual([222, 795, 675, 881, 819, 263]);
    const many = createShuffle(2 ** 31 + 11, SEED);
    expect([0, 1, 2 ** 31 + 10].map((i) => many.entryAt(i))).toEqual([1813808056, 1332524086, 1580577911]);
    expect(createShuffle(1, SEED).entryAt(0)).toBe(0);
  });

  it('is the contract’s, for many counts and seeds', async () => {
    for (let n = 0; n < 120; n++) {
      const seed = keccak256(toBeHex(n + 1, 32)) as Hex;
      const count = n < 60 ? n + 1 : Number(BigInt(seed) % (n < 100 ? 5000n : 4294967295n)) + 1;
      const index = Number((BigInt(seed) >> 64n) % BigInt(count));
      expect([n, createShuffle(count, seed).entryAt(index)]).toEqual([n, await onChain(index, count, seed)]);
    }
  });

  it('tells whose a position is and which position one has, each the inverse of the other', () => {
    for (const count of [1, 2, 3, 50, 257, 1000]) {
      const { entryAt, positionOf } = createShuffle(count, SEED);
      const all = Array.from({ length: count }, (_, i) => i);
      expect(new Set(all.map(entryAt)).size).toBe(count);
      expect(all.map((i) => positionOf(entryAt(i)))).toEqual(all);
    }
  });

  it('refuses what is none', () => {
    expect(() => createShuffle(0, SEED)).toThrow(RangeError);
    expect(() => createShuffle(5, '0x01')).toThrow(RangeError);
    expect(() => createShuffle(5, SEED).entryAt(5)).toThrow(RangeError);
    expect(() => createShuffle(5, SEED).positionOf(-1)).toThrow(RangeError);
  });
});
