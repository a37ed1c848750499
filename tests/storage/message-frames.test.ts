import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE_BYTES, readFrame } from '../../electron/storage/messages.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;
const patience = () => AbortSignal.timeout(60_000);
const frame = (body: Uint8Array): Buffer => { const head = Buffer.alloc(4); head.writeUInt32BE(body.length); return Buffer.concat([head, body]); };
async function* inParts(bytes: Uint8Array, size: number) { for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size); }
/** Anything but zeros: a byte that went missing or twice shows. */
const body = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

describe('a frame', () => {
  it.each([[0, 1], [1, 3], [5000, 1], [5000, 3], [70_000, 999], [70_000, 1 << 20]])('of %i bytes is the same in parts of %i', async (length, size) => {
    const bytes = body(length);
    expect(Buffer.from(await readFrame(inParts(frame(bytes), size), length, patience())).equals(bytes)).toBe(true);
    await expect(readFrame(inParts(frame(bytes).subarray(0, length + 3), size), length, patience())).rejects.toMatchObject({ code: 'storage-unreachable' });
  });

  it('ends where its length says, whatever follows', async () => {
    expect(await readFrame(inParts(Buffer.concat([frame(body(10)), body(99)]), 40), 10, patience())).toEqual(body(10));
  });

  it('takes the room of its bytes, in however many parts it comes', async () => {
    const length = 300_000;
    let before = 0;
    let after = 0;
    async function* drops() {
      gc();
      before = process.memoryUsage().heapUsed;
      yield* inParts(frame(body(length)).subarray(0, length + 3), 1);
      gc();
      after = process.memoryUsage().heapUsed;
      yield Buffer.alloc(1);
    }
    expect(await readFrame(drops(), length, patience())).toHaveLength(length);
    expect(after - before).toBeLessThan(8 << 20);
  });

  it('takes no room for a length alone', async () => {
    const lengths = Buffer.alloc(4);
    lengths.writeUInt32BE(MAX_MESSAGE_BYTES);
    gc();
    const before = process.memoryUsage().arrayBuffers;
    const ended = new AbortController();
    async function* head() { yield lengths; await new Promise((_resolve, reject) => { ended.signal.addEventListener('abort', reject); }); }
    const waiting = Array.from({ length: 16 }, () => readFrame(head(), MAX_MESSAGE_BYTES, ended.signal));
    const all = Promise.allSettled(waiting);
    await new Promise((resolve) => { setImmediate(resolve); });
    const taken = process.memoryUsage().arrayBuffers - before;
    ended.abort();
    expect((await all).every((it) => it.status === 'rejected')).toBe(true);
    expect(taken).toBeLessThan(1 << 20);
  });
});
