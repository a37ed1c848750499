import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';

/** An amount of PHD in its smallest unit (10^-18), as decimal text: JSON has no integers of that size. */
export type Coins = string;
/** An amount of the chain's native coin in wei, as decimal text. */
export type Wei = string;
export const CoinsIn = z.string().regex(/^\d{1,30}$/, 'an amount is whole digits, in 10^-18 PHD');

export const AddressIn = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'an address is 0x and 40 hexadecimal digits').transform((a) => a.toLowerCase() as `0x${string}`);
export const Id = z.number().int().nonnegative();
export const RecordingId = z.string().regex(/^[0-9a-f]{16}$/);

/** What the page shows of an error: never a stack. */
export type ErrorView = { code: ErrorCode; message: string; hint: string | null; retryable: boolean };

/** What a transaction costs at the price of now, before anything is signed. */
export type GasCost = { gas: number; wei: Wei };

export type Page<T> = { rows: T[]; total: number };

/** Microseconds from the start of a recording, `to` exclusive. */
export const Span = z.object({ from: z.number().nonnegative(), to: z.number().positive() });
export type Span = z.infer<typeof Span>;

/** Min and max of each component in each of `t.length` slots of time; a slot without samples holds null. */
export type PlotLevels = {
  channel: string; unit: string; components: string[];
  /** Milliseconds from the start; the middle of each slot. */
  t: number[];
  min: (number | null)[][];
  max: (number | null)[][];
  /** Whether each slot holds at most one sample. */
  exact: boolean;
};
export const PlotRange = z.object({ channel: z.string().max(32), from: z.number().nonnegative(), to: z.number().positive(), pixels: z.number().int().min(16).max(4096) });
export type PlotRange = z.infer<typeof PlotRange>;
