import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { provenValue } from '../../electron/anchors/trie-proof.ts';
import type { Hex } from '../../shared/domain/chain.ts';

type Case = { name: string; root: Hex; key: Hex; value: Hex | null; nodes: Hex[] };
/** Made, and verified, by the trie of EthereumJS; inline nodes, extensions, branches, absent keys. */
const { cases } = JSON.parse(readFileSync(new URL('./trie-vectors.json', import.meta.url), 'utf8')) as { cases: Case[] };
const present = cases.filter((c) => c.value !== null);

describe('proofs of a Merkle-Patricia trie', () => {
  it.each(present.map((c, i) => [`${c.name} ${i}`, c] as const))('that hold give the value: %s', (_name, { root, key, nodes, value }) => {
    expect(provenValue(root, key, nodes)).toBe(value);
  });

  it.each(cases.filter((c) => c.value === null).map((c, i) => [`${c.name} ${i}`, c] as const))('that show that nothing is there give none: %s', (_name, { root, key, nodes }) => {
    expect(() => provenValue(root, key, nodes)).toThrow('it shows that nothing is there');
  });

  it('are refused with a node more, one less, another order, another root or another key', () => {
    for (const { root, key, nodes } of present) {
      expect(() => provenValue(root, key, [...nodes, nodes.at(-1)!])).toThrow(/more than the way/);
      expect(() => provenValue(root, key, nodes.slice(0, -1))).toThrow(/ends after/);
      if (nodes.length > 1) expect(() => provenValue(root, key, nodes.toReversed())).toThrow(/is not the one/);
      expect(() => provenValue(`0x${'00'.repeat(32)}`, key, nodes)).toThrow(/the root names/);
      expect(() => provenValue(root, `0x${'55'.repeat(32)}`, nodes)).toThrow(RangeError);
    }
  });

  it('are refused with any byte changed', () => {
    fc.assert(fc.property(fc.constantFrom(...present), fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), ({ root, key, nodes }, n, at, by) => {
      const node = Buffer.from(nodes[n % nodes.length]!.slice(2), 'hex');
      node[at % node.length]! ^= by;
      expect(() => provenValue(root, key, nodes.with(n % nodes.length, `0x${node.toString('hex')}`))).toThrow(RangeError);
    }), { numRuns: 500 });
  });
});
