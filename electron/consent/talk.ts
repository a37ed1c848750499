import { randomBytes } from 'node:crypto';
import { verifyTypedData, type TypedDataDomain, type TypedDataField } from 'ethers';
import { z } from 'zod';
import type { Hex } from '../../shared/domain/chain.ts';
import { AppError } from '../../shared/errors.ts';
import { MAX_MESSAGE_BYTES, type Peers } from '../storage/messages.ts';
import { canonicalBytes } from '../vault/manifest.ts';
import { sha256 } from '../vault/sha256.ts';
import { readCanonical } from './canonical.ts';
import { Addresses, Hex32, HexAddress } from './fields.ts';
import { MAX_PACKET_BYTES } from './packet.ts';
import { MAX_NAMES } from './scope.ts';

/** Seconds that two clocks may be apart. */
export const MAX_SKEW = 120;
/** Messages of one signer that are remembered so that none counts twice; beyond, this signer has to wait, and nobody else. */
const MAX_SEEN = 2000;

export type Signer = { address: Hex; signTypedData(domain: TypedDataDomain, types: Record<string, TypedDataField[]>, value: Record<string, unknown>): Promise<string> };

const Signature = z.string().regex(/^0x[0-9a-f]{130}$/);
const Base64 = z.base64().max(Math.ceil(MAX_PACKET_BYTES / 3) * 4);
/** Sealed to the grantee, signed by the account that gave the right. */
export const SignedPacket = z.strictObject({ seq: z.number().int().nonnegative(), sealed: Base64, signature: Signature });
export type SignedPacket = z.output<typeof SignedPacket>;

export const Bodies = {
  /** The grantee asks for packets from `from` on; where it names leaves, only if all of them are in its scope. */
  fetch: z.strictObject({ from: z.number().int().nonnegative(), names: z.array(z.string().max(120)).max(MAX_NAMES) }),
  /** The owner brings packets. */
  push: z.strictObject({ packets: z.array(SignedPacket).min(1).max(16) }),
  /** The grantee says where data for the owner is: an own packet, sealed to the owner's key. */
  append: z.strictObject({ number: z.number().int().nonnegative(), sealed: Base64, addresses: Addresses }),
  /** The owner erased what the right opened (GDPR 19): the recipient's app puts away what it has of it. */
  erased: z.strictObject({ at: z.number().int().positive() }),
};
export type Kind = keyof typeof Bodies;
export type Body<K extends Kind> = z.output<(typeof Bodies)[K]>;

/** A message that its signer signed for this node, lately. */
export type Heard<K extends Kind> = {
  kind: K; rightId: number; from: Hex; body: Body<K>;
  /**
   * Takes the message, before anything is done by it and once the right was seen to be one of its signer: what strangers
   * say is not remembered, so that they take no room from anybody.
   * @throws AppError `access-unknown` where it was taken before, or its signer said too much lately
   */
  once(): void;
};

const Message = z.strictObject({
  v: z.literal(1), kind: z.enum(Object.keys(Bodies) as [Kind, ...Kind[]]), rightId: z.number().int().positive(), from: HexAddress,
  /** libp2p ids of who sends and who is meant: a message that somebody else passes on is none. */
  peer: z.string().max(100), to: z.string().max(100), time: z.number().int().positive(), id: Hex32, body: z.unknown(), signature: Signature,
});
const Answer = z.union([
  z.strictObject({ v: z.literal(1), ok: z.literal(true), packets: z.array(SignedPacket).max(64), more: z.boolean() }),
  z.strictObject({ v: z.literal(1), ok: z.literal(false), code: z.enum(['not-live', 'unknown', 'out-of-scope', 'not-yet', 'refused']) }),
]);
export type Answer = z.output<typeof Answer>;

const MESSAGE = { Message: [
  { name: 'kind', type: 'string' }, { name: 'rightId', type: 'uint256' }, { name: 'from', type: 'address' }, { name: 'peer', type: 'string' }, { name: 'to', type: 'string' },
  { name: 'time', type: 'uint256' }, { name: 'id', type: 'bytes32' }, { name: 'body', type: 'bytes32' },
] };
const PACKET = { Packet: [{ name: 'rightId', type: 'uint256' }, { name: 'seq', type: 'uint32' }, { name: 'digest', type: 'bytes32' }] };

const refused = (why: string, cause?: unknown) => new AppError('access-unknown', `A message about a right was refused: ${why}.`, { hint: 'Nothing was answered.', cause });

export type Talk = ReturnType<typeof createTalk>;

/**
 * What owner and grantee say to each other about a right, signed by their accounts for one contract on one chain, for
 * one pair of peers, and good once.
 */
export function createTalk({ chainId, consent, now = () => Math.floor(Date.now() / 1000), perSigner = MAX_SEEN }: { chainId: number; consent: Hex; /** Unix seconds. */ now?: () => number; perSigner?: number }) {
  const domain: TypedDataDomain = { name: 'PHDex Consent', version: '1', chainId, verifyingContract: consent };
  /** In the order of their ends. */
  const seen = new Map<string, { from: Hex; until: number }>();
  const counts = new Map<Hex, number>();

  function firstTime(from: Hex, id: Hex): void {
    const at = now();
    for (const [key, old] of seen) {
      if (old.until >= at) break;
      seen.delete(key);
      const left = counts.get(old.from)! - 1;
      if (left > 0) counts.set(old.from, left); else counts.delete(old.from);
    }
    const key = `${from}/${id}`;
    const count = counts.get(from) ?? 0;
    if (seen.has(key)) throw refused('it came before');
    if (count >= perSigner) throw refused('too many of this signer came at once');
    seen.set(key, { from, until: at + 2 * MAX_SKEW });
    counts.set(from, count + 1);
  }
  const signable = (m: Omit<z.output<typeof Message>, 'signature'>) => ({ kind: m.kind, rightId: m.rightId, from: m.from, peer: m.peer, to: m.to, time: m.time, id: m.id, body: sha256(canonicalBytes(m.body)) });
  const signed = (value: Record<string, unknown>, types: Record<string, TypedDataField[]>, signature: string): string => verifyTypedData(domain, types, value, signature).toLowerCase();

  return {
    async write<K extends Kind>(kind: K, rightId: number, body: Body<K>, signer: Signer, peers: Peers): Promise<Uint8Array> {
      const message = { v: 1 as const, kind, rightId, from: signer.address, peer: peers.local, to: peers.remote, time: now(), id: `0x${randomBytes(32).toString('hex')}` as Hex, body: Bodies[kind].parse(body) };
      return canonicalBytes({ ...message, signature: (await signer.signTypedData(domain, MESSAGE, signable(message))).toLowerCase() });
    },

    /** Whoever acts by it calls `once` first. @throws AppError `access-unknown` for anything but a message of that peer to this one that is not old, signed by the account that it names */
    read(bytes: Uint8Array, peers: Peers): { [K in Kind]: Heard<K> }[Kind] {
      const message = readCanonical(bytes, Message, MAX_MESSAGE_BYTES, refused);
      if (message.to !== peers.local || message.peer !== peers.remote) throw refused('it was meant for, or came from, another peer');
      if (Math.abs(message.time - now()) > MAX_SKEW) throw refused('it is too old, or a clock is wrong');
      const body = Bodies[message.kind].safeParse(message.body);
      if (!body.success) throw refused('it is not of the format', body.error);
      let signer: string;
      try { signer = signed(signable(message), MESSAGE, message.signature); } catch (cause) { throw refused('its signature is none', cause); }
      if (signer !== message.from) throw refused('it is not signed by who it says it is from');
      return { kind: message.kind, rightId: message.rightId, from: message.from, body: body.data, once: () => firstTime(message.from, message.id) } as ReturnType<Talk['read']>;
    },

    /** The giver's word that a packet is of it: all that can be said of those after the first, whose hash is not on chain. */
    async signPacket(rightId: number, seq: number, sealed: Uint8Array, signer: Signer): Promise<SignedPacket> {
      const signature = await signer.signTypedData(domain, PACKET, { rightId, seq, digest: sha256(sealed) });
      return { seq, sealed: Buffer.from(sealed).toString('base64'), signature: signature.toLowerCase() };
    },
    /** @throws AppError `envelope-unreadable` where another account signed it, or for another right or number */
    checkPacket(rightId: number, { seq, sealed, signature }: SignedPacket, owner: Hex): Uint8Array {
      const bytes = new Uint8Array(Buffer.from(sealed, 'base64'));
      let signer = '';
      try { signer = signed({ rightId, seq, digest: sha256(bytes) }, PACKET, signature); } catch { /* below */ }
      if (signer !== owner.toLowerCase()) throw new AppError('envelope-unreadable', 'Keys came that are not signed by the owner of the right.', { hint: 'They were not taken.' });
      return bytes;
    },

    writeAnswer: (answer: Answer): Uint8Array => canonicalBytes(Answer.parse(answer)),
    /** @throws AppError `storage-unreachable` where it is no answer of ours */
    readAnswer: (bytes: Uint8Array): Answer => readCanonical(bytes, Answer, MAX_MESSAGE_BYTES, (why, cause) => new AppError('storage-unreachable', `The other side answered with what is no answer: ${why}.`, { hint: 'It runs another version, or something is in between.', cause })),
  };
}
