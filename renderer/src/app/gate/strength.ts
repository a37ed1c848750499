export const LEAST_PASSPHRASE = 8;

/** A hint, not a rule: 0 too short, 1 weak, 2 fair, 3 strong. Length counts most; one letter again and again counts little. */
export function strengthOf(passphrase: string): 0 | 1 | 2 | 3 {
  if (passphrase.length < LEAST_PASSPHRASE) return 0;
  const pool = [[/\p{Ll}/u, 26], [/\p{Lu}/u, 26], [/\d/, 10], [/\s/, 4], [/[^\p{L}\d\s]/u, 20]].reduce((sum, [pattern, size]) => sum + ((pattern as RegExp).test(passphrase) ? (size as number) : 0), 0);
  const distinct = new Set(passphrase.toLowerCase()).size;
  // A run such as 12345678 or aaaaaaaa adds nothing to guess.
  let steps = 0;
  for (let i = 1; i < passphrase.length; i++) if (Math.abs(passphrase.charCodeAt(i) - passphrase.charCodeAt(i - 1)) > 1) steps++;
  const bits = Math.min(steps + 1, distinct * 2) * Math.log2(Math.max(pool, 2));
  return bits < 45 ? 1 : bits < 75 ? 2 : 3;
}
