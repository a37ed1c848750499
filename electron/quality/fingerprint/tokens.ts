import { createHash } from 'node:crypto';

/** Landmarks in a token, and the steps in which the inner ones' places between the first and the last are told. */
export const LANDMARKS = 8;
export const STEPS = 64;
const DOMAIN = 'phdex/fingerprint/1/';

/**
 * Turns landmarks into tokens: of eight in a row, where the inner ones lie between the first and the last, in 64 steps. A clock
 * that runs fast or slow changes none of it. A token holds no value, no place in time and no order among tokens.
 * @param domain of the landmarks: tokens of different kinds are never equal
 * @param onToken 48 bits of SHA-256, a whole number
 */
export function createTokens(domain: string, onToken: (token: number) => void) {
  const times: number[] = [];
  return {
    push(time: number, first: boolean): void {
      if (first) times.length = 0;
      times.push(time);
      if (times.length > LANDMARKS) times.shift();
      if (times.length < LANDMARKS) return;
      const from = times[0]!;
      const span = times[LANDMARKS - 1]! - from;
      const places = times.slice(1, -1).map((t) => Math.floor((STEPS * (t - from)) / span));
      onToken(createHash('sha256').update(`${DOMAIN}${domain}/${places.join(',')}`).digest().readUIntBE(0, 6));
    },
  };
}
