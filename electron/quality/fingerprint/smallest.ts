import { KEPT } from '../../../shared/fingerprint.ts';

/** Keeps the smallest distinct tokens, in bounded memory. */
export function createSmallest() {
  let kept: number[] = [];
  let limit = Infinity;
  const trim = () => { kept = [...new Set(kept)].sort((a, b) => a - b).slice(0, KEPT); if (kept.length === KEPT) limit = kept[KEPT - 1]!; };
  return {
    add(token: number): void { if (token <= limit) { kept.push(token); if (kept.length >= 8 * KEPT) trim(); } },
    /** Ascending. */
    finish(): number[] { trim(); return kept; },
  };
}
