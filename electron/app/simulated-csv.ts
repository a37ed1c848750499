import { createWrist } from '../capture/simulator/wrist.ts';
import { writeWholeFile } from '../recordings/new-file.ts';

const ROWS = 16384;
/** Longest row: 20 bytes of time and three values of at most 12. */
const ROW_BYTES = 64;

/**
 * Writes a CSV file `t,x,y,z` of the simulated wrist, in seconds from 0 and m/s² with three decimals.
 * Deterministic for a seed. Atomic: a failure leaves no file.
 */
export async function writeSimulatedCsv(path: string, { rows, seed, rateHz = 100, signal }: { rows: number; seed: number; rateHz?: number; signal?: AbortSignal }): Promise<void> {
  if (!Number.isInteger(rows) || rows < 1) throw new RangeError(`writeSimulatedCsv: ${rows} rows.`);
  const wrist = createWrist({ seed, rateHz });
  // As few decimals of a second as the rate needs: two at 100 Hz, six where the step is no round number.
  let places = 0;
  while (places < 6 && !Number.isInteger(10 ** places / rateHz)) places++;
  const perSecond = 10 ** places;
  await writeWholeFile(path, async (file) => {
    await file.write('t,x,y,z\n');
    const bytes = Buffer.allocUnsafe(ROWS * ROW_BYTES);
    for (let done = 0; done < rows; done += ROWS) {
      signal?.throwIfAborted();
      const count = Math.min(ROWS, rows - done);
      const [x, y, z] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
      wrist.fill(x, y, z);
      let at = 0;
      for (let i = 0; i < count; i++) {
        at = put(bytes, at, Math.round(((done + i) * perSecond) / rateHz), places);
        bytes[at++] = 44;
        at = put(bytes, at, x[i]!, 3);
        bytes[at++] = 44;
        at = put(bytes, at, y[i]!, 3);
        bytes[at++] = 44;
        at = put(bytes, at, z[i]!, 3);
        bytes[at++] = 10;
      }
      for (let written = 0; written < at;) written += (await file.write(bytes, written, at - written)).bytesWritten;
    }
  });
}

/** Writes value / 10^places as decimal digits. @returns where it ended */
function put(bytes: Uint8Array, at: number, value: number, places: number): number {
  let rest = value;
  if (rest < 0) { bytes[at++] = 45; rest = -rest; }
  let digits = places + 1;
  for (let limit = 10 ** digits; rest >= limit; limit *= 10) digits++;
  const length = digits + (places > 0 ? 1 : 0);
  let to = at + length;
  for (let i = 0; i < digits; i++) {
    if (i === places && places > 0) bytes[--to] = 46;
    const next = Math.floor(rest / 10);
    bytes[--to] = 48 + (rest - next * 10);
    rest = next;
  }
  return at + length;
}
