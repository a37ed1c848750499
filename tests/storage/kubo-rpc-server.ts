import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobStore } from '../../electron/storage/blob-store.ts';
import { isAppError } from '../../shared/errors.ts';

/**
 * The endpoints of Kubo's RPC that the Kubo store needs, served from a real Helia node: requests and answers are
 * those of a daemon, blocks go over libp2p.
 */
export async function serveKuboRpc(store: BlobStore): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    handle(request, response, store).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      if (response.headersSent) { response.destroy(); return; }
      response.writeHead(500, { 'content-type': 'application/json' });
      // The words of a daemon, from which the client has to make its own.
      const said = isAppError(error, 'blob-not-found') ? `no link named in ${message}` : isAppError(error, 'storage-timeout') ? 'context deadline exceeded' : message;
      response.end(JSON.stringify({ Message: said, Code: 0, Type: 'error' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => resolve()); }),
  };
}

async function handle(request: IncomingMessage, response: ServerResponse, store: BlobStore): Promise<void> {
  const url = new URL(request.url!, 'http://localhost');
  const args = url.searchParams.getAll('arg');
  const json = (value: unknown) => { response.setHeader('content-type', 'application/json'); response.end(`${JSON.stringify(value)}\n`); };
  switch (url.pathname) {
    case '/api/v0/id':
      return json({ ID: store.addresses()[0]!.split('/').at(-1), PublicKey: '', Addresses: store.addresses(), AgentVersion: 'helia', ProtocolVersion: 'ipfs/0.1.0', Protocols: [] });
    case '/api/v0/add': {
      const dir = await mkdtemp(join(tmpdir(), 'phdex-kubo-'));
      try {
        for (const part of await multipart(request)) await writeFile(join(dir, part.name), part.content);
        const { cid, bytes } = await store.addDirectory(dir);
        return json({ Name: '', Hash: cid, Size: String(bytes) });
      } finally { await rm(dir, { recursive: true, force: true }); }
    }
    case '/api/v0/ls': {
      const cid = args[0]!.replace('/ipfs/', '');
      const links = (await store.list(cid)).map((e) => ({ Name: e.name, Hash: cid, Size: e.bytes, Type: 2, Target: '' }));
      return json({ Objects: [{ Hash: cid, Links: links }] });
    }
    case '/api/v0/cat': {
      const [cid, name] = args[0]!.replace('/ipfs/', '').split('/') as [string, string];
      const offset = Number(url.searchParams.get('offset') ?? 0);
      const length = Number(url.searchParams.get('length') ?? Infinity);
      let seen = 0;
      let sent = 0;
      for await (const chunk of store.readFile(cid, name, { timeoutMs: 20_000 })) {
        const piece = chunk.subarray(Math.max(0, offset - seen), Math.max(0, offset - seen) + (length - sent));
        seen += chunk.length;
        sent += piece.length;
        if (piece.length > 0) response.write(piece);
        if (sent >= length) break;
      }
      response.end();
      return undefined;
    }
    case '/api/v0/pin/add':
      await store.pin(args[0]!.replace('/ipfs/', ''), { timeoutMs: 20_000 });
      return json({ Pins: args });
    case '/api/v0/pin/rm':
      await store.unpin(args[0]!.replace('/ipfs/', ''));
      return json({ Pins: args });
    case '/api/v0/pin/ls': {
      const pins = await store.pins();
      if (args.length > 0 && !pins.includes(args[0]!.replace('/ipfs/', ''))) throw new Error(`path '${args[0]}' is not pinned`);
      for (const cid of args.length > 0 ? args : pins) response.write(`${JSON.stringify({ Type: 'recursive', Cid: cid })}\n`);
      response.end();
      return undefined;
    }
    case '/api/v0/repo/stat':
      return json({ NumObjects: 0, RepoSize: await store.storedBytes(), StorageMax: 1e12, RepoPath: '', Version: 'fs-repo@15' });
    case '/api/v0/repo/gc':
      response.end();
      return undefined;
    case '/api/v0/swarm/connect':
      await store.connect(args);
      return json({ Strings: [`connect ${args[0]} success`] });
    default:
      response.writeHead(404);
      response.end();
      return undefined;
  }
}

/** Parts of a multipart/form-data body, as kubo-rpc-client sends them. */
async function multipart(request: IncomingMessage): Promise<{ name: string; content: Buffer }[]> {
  const boundary = /boundary="?([^";]+)/.exec(request.headers['content-type'] ?? '')![1]!;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const parts: { name: string; content: Buffer }[] = [];
  const mark = Buffer.from(`--${boundary}`);
  let at = body.indexOf(mark);
  while (at >= 0) {
    const next = body.indexOf(mark, at + mark.length);
    if (next < 0) break;
    const part = body.subarray(at + mark.length + 2, next - 2);
    const split = part.indexOf('\r\n\r\n');
    const name = /filename="([^"]+)"/.exec(part.subarray(0, split).toString())?.[1];
    if (name) parts.push({ name: decodeURIComponent(name), content: part.subarray(split + 4) });
    at = next;
  }
  return parts;
}
