import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlobStore } from '../../electron/storage/blob-store.ts';
import { createHeliaStore } from '../../electron/storage/helia-store.ts';
import { createKuboStore } from '../../electron/storage/kubo-store.ts';
import { serveKuboRpc } from './kubo-rpc-server.ts';

let dir: string;
let stops: (() => Promise<void>)[];

beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), 'phdex-store-')); stops = []; });
afterEach(async () => { for (const stop of stops.reverse()) await stop(); await rm(dir, { recursive: true, force: true }); });

const helia = async (name: string, port = 0) => {
  const store = await createHeliaStore({ dir: join(dir, name), identitySeed: new Uint8Array(32).fill(name.charCodeAt(0)), port });
  stops.push(() => store.stop());
  return store;
};
const kubo = async (name: string) => {
  const node = await helia(`kubo-${name}`.slice(-1) + name);
  const server = await serveKuboRpc(node);
  stops.push(() => server.close());
  return createKuboStore({ url: server.url });
};

async function dataset(name: string, bytes = 2_500_000): Promise<string> {
  const path = join(dir, name);
  await mkdir(path);
  await writeFile(join(path, 'manifest.json'), JSON.stringify({ name }));
  await writeFile(join(path, 'acceleration.day-000.phdx'), randomBytes(bytes));
  return path;
}
async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe.each([['helia', helia], ['kubo', kubo]] as const)('blob store on %s', (_, make) => {
  let a: BlobStore;
  let b: BlobStore;
  beforeEach(async () => { a = await make('a'); b = await make('b'); });

  it('moves a directory from peer to peer, and on when the first is gone', async () => {
    const source = await dataset('src');
    const { cid, bytes } = await a.addDirectory(source);
    expect(bytes).toBe(2_500_000 + 14);
    await b.connect(a.addresses());
    expect(await b.probe(cid)).toEqual({ files: 2, bytes });
    expect(await b.pin(cid)).toEqual({ bytes });
    expect(await b.isPinned(cid)).toBe(true);
    expect(await b.pins()).toContain(cid);
    await a.unpin(cid);
    const c = await make('c');
    await c.connect(b.addresses());
    expect(await c.list(cid)).toEqual([{ name: 'acceleration.day-000.phdx', bytes: 2_500_000 }, { name: 'manifest.json', bytes: 14 }]);
    expect((await all(c.readFile(cid, 'acceleration.day-000.phdx'))).equals(await readFile(join(source, 'acceleration.day-000.phdx')))).toBe(true);
  });

  it('gives the same CID for the same files, and another for others', async () => {
    const source = await dataset('src');
    const first = await a.addDirectory(source);
    expect((await b.addDirectory(source)).cid).toBe(first.cid);
    await writeFile(join(source, 'manifest.json'), '{}');
    expect((await b.addDirectory(source)).cid).not.toBe(first.cid);
  });

  it('frees the bytes of what is unpinned and keeps what another pin needs', async () => {
    const one = await dataset('one');
    const two = await dataset('two');
    const [first, second] = [await a.addDirectory(one), await a.addDirectory(two)];
    expect(await a.unpin(first.cid)).toBeGreaterThanOrEqual(2_500_000);
    expect(await a.isPinned(first.cid)).toBe(false);
    expect((await all(a.readFile(second.cid, 'acceleration.day-000.phdx'))).length).toBe(2_500_000);
  });

  it('names what is missing, in bounded time', async () => {
    const { cid } = await a.addDirectory(await dataset('src', 1000));
    await expect(all(a.readFile(cid, 'nothing.phdx'))).rejects.toMatchObject({ code: 'blob-not-found' });
    await expect(all(a.readFile(cid, '../../etc/passwd'))).rejects.toMatchObject({ code: 'blob-not-found' });
    const absent = 'bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku';
    await expect(all(a.readFile(absent, 'manifest.json', { timeoutMs: 500 }))).rejects.toMatchObject({ code: 'storage-timeout', retryable: true });
    await expect(a.probe(absent, { timeoutMs: 500 })).rejects.toMatchObject({ code: 'storage-timeout' });
  });

  it('refuses more than was announced and more than the quota, and keeps nothing of it', async () => {
    const { cid } = await a.addDirectory(await dataset('src'));
    await b.connect(a.addresses());
    await expect(b.pin(cid, { maxBytes: 1_000_000 })).rejects.toMatchObject({ code: 'quota-exceeded' });
    expect(await b.isPinned(cid)).toBe(false);
    await expect(all(b.readFile(cid, 'acceleration.day-000.phdx', { maxBytes: 1000 }))).rejects.toMatchObject({ code: 'quota-exceeded' });
  });

  it('says that no peer answers', async () => {
    await expect(a.connect(['/ip4/127.0.0.1/tcp/1/p2p/12D3KooWRJbmr1dEY4CUHdxNx8tBfyJjXngP3GttavVZ61Xk4wci'])).rejects.toMatchObject({ code: 'storage-unreachable' });
  });

  it('stops when asked', async () => {
    const stop = new AbortController();
    const reading = all(a.readFile('bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku', 'manifest.json', { signal: stop.signal, timeoutMs: 20_000 }));
    setTimeout(() => stop.abort(), 100);
    await expect(reading).rejects.toMatchObject({ code: 'storage-timeout' });
  });
});

it('helia and kubo give one CID for one directory', async () => {
  const source = await dataset('src', 3_000_000);
  expect((await (await kubo('k')).addDirectory(source)).cid).toBe((await (await helia('h')).addDirectory(source)).cid);
});

describe('helia only', () => {
  it('finds its pins and its identity again after a restart', async () => {
    const first = await createHeliaStore({ dir: join(dir, 'r'), identitySeed: new Uint8Array(32).fill(5) });
    const { cid } = await first.addDirectory(await dataset('src', 1000));
    const peer = first.addresses()[0]!.split('/').at(-1);
    await first.stop();
    const again = await createHeliaStore({ dir: join(dir, 'r'), identitySeed: new Uint8Array(32).fill(5) });
    stops.push(() => again.stop());
    expect(await again.pins()).toEqual([cid]);
    expect(again.addresses()[0]!.split('/').at(-1)).toBe(peer);
    expect(again.addresses().every((a) => a.startsWith('/ip4/127.0.0.1/'))).toBe(true);
  });

  it('says which port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.on('listening', resolve));
    const port = (other.address() as { port: number }).port;
    await expect(createHeliaStore({ dir: join(dir, 'p'), identitySeed: new Uint8Array(32), port })).rejects.toMatchObject({ code: 'port-taken', message: expect.stringContaining(String(port)) as string });
    other.close();
  });

  it('ends a pin whose peer has not all of it, also where the pin could be stopped: it would keep every node from collecting', async () => {
    const [has, wants] = [await helia('h'), await helia('w')];
    const { cid } = await has.addDirectory(await dataset('src'));
    for (const entry of await readdir(join(dir, 'h', 'blocks'), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && (await readFile(path)).length === 1024 * 1024) { await rm(path); break; }
    }
    await wants.connect(has.addresses());
    await expect(wants.pin(cid, { signal: new AbortController().signal, timeoutMs: 2000 })).rejects.toMatchObject({ code: 'storage-timeout', retryable: true });
    expect(await wants.isPinned(cid)).toBe(false);
    expect(await wants.storedBytes()).toBe(0);
    // Nor is it taken for pinned by the next who asks.
    await expect(wants.pin(cid, { signal: new AbortController().signal, timeoutMs: 2000 })).rejects.toMatchObject({ code: 'storage-timeout' });
    const whole = await helia('o');
    await whole.addDirectory(join(dir, 'src'));
    await wants.connect(whole.addresses());
    expect(await wants.pin(cid, { signal: new AbortController().signal, timeoutMs: 30_000 })).toEqual({ bytes: 2_500_014 });
  });

  it('refuses a block that was changed on disk', async () => {
    const store = await helia('t');
    const { cid } = await store.addDirectory(await dataset('src', 500_000));
    const blocks = join(dir, 't', 'blocks');
    for (const entry of await readdir(blocks, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const bytes = await readFile(path);
      if (bytes.length > 100_000) { bytes[1000]! ^= 1; await writeFile(path, bytes); }
    }
    await expect(all(store.readFile(cid, 'acceleration.day-000.phdx')).then((b) => b.length)).rejects.toMatchObject({ code: 'blob-corrupt' });
  });
});

it('kubo: a daemon that is not there is named with its address', async () => {
  await expect(createKuboStore({ url: 'http://127.0.0.1:9' })).rejects.toMatchObject({ code: 'storage-unreachable', message: expect.stringContaining('127.0.0.1:9') as string });
});
