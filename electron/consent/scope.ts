import { randomBytes } from 'node:crypto';
import { keccak_256 } from '@noble/hashes/sha3.js';
import type { Hex } from '../../shared/domain/chain.ts';
import type { Category, Operations, Scope } from '../../shared/domain/consent.ts';
import { AppError } from '../../shared/errors.ts';
import { bytesOf, hexOf } from '../vault/hex.ts';

export const DAY_US = 86_400_000_000;
/** Names in one scope: a right for more is two rights. */
export const MAX_NAMES = 10_000;

/** Fresh for each right, so that two rights of the same scope have nothing in common on chain. */
export const newSalt = (): Hex => `0x${randomBytes(32).toString('hex')}`;

const word = (n: number): Buffer => { const out = Buffer.alloc(32); out.writeUInt32BE(n, 28); return out; };
const hashed = (data: Uint8Array): Buffer => Buffer.from(keccak_256(data));

/** abi.encode(bytes32, string): written out, because a scope has up to ten thousand of them. */
function encoded(salt: Buffer, name: string): Buffer {
  const text = Buffer.from(name);
  return Buffer.concat([salt, word(64), word(text.length), text, Buffer.alloc((32 - (text.length % 32)) % 32)]);
}
/** Hashed twice, as OpenZeppelin's trees are: no inner node passes for a leaf. keccak256(keccak256(abi.encode(bytes32 salt, string name))) */
export const scopeLeaf = (salt: Hex, name: string): Hex => `0x${hashed(hashed(encoded(bytesOf(salt), name))).toString('hex')}`;

const pairOf = (a: Buffer, b: Buffer): Buffer => hashed(a.compare(b) < 0 ? Buffer.concat([a, b]) : Buffer.concat([b, a]));

/**
 * A tree as OpenZeppelin's StandardMerkleTree builds it: leaves in ascending order, a complete binary tree in an array,
 * pairs hashed in ascending order.
 * @param leaves at least one
 */
export function sortedTree(leaves: readonly Hex[]): { root: Hex; /** Sibling hashes from the leaf to the root, for MerkleProof.verify. */ proof(leaf: Hex): Hex[] } {
  const sorted = leaves.map((leaf) => ({ leaf, at: bytesOf(leaf) })).sort((a, b) => a.at.compare(b.at));
  const size = 2 * sorted.length - 1;
  const tree = new Array<Buffer>(size);
  const places = new Map<Hex, number>();
  sorted.forEach(({ leaf, at }, i) => { tree[size - 1 - i] = at; places.set(leaf, size - 1 - i); });
  for (let i = size - 1 - sorted.length; i >= 0; i -= 1) tree[i] = pairOf(tree[2 * i + 1]!, tree[2 * i + 2]!);
  return {
    root: hexOf(tree[0]!),
    proof(leaf) {
      const proof: Hex[] = [];
      for (let i = places.get(leaf)!; i > 0; i = Math.floor((i - 1) / 2)) proof.push(hexOf(tree[i % 2 === 0 ? i - 1 : i + 1]!));
      return proof;
    },
  };
}

export type ScopeTree = {
  root: Hex; names: readonly string[];
  has(name: string): boolean;
  /** @throws AppError `access-unknown` for a name that is not in scope */
  prove(name: string): { leaf: Hex; proof: Hex[] };
};

/**
 * The tree of what a right covers.
 * @throws AppError `invalid-argument` for no name, a name twice, or too many
 */
export function scopeTree(salt: Hex, names: readonly string[]): ScopeTree {
  if (names.length === 0) throw new AppError('invalid-argument', 'Nothing of what you have lies in that scope.', { hint: 'Choose at least one channel of one day, or something continuous.' });
  if (names.length > MAX_NAMES) throw new AppError('invalid-argument', `A right covers at most ${MAX_NAMES} segments, not ${names.length}.`, { hint: 'Share fewer days or channels at once.' });
  const known = new Set(names);
  if (known.size !== names.length) throw new AppError('invalid-argument', 'A segment is named twice in the scope.', { hint: 'Name each once.' });
  const tree = sortedTree(names.map((name) => scopeLeaf(salt, name)));
  return {
    root: tree.root, names, has: (name) => known.has(name),
    prove(name) {
      if (!known.has(name)) throw outOfScope(name);
      const leaf = scopeLeaf(salt, name);
      return { leaf, proof: tree.proof(leaf) };
    },
  };
}

export const outOfScope = (name: string): AppError => new AppError('access-unknown', `«${name}» is not part of what this right opens.`, { hint: 'Ask for it; its owner decides.' });

/** Whether `proof` leads from a leaf to the root, as MerkleProof.verify sees it. */
export const provesScope = (root: Hex, leaf: Hex, proof: readonly Hex[]): boolean => proof.reduce((node, sibling) => pairOf(node, bytesOf(sibling)), bytesOf(leaf)).equals(bytesOf(root));

/**
 * Name of a segment of the packet `seq` in the tree of its right: `acceleration/day-000` in the first packet's
 * directory, `2/acceleration/day-000` in that of a later one, so that two recordings of one right do not share a leaf.
 */
export const leafName = (seq: number, segment: string): string => (seq === 0 ? segment : `${seq}/${segment}`);
/** What stands for all segments of a channel that are yet to be made. */
export const liveName = (channel: string): string => `${channel}/*`;
export const appendName = (category: Category): string => `append/${category}`;

/**
 * What a request names: it cannot know the segments that the owner has. One name for each channel (`*` for all of the
 * category) and the days asked for, one more for what is yet to be made, one for appending.
 */
export function askedNames(scope: Scope, category: Category, operations: Operations): string[] {
  const channels = scope.channels.length === 0 ? ['*'] : [...scope.channels].sort();
  const days = scope.days ? `${scope.days.from}..${scope.days.to}` : '..';
  return [
    ...(operations === 'append' ? [] : channels.flatMap((channel) => [`${channel}/${days}`, ...(scope.live ? [liveName(channel)] : [])])),
    ...(operations === 'read' ? [] : [appendName(category)]),
  ];
}

const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) * 1000;

/** A scope that contradicts itself. @throws AppError `invalid-argument` */
export function checkScope(scope: Scope): void {
  if (new Set(scope.channels).size !== scope.channels.length) throw new AppError('invalid-argument', 'A channel is named twice.', { hint: 'Name it once.' });
  if (scope.days && scope.days.from > scope.days.to) throw new AppError('invalid-argument', `The days end (${scope.days.to}) before they begin (${scope.days.from}).`, { hint: 'Swap them.' });
}

/**
 * Holds what is given to what was asked: no other channel, no other day, nothing continuous that was not asked for.
 * @throws AppError `invalid-argument` naming what is wider
 */
export function checkNarrower(given: Scope, asked: Scope): void {
  checkScope(given);
  const wider = (what: string) => new AppError('invalid-argument', `That is more than was asked for: ${what}.`, { hint: 'Give at most what was asked; for more, share it without a request.' });
  if (asked.channels.length > 0) {
    if (given.channels.length === 0) throw wider('all channels');
    const other = given.channels.find((c) => !asked.channels.includes(c));
    if (other) throw wider(`the channel ${other}`);
  }
  if (asked.days && (!given.days || given.days.from < asked.days.from || given.days.to > asked.days.to)) throw wider(given.days ? `days from ${given.days.from} to ${given.days.to}` : 'all days');
  if (given.live && !asked.live) throw wider('what is yet to be made');
}

export const coversChannel = (scope: Scope, channel: string): boolean => scope.channels.length === 0 || scope.channels.includes(channel);

/** Whether [from, to), microseconds since the Unix epoch, lies within the days of the scope. */
const coversTime = (scope: Scope, from: number, to: number): boolean => !scope.days || (from >= startOf(scope.days.from) && to <= startOf(scope.days.to) + DAY_US);

/** Midnight before, UTC, in microseconds. */
export const midnight = (time: number): number => Math.floor(time / DAY_US) * DAY_US;
export const dateOf = (time: number): string => new Date(time / 1000).toISOString().slice(0, 10);

/**
 * The UTC days of a recording that the scope covers, in microseconds: where the first begins and the last ends.
 * @returns null where none is
 */
export function coveredSpan(scope: Scope, recording: { startTime: number; endTime: number }): { from: number; to: number } | null {
  const from = Math.max(midnight(recording.startTime), scope.days ? startOf(scope.days.from) : -Infinity);
  const to = Math.min(midnight(recording.endTime) + DAY_US, scope.days ? startOf(scope.days.to) + DAY_US : Infinity);
  return from < to ? { from, to } : null;
}

/**
 * Whether a segment of a listed dataset lies within: its days count from the recording's first row, so one may reach
 * into two days of the calendar, and then both have to be in scope.
 * @param startTime of the recording, microseconds; null where nobody knows it any more: then only a scope of all days covers it
 */
export function coversSegment(scope: Scope, segment: { channel: string; day: number }, startTime: number | null, endTime = Infinity): boolean {
  if (!coversChannel(scope, segment.channel)) return false;
  if (!scope.days) return true;
  if (startTime === null) return false;
  const from = startTime + segment.day * DAY_US;
  return coversTime(scope, from, Math.min(from + DAY_US, endTime + 1));
}
