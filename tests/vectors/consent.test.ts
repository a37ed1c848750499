import { AbiCoder, concat, keccak256, toUtf8Bytes, zeroPadValue } from 'ethers';
import { describe, expect, it } from 'vitest';
import { packetContext } from '../../electron/consent/context.ts';
import { purposeHash } from '../../electron/consent/purpose.ts';
import { scopeLeaf, scopeTree, sortedTree } from '../../electron/consent/scope.ts';
import type { Hex } from '../../shared/domain/chain.ts';
import { OZ_MERKLE_TREE } from './vectors.ts';

const SALT: Hex = `0x${'5a'.repeat(32)}`;

describe('consent on chain', () => {
  it('builds the tree of OpenZeppelin’s README', () => {
    const leaves = OZ_MERKLE_TREE.values.map((v) => keccak256(keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'uint256'], v))) as Hex);
    expect(sortedTree(leaves).root).toBe(OZ_MERKLE_TREE.root);
  });

  it('has leaves that are twice the hash of salt and name as Solidity encodes them', () => {
    const name = 'heart-rate/day-000';
    const encoded = concat([SALT, zeroPadValue('0x40', 32), zeroPadValue('0x12', 32), toUtf8Bytes(name), new Uint8Array(32 - name.length)]);
    expect(scopeLeaf(SALT, name)).toBe(keccak256(keccak256(encoded)));
  });

  // Of ours, held fixed: another version has to find the same roots on the same chain.
  it('keeps its own roots and hashes', () => {
    expect(scopeTree(SALT, ['acceleration/day-000']).root).toBe(scopeLeaf(SALT, 'acceleration/day-000'));
    expect(scopeTree(SALT, ['acceleration/day-000', 'acceleration/day-001', 'heart-rate/*']).root).toBe('0x49facac439d652a3e5fa4ba226849957f30530c1742c06d3c96fb3974e2d1de9');
    expect(purposeHash({ v: 1, term: 'PatientMonitoring', duo: [], words: 'To treat you.' })).toBe(keccak256(toUtf8Bytes('{"duo":[],"term":"PatientMonitoring","v":1,"words":"To treat you."}')));
    const context = packetContext({ chainId: 31337, consent: `0x${'11'.repeat(20)}`, owner: `0x${'22'.repeat(20)}`, grantee: `0x${'33'.repeat(20)}` }, SALT, 7);
    expect(context.toString('hex')).toBe(`${'0'.repeat(60)}7a69${'11'.repeat(20)}${'22'.repeat(20)}${'33'.repeat(20)}${'5a'.repeat(32)}00000007`);
  });
});
