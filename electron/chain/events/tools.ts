import { CID } from 'multiformats/cid';
import type { Statement } from 'better-sqlite3';

/** One decoded event of our contracts with its place on the chain. */
export type ChainEvent = { name: string; args: Record<string, unknown>; block: number; at: number; tx: string; logIndex: number };

/** A line of the history: who did what to whom, and what it was about. */
export type Note = {
  dataset?: number | null; access?: number | null; right?: number | null; record?: number | null; call?: number | null;
  actor?: string | null; subject?: string | null; amount?: bigint | null; details?: Record<string, string | number>;
};

/** What handlers of events are made with. Statements are prepared once; the caller of a handler holds the transaction. */
export type EventTools = {
  prepare(sql: string): Statement;
  /** Writes the line of history that every event of ours leaves. */
  note(event: ChainEvent, it: Note): void;
  /** The account that published a dataset; null for an unknown one. */
  ownerOf(dataset: number): string | null;
  /** What an access is of and for; 0 and null for an unknown one. */
  accessOf(access: number): { dataset: number; grantee: string | null };
};

/** Handlers by the name of their event. */
export type EventHandlers = Record<string, (event: ChainEvent, args: Record<string, unknown>) => void>;

export const ZERO_ADDRESS = `0x${'0'.repeat(40)}`;

export const num = (v: unknown): number => Number(v as bigint);
export const big = (v: unknown): bigint => BigInt(v as bigint);
export const text = (v: unknown): string => String(v);
/** Addresses and hashes, lower-case. */
export const hex = (v: unknown): string => String(v).toLowerCase();
export const word = (v: unknown): string => `0x${big(v).toString(16).padStart(64, '0')}`;

/** Text of a CID; bytes that are none become their hex, which no store will find: a stranger's event must not stop us. */
export function cidText(bytes: unknown): string {
  try { return CID.decode(Buffer.from(String(bytes).slice(2), 'hex')).toString(); } catch { return String(bytes); }
}
