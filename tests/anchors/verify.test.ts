import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeHeader } from '../../electron/anchors/block-header.ts';
import { anchorLeaf, anchorSlot, anchorWord } from '../../electron/anchors/leaf.ts';
import { makeReceipt, proveBatch } from '../../electron/anchors/prove.ts';
import { receiptText, verifyReceipt } from '../../electron/anchors/verify.ts';
import { createMerkleTree } from '../../electron/merkle/tree.ts';
import type { AnchorReceipt } from '../../shared/domain/anchor-receipt.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { localChain, type LocalChain } from '../chain/local-chain.ts';
import { anchorAll } from './receipt.ts';

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest();
const files = Array.from({ length: 11 }, (_, i) => `file ${i}`);

let chain: LocalChain;
let receipts: AnchorReceipt[];
beforeAll(async () => {
  chain = await localChain();
  // A second batch, so that the contract's storage is a trie with branches.
  const first = await anchorAll(chain, [sha256('before')]);
  ({ receipts } = await anchorAll(chain, files.map((f) => sha256(f)), first.root));
});
afterAll(async () => chain?.close());

/** Every way to change one place of a value: each is [where, changed whole]. */
function* changes(value: unknown, path = ''): Generator<[string, unknown]> {
  if (Array.isArray(value)) {
    for (const [i, element] of value.entries()) for (const [where, changed] of changes(element, `${path}.${i}`)) yield [where, value.with(i, changed)];
    for (const i of value.keys()) yield [`${path} without ${i}`, value.toSpliced(i, 1)];
    if (value.length > 0) yield [`${path} with its first again`, [...value, value[0]]];
    if (value.length > 1) yield [`${path} turned round`, value.toReversed()];
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, element] of Object.entries(value)) {
      for (const [where, changed] of changes(element, `${path}.${key}`)) yield [where, { ...value, [key]: changed }];
      const { [key]: _, ...rest } = value as Record<string, unknown>;
      yield [`${path} without ${key}`, rest];
    }
    yield [`${path} with a field more`, { ...value, more: 1 }];
  } else if (typeof value === 'string') {
    const digits = value.startsWith('0x') ? 2 : 0;
    for (const at of new Set([digits, Math.floor((digits + value.length) / 2), value.length - 1])) yield [`${path}[${at}]`, value.slice(0, at) + (value[at] === '0' ? '1' : '0') + value.slice(at + 1)];
    yield [`${path} longer`, `${value}00`];
    yield [`${path} in capitals`, value.toUpperCase()];
    yield [`${path} as null`, null];
  } else if (typeof value === 'number') {
    for (const other of [value + 1, value - 1, value + 2 ** 40, 0, -value, value + 0.5, String(value)]) if (other !== value && !Object.is(other, -0)) yield [`${path} as ${JSON.stringify(other)}`, other];
  }
}

describe('a receipt', () => {
  it('holds with the file and the hash of the block, of each file', () => {
    for (const [i, receipt] of receipts.entries()) {
      const verdict = verifyReceipt(receiptText(receipt), sha256(files[i]!), receipt.block.hash, receipt.chain.contract);
      expect(verdict).toMatchObject({ holds: true, blockOpen: false, anchoredAt: receipt.batch.time });
      expect(verdict.findings.map((f) => [f.step, f.ok])).toEqual(['form', 'file', 'leaf', 'slot', 'header', 'account', 'storage', 'block'].map((s) => [s, true]));
    }
    expect(receipts[3]!.batch).toMatchObject({ count: 11, sequence: 2 });
  });

  it('without a block it says that the block is open, and does not hold', () => {
    expect(verifyReceipt(receiptText(receipts[2]!), sha256(files[2]!), null)).toMatchObject({ holds: false, blockOpen: true });
  });

  it('of another file or another block is refused at that step', () => {
    const text = receiptText(receipts[0]!);
    expect(verifyReceipt(text, sha256('other'), receipts[0]!.block.hash).findings.at(-1)).toMatchObject({ step: 'file', ok: false });
    expect(verifyReceipt(text, sha256(files[0]!), `0x${'ab'.repeat(32)}`).findings.at(-1)).toMatchObject({ step: 'block', ok: false });
  });

  it('with any one place changed is refused', () => {
    const receipt = receipts[6]!;
    let tried = 0;
    const steps = new Set<string>();
    for (const [where, changed] of changes(receipt)) {
      const verdict = verifyReceipt(receiptText(changed as AnchorReceipt), sha256(files[6]!), receipt.block.hash);
      const last = verdict.findings.at(-1)!;
      if (verdict.holds || last.ok) throw new Error(`changed at ${where}, it still holds`);
      expect(last.detail.length).toBeGreaterThan(10);
      steps.add(last.step);
      tried += 1;
    }
    expect(tried).toBeGreaterThan(150);
    // Every step refused something: none of them is a formality.
    expect([...steps].sort()).toEqual(['account', 'file', 'form', 'header', 'leaf', 'slot', 'storage']);
  });

  it('with any one digit of its text changed is refused', () => {
    const text = receiptText(receipts[4]!);
    const digest = sha256(files[4]!);
    fc.assert(fc.property(fc.nat(text.length - 1), fc.constantFrom(...'0123456789abcdefABCDEF ",:{}[]xn'), (at, c) => {
      if (text[at] === c) return;
      expect(verifyReceipt(text.slice(0, at) + c + text.slice(at + 1), digest, receipts[4]!.block.hash).holds).toBe(false);
    }), { numRuns: 2000 });
  });

  it('that is no receipt at all is refused in its form', () => {
    for (const text of ['', 'null', '[]', '{}', '{"format":"phdex/anchor/v1"}', 'x'.repeat(600_000), receiptText(receipts[0]!).replace('{', '{"format":"phdex/anchor/v1",'), ` ${JSON.stringify(receipts[0], null, 1)}`]) {
      const verdict = verifyReceipt(text, sha256(files[0]!), null);
      expect(verdict.findings).toHaveLength(1);
      expect(verdict.findings[0]).toMatchObject({ step: 'form', ok: false });
    }
  });

  it('of a contract that somebody else deployed does not make a file older than the block', async () => {
    // Whoever deploys a contract writes what they like into its slots: here that the batch was anchored in 2001.
    const { rpc } = chain.chain;
    const own: Hex = `0x${'0badc0de'.repeat(5)}`;
    const place = { chainId: chain.network.chainId, contract: own };
    const [file, salt, account] = ['my invention', Buffer.alloc(32, 3), `0x${'ab'.repeat(20)}` as Hex];
    const tree = createMerkleTree(anchorLeaf(place, salt, sha256(file)));
    const root: Hex = `0x${Buffer.from(tree.root).toString('hex')}`;
    await rpc.call('anvil_setCode', [own, '0x00']);
    await rpc.call('anvil_setStorageAt', [own, anchorSlot(account, root), `0x${anchorWord({ time: 1_000_000_000, count: 1, sequence: 1 }).toString(16).padStart(64, '0')}`]);
    await rpc.call('evm_mine', []);
    const receipt = makeReceipt(await proveBatch(rpc.call, place, { account, root }), tree, 0, { digest: sha256(file), salt });
    const text = receiptText(receipt);
    const { time } = decodeHeader(receipt.block.header);
    const open = verifyReceipt(text, sha256(file), receipt.block.hash);
    expect(open).toMatchObject({ holds: true, anchoredAt: time });
    expect(open.findings.find((f) => f.step === 'storage')!.detail).toContain(own);
    expect(verifyReceipt(text, sha256(file), receipt.block.hash, chain.network.contracts.anchors!)).toMatchObject({ holds: false, blockOpen: false, anchoredAt: null });
    expect(verifyReceipt(text, sha256(file), null, chain.network.contracts.anchors!).findings.at(-1)).toMatchObject({ step: 'account', ok: false });
  });

  it('of another chain, by the same contract address, is refused', () => {
    const moved = { ...receipts[0]!, chain: { ...receipts[0]!.chain, id: 1 } };
    expect(verifyReceipt(receiptText(moved), sha256(files[0]!), receipts[0]!.block.hash).findings.at(-1)).toMatchObject({ step: 'leaf', ok: false });
  });
});

it('a header that is none is told', () => {
  for (const bad of ['0x', '0xc0', '0x00', `0x${'c1'.repeat(5000)}`] as const) expect(() => decodeHeader(bad)).toThrow(RangeError);
});
