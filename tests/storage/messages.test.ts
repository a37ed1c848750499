import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withBitswap } from '@helia/bitswap';
import { withLibp2p, type HeliaWithLibp2p } from '@helia/libp2p';
import { identify } from '@libp2p/identify';
import type { Libp2p, Stream } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { multiaddr } from '@multiformats/multiaddr';
import { createHeliaLight } from 'helia';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BlobStore } from '../../electron/storage/blob-store.ts';
import { createHeliaStore } from '../../electron/storage/helia-store.ts';
import { CONSENT_PROTOCOL, MAX_MESSAGE_BYTES, type MessageHandler } from '../../electron/storage/messages.ts';
import { refusal } from '../market/world.ts';

let dir: string;
let server: BlobStore;
let client: BlobStore;
/** A node that speaks libp2p and nothing of ours. */
let stranger: HeliaWithLibp2p;
let handler: MessageHandler;
let asked = 0;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'phdex-messages-'));
  server = await createHeliaStore({ dir: join(dir, 'server'), identitySeed: Buffer.alloc(32, 1), patienceMs: 2000 });
  client = await createHeliaStore({ dir: join(dir, 'client'), identitySeed: Buffer.alloc(32, 2) });
  stranger = withBitswap(withLibp2p(createHeliaLight(), { addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] }, transports: [tcp()], connectionEncrypters: [noise()], streamMuxers: [yamux()], peerDiscovery: [], services: { identify: identify() }, connectionGater: { denyDialMultiaddr: () => false } })) as unknown as HeliaWithLibp2p;
  await stranger.start();
  await server.messages!.serve((request, from) => { asked += 1; return handler(request, from); });
});
afterAll(async () => {
  await stranger?.stop();
  await client?.stop();
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(() => { handler = async (request) => request; asked = 0; });

const ask = (bytes: Uint8Array, options: object = {}) => client.messages!.ask(server.addresses(), async () => bytes, options);
const raw = async (): Promise<Stream> => (await (stranger.libp2p as Libp2p).dial(multiaddr(server.addresses()[0]!))).newStream(CONSENT_PROTOCOL);
/** Sends, and resolves when the other side has let go of the stream: with what it sent until then. */
async function sent(stream: Stream, bytes: Uint8Array, close = false): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  await new Promise<void>((resolve) => {
    stream.addEventListener('message', (event) => { parts.push(event.data.subarray()); });
    for (const end of ['close', 'remoteCloseWrite'] as const) stream.addEventListener(end, () => resolve());
    if (stream.status !== 'open') { resolve(); return; }
    stream.send(bytes);
    if (close) void stream.close().catch(() => undefined);
  });
  return Buffer.concat(parts);
}
const frame = (length: number, ...body: Uint8Array[]) => { const head = Buffer.alloc(4); head.writeUInt32BE(length); return Buffer.concat([head, ...body]); };

describe('messages between nodes', () => {
  it('bring a request to a peer and its answer back, and tell both who the other is', async () => {
    let from = '';
    handler = async (request, it) => { from = it.peerId; return Buffer.concat([Buffer.from('you said '), request]); };
    const { answer, peers } = await client.messages!.ask(server.addresses(), async (p) => { expect(p).toEqual({ local: client.messages!.peerId, remote: server.messages!.peerId }); return Buffer.from('hello'); });
    expect(Buffer.from(answer).toString()).toBe('you said hello');
    expect(from).toBe(client.messages!.peerId);
    expect(peers.remote).toBe(server.messages!.peerId);
  });

  it.each([0, 1, 70_000, MAX_MESSAGE_BYTES])('carry %i bytes', async (bytes) => {
    const body = Buffer.alloc(bytes, 7);
    expect(Buffer.from((await ask(body)).answer).equals(body)).toBe(true);
  });

  it('carry no more than was agreed', async () => {
    expect((await refusal(ask(Buffer.alloc(MAX_MESSAGE_BYTES + 1)))).code).toBe('quota-exceeded');
    handler = async () => Buffer.alloc(5000);
    expect((await refusal(ask(Buffer.from('x'), { maxBytes: 4999 }))).code).toBe('quota-exceeded');
    expect(asked).toBe(1);
  });

  it('end with a clear word when nobody answers, or too slowly', async () => {
    handler = () => new Promise(() => undefined);
    expect(await refusal(ask(Buffer.from('x'), { timeoutMs: 300 }))).toMatchObject({ code: 'storage-unreachable', retryable: true });
    handler = async () => { throw new Error('a secret of the server'); };
    const told = await refusal(ask(Buffer.from('x'), { timeoutMs: 2000 }));
    expect(told.code).toBe('storage-unreachable');
    expect(`${told.message} ${String((told.cause as Error | undefined)?.message)}`).not.toContain('a secret of the server');
    expect((await refusal(client.messages!.ask([], async () => new Uint8Array()))).code).toBe('storage-unreachable');
    expect((await refusal(client.messages!.ask(['/ip4/127.0.0.1/tcp/1/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN', 'no address'], async () => new Uint8Array(), { timeoutMs: 1000 }))).code).toBe('storage-unreachable');
  });

  it.each([
    ['garbage', Buffer.from('GET / HTTP/1.1\r\n\r\n')], ['a frame that says it is huge', frame(0xffffffff)], ['a frame that is a little too large', frame(MAX_MESSAGE_BYTES + 1)], ['half a head', Buffer.from([0, 0])], ['half a frame', frame(100, Buffer.alloc(20))],
  ])('never hand %s to the app', async (_what, bytes) => {
    expect(await sent(await raw(), bytes, true)).toHaveLength(0);
    expect(asked).toBe(0);
    expect(Buffer.from((await ask(Buffer.from('still here'))).answer).toString()).toBe('still here');
  });

  it('serve others while one peer holds all that it may', async () => {
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => { release = resolve; });
    const calm: MessageHandler = async (request) => request;
    handler = async (request, from) => { if (from.peerId !== client.messages!.peerId) await held; return calm(request, from); };
    const x = frame(1, Buffer.from('x'));
    const four = Array.from({ length: 4 }, async () => sent(await raw(), x));
    await expect.poll(() => asked).toBe(4);
    expect(await sent(await raw(), x)).toHaveLength(0);
    expect(asked).toBe(4);
    expect(Buffer.from((await ask(Buffer.from('me too'))).answer).toString()).toBe('me too');
    release();
    for (const answer of await Promise.all(four)) expect(answer.subarray(4).toString()).toBe('x');
  });

  it('stop answering a peer that floods', async () => {
    let refused = 0;
    for (let i = 0; i < 260 && refused === 0; i += 1) {
      if ((await sent(await raw(), frame(1, Buffer.from('x')))).length === 0) refused += 1;
    }
    expect(refused).toBe(1);
    expect(Buffer.from((await ask(Buffer.from('fine'))).answer).toString()).toBe('fine');
  });
});
