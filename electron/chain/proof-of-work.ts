import { hash, randomBytes } from 'node:crypto';

/**
 * Work that makes a relayer's gifts dear to take in bulk (hashcash): a nonce for which SHA-256 of
 * "phdex/v1/work" ‖ challenge ‖ subject ‖ nonce, joined by "/", begins with so many zero bits.
 */
export type Work = { challenge: string; nonce: string };

const BATCH = 2000;
const digestOf = (subject: string, { challenge, nonce }: Work): Buffer => hash('sha256', `phdex/v1/work/${challenge}/${subject}/${nonce}`, 'buffer');

export function hasWorked(subject: string, work: Work, bits: number): boolean {
  const digest = digestOf(subject, work);
  const whole = bits >>> 3;
  for (let i = 0; i < whole; i += 1) if (digest[i] !== 0) return false;
  return (bits & 7) === 0 || digest[whole]! >>> (8 - (bits & 7)) === 0;
}

/** Looks for the nonce without holding the event loop: 2^bits hashes on average. */
export async function doWork(subject: string, challenge: string, bits: number, signal?: AbortSignal): Promise<Work> {
  const start = randomBytes(8).toString('hex');
  for (let i = 0; ; i += 1) {
    const work = { challenge, nonce: `${start}${i.toString(36)}` };
    if (hasWorked(subject, work, bits)) return work;
    if (i % BATCH === BATCH - 1) { await new Promise((resolve) => { setImmediate(resolve); }); signal?.throwIfAborted(); }
  }
}
