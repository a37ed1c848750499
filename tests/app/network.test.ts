import { createServer, type Server } from 'node:net';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accreditOnLocalNetwork, fundOnLocalNetwork, startLocalNetwork } from '../../electron/app/local-network.ts';
import { openBlobs } from '../../electron/app/storage-service.ts';
import { createProfile, openProfile } from '../../electron/app/profile.ts';
import { createRpc } from '../../electron/chain/rpc.ts';
import { openDatabase } from '../../electron/db/open-database.ts';
import { keyValues } from '../../electron/db/queries/profile-stores.ts';
import { createHeliaStore } from '../../electron/storage/helia-store.ts';
import { createWallet, unlockWallet } from '../../electron/wallet/wallet.ts';
import { CHEAP, isClear, PASSPHRASE, refusal } from '../market/world.ts';

let root: string;
const ends: (() => Promise<unknown>)[] = [];
beforeAll(() => { root = mkdtempSync(join(tmpdir(), 'phdex-network-')); });
afterAll(async () => { for (const end of ends.reverse()) await end(); rmSync(root, { recursive: true, force: true }); });

/** A port that somebody else's program holds. */
async function taken(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as { port: number }).port;
}

describe('a local network', () => {
  it('names a port that is taken, and leaves nothing', async () => {
    const port = await taken();
    const dir = join(root, 'taken');
    const refused = await refusal(startLocalNetwork({ dir, port }));
    expect([refused.code, isClear(refused)]).toEqual(['port-taken', true]);
    expect(refused.message).toContain(String(port));
    expect(existsSync(join(dir, 'network.json'))).toBe(false);
    expect(existsSync(dir) ? readdirSync(dir) : []).toEqual([]);
  });

  it('is found again with its contracts and balances, and --fresh does not lose it', async () => {
    const dir = join(root, 'chain');
    const address = `0x${'11'.repeat(20)}`;
    const first = await startLocalNetwork({ dir });
    await fundOnLocalNetwork(first.networkFile, [address], 12345n);
    await first.stop();
    const again = await refusal(startLocalNetwork({ dir, fresh: true }));
    expect([again.code, isClear(again)]).toEqual(['profile-exists', true]);
    const second = await startLocalNetwork({ dir });
    ends.push(() => second.stop());
    expect(second.contracts).toEqual(first.contracts);
    expect(BigInt(await createRpc(second.rpcUrl).call<string>('eth_getBalance', [address, 'latest']))).toBe(12345n);
    expect((JSON.parse(readFileSync(second.networkFile, 'utf8')) as { rpcUrl: string }).rpcUrl).toBe(second.rpcUrl);
    // What only a local network does is refused for another, and for what is no address.
    for (const bad of ['nobody', '0x12', '']) {
      const refused = await refusal(fundOnLocalNetwork(second.networkFile, [address, bad], 1n));
      expect([refused.code, isClear(refused)]).toEqual(['invalid-argument', true]);
    }
    const real = join(root, 'real.json');
    writeFileSync(real, JSON.stringify({ ...(JSON.parse(readFileSync(second.networkFile, 'utf8')) as object), local: false }));
    for (const work of [fundOnLocalNetwork(real, [address], 1n), accreditOnLocalNetwork(real, address)]) expect((await refusal(work)).code).toBe('chain-wrong');
  });

  it('whose state was lost says so instead of deploying over it', async () => {
    const dir = join(root, 'lost');
    const first = await startLocalNetwork({ dir });
    await first.stop();
    rmSync(join(dir, 'anvil-state.json'));
    const refused = await refusal(startLocalNetwork({ dir }));
    expect([refused.code, isClear(refused)]).toEqual(['chain-wrong', true]);
  });
});

describe('the IPFS node of a profile', () => {
  it('takes another port where its own is taken, and keeps the new one', async () => {
    const dir = join(root, 'profile');
    createProfile(dir);
    await createWallet(join(dir, 'keystore.json'), PASSPHRASE, CHEAP);
    const profile = openProfile(dir);
    const wallet = await unlockWallet(join(dir, 'keystore.json'), PASSPHRASE);
    const db = openDatabase(join(dir, 'phdex.sqlite'));
    const port = await taken();
    keyValues(db).set('ipfs.port', String(port));
    const first = await openBlobs({ profile, db, wallet });
    const chosen = Number(/\/tcp\/(\d+)/.exec(first.endpoint)![1]);
    expect(chosen).not.toBe(port);
    await first.store.stop();
    const second = await openBlobs({ profile, db, wallet });
    // Same port and same peer: what the registry says of it stays true.
    expect(second.endpoint).toBe(first.endpoint);
    await second.store.stop();
    db.close();
    profile.release();
  });

  it('names a port that is taken', async () => {
    const refused = await refusal(createHeliaStore({ dir: join(root, 'ipfs'), identitySeed: randomBytes(32), port: await taken() }));
    expect([refused.code, isClear(refused)]).toEqual(['port-taken', true]);
  });

  it('fetches while something else is awaited in vain and a third thing is collected', async () => {
    const [holder, node] = await Promise.all(['holder', 'node'].map((name) => createHeliaStore({ dir: join(root, name), identitySeed: randomBytes(32) })));
    ends.push(() => holder!.stop(), () => node!.stop());
    const add = async (store: typeof holder, name: string) => {
      const dir = join(root, `content-${name}`);
      mkdirSync(dir);
      writeFileSync(join(dir, 'manifest.json'), randomBytes(5000));
      return (await store!.addDirectory(dir)).cid;
    };
    const [wanted, own, gone] = [await add(holder, 'wanted'), await add(node, 'own'), await add(holder, 'gone')];
    await holder!.unpin(gone);
    await node!.connect(holder!.addresses());
    const order: string[] = [];
    const nobody = refusal(node!.list(gone, { timeoutMs: 15_000 })).then((error) => order.push(error.code));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const freed = node!.unpin(own).then((bytes) => order.push(bytes > 4000 ? 'collected' : 'kept'));
    await node!.pin(wanted);
    order.push('fetched');
    await Promise.all([nobody, freed]);
    expect(order).toEqual(['fetched', 'storage-timeout', 'collected']);
    expect(await node!.isPinned(wanted)).toBe(true);
    expect((await node!.probe(wanted)).files).toBe(1);
  });

  it('a live peer answers to many who ask at once, again and again; a dead one does not', async () => {
    const [a, b] = await Promise.all(['a', 'b'].map((name) => createHeliaStore({ dir: join(root, name), identitySeed: randomBytes(32) })));
    ends.push(() => a!.stop());
    for (let round = 0; round < 3; round += 1) await Promise.all(Array.from({ length: 100 }, () => a!.connect(b!.addresses())));
    const addresses = b!.addresses();
    await b!.stop();
    expect((await refusal(a!.connect(addresses, { timeoutMs: 1000 }))).code).toBe('storage-unreachable');
  });
});
