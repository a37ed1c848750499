/** Tokens of a kind kept: the smallest of all that were seen, so that two lists hold the same ones of what they share (bottom-k MinHash, Broder 1997). */
export const KEPT = 256;
const BYTES = 6;
/** Longest text: two bytes, and 256 tokens of both kinds. */
export const MAX_FINGERPRINT_CHARS = Math.ceil((2 + 2 * KEPT * BYTES) / 3) * 4;

/**
 * What a fingerprint holds: hashes of the rhythm of movement, each of eight moments in a row at which it was strongest, told as
 * their places between the first and the last. No value, no time, no order. Plain ones are of clear moments and outlive
 * noise; faint ones are there on a still day too.
 */
export type Fingerprint = { plain: number[]; faint: number[] };

/** As base64: how many plain ones there are (two bytes), then six bytes a token, the plain ones first; each kind ascending. */
export function encodeFingerprint({ plain, faint }: Fingerprint): string {
  const bytes = Buffer.alloc(2 + (plain.length + faint.length) * BYTES);
  bytes.writeUInt16BE(plain.length);
  [...plain, ...faint].forEach((token, i) => bytes.writeUIntBE(token, 2 + i * BYTES, BYTES));
  return bytes.toString('base64');
}

/** Null where the text is no fingerprint. */
export function decodeFingerprint(text: string): Fingerprint | null {
  if (text.length > MAX_FINGERPRINT_CHARS) return null;
  const bytes = Buffer.from(text, 'base64');
  const n = (bytes.length - 2) / BYTES;
  const plain = bytes.length < 2 ? Infinity : bytes.readUInt16BE();
  if (!Number.isInteger(n) || plain > n || plain > KEPT || n - plain > KEPT || bytes.toString('base64') !== text) return null;
  const tokens = Array.from({ length: n }, (_, i) => bytes.readUIntBE(2 + i * BYTES, BYTES));
  return tokens.some((t, i) => i > 0 && i !== plain && t <= tokens[i - 1]!) ? null : { plain: tokens.slice(0, plain), faint: tokens.slice(plain) };
}

export type Likeness = {
  /** Tokens that both have, of those that both could have told. */
  common: number;
  /** How much of the smaller one is in the larger, 0–1: an excerpt of a dataset reaches what the whole does. */
  share: number;
  /** So much alike that one was made from the other. */
  copy: boolean;
};

/** Fewer tokens than this in the range that both cover give no share. */
const LEAST_RANGE = 8;
/**
 * Recordings that have nothing to do with each other shared at most 2.8 % of their tokens (38 people; simulated ones of an hour
 * to four days); the limits lie well above.
 */
export const COPY = { common: 4, share: 0.06 } as const;

/** Holds two fingerprints against each other, in the range of hashes that both of them cover. */
export function likeness(a: Fingerprint, b: Fingerprint): Likeness {
  const [plain, faint] = [shared(a.plain, b.plain), shared(a.faint, b.faint)];
  const common = plain.common + faint.common;
  const share = Math.max(...[plain, faint, { common, of: plain.of + faint.of }].map((s) => (s.of < LEAST_RANGE ? 0 : s.common / s.of)));
  return { common, share, copy: common >= COPY.common && share >= COPY.share };
}

function shared(a: readonly number[], b: readonly number[]): { common: number; of: number } {
  const reach = (s: readonly number[]) => (s.length === KEPT ? s[KEPT - 1]! : Infinity);
  const limit = Math.min(reach(a), reach(b));
  const within = (s: readonly number[]) => s.filter((t) => t <= limit);
  const [x, y] = [within(a), new Set(within(b))];
  const common = x.reduce((n, t) => (y.has(t) ? n + 1 : n), 0);
  return { common, of: Math.min(x.length, y.size) };
}
