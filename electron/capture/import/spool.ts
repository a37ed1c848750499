import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';

/** Doubles of one chunk of a run. */
const CHUNK = 8192;
const TAG = 16;

/** A sorted run that was put aside: where its chunks are. */
type Run = { at: number; bytes: number; counter: number }[];

/**
 * Puts rows aside on disk while an export is read whose series are mixed. What is written is sealed with AES-256-GCM
 * under a key that only this process holds, so that a crash leaves nothing to read; where the system allows it, the file has
 * no name either.
 */
export function createSpool(dir: string = tmpdir()) {
  const key = randomBytes(32);
  const path = join(dir, `phdex-${randomBytes(8).toString('hex')}.spool`);
  let file: FileHandle | undefined;
  let end = 0;
  let counter = 0;
  const nonce = (n: number) => { const iv = Buffer.alloc(12); iv.writeBigUInt64LE(BigInt(n)); return iv; };

  return {
    get bytes() { return end; },
    async write(values: Float64Array): Promise<Run> {
      if (!file) {
        file = await open(path, 'wx+', 0o600);
        // Windows keeps the name until the file is closed; `close` removes it there.
        await rm(path, { force: true }).catch(() => undefined);
      }
      const run: Run = [];
      for (let from = 0; from < values.length; from += CHUNK) {
        const part = values.subarray(from, from + CHUNK);
        const cipher = createCipheriv('aes-256-gcm', key, nonce(counter));
        const sealed = Buffer.concat([cipher.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength)), cipher.final(), cipher.getAuthTag()]);
        for (let done = 0; done < sealed.length;) done += (await file.write(sealed, done, sealed.length - done, end + done)).bytesWritten;
        run.push({ at: end, bytes: part.byteLength, counter: counter++ });
        end += sealed.length;
      }
      return run;
    },
    async *read(run: Run): AsyncGenerator<Float64Array> {
      for (const chunk of run) {
        const sealed = Buffer.alloc(chunk.bytes + TAG);
        for (let got = 0; got < sealed.length;) {
          const { bytesRead } = await file!.read(sealed, got, sealed.length - got, chunk.at + got);
          if (bytesRead === 0) throw new AppError('internal', 'Rows that were put aside cannot be read back.', { retryable: true });
          got += bytesRead;
        }
        const decipher = createDecipheriv('aes-256-gcm', key, nonce(chunk.counter));
        decipher.setAuthTag(sealed.subarray(chunk.bytes));
        const out = new Float64Array(chunk.bytes / 8);
        const plain = Buffer.concat([decipher.update(sealed.subarray(0, chunk.bytes)), decipher.final()]);
        new Uint8Array(out.buffer).set(plain);
        yield out;
      }
    },
    async close(): Promise<void> {
      key.fill(0);
      await file?.close().catch(() => undefined);
      if (file) await rm(path, { force: true }).catch(() => undefined);
      file = undefined;
    },
  };
}
export type Spool = ReturnType<typeof createSpool>;
export type { Run };
