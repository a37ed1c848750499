import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRestServer, type RestServer } from '../../../electron/api/rest/server.ts';
import { fundOnLocalNetwork } from '../../../electron/app/local-network.ts';
import { openTokens } from '../../../electron/app/rest/open-tokens.ts';
import { verifyReceipt } from '../../../electron/anchors/verify.ts';
import { createRpc } from '../../../electron/chain/rpc.ts';
import type { Host } from '../../../electron/app/host-types.ts';
import type { AnchorReceipt } from '../../../shared/domain/anchor-receipt.ts';
import { hostKit } from '../../app/host-kit.ts';
import { client } from './client.ts';

const sha256 = (data: string) => createHash('sha256').update(data).digest();
const kit = hostKit();
let host: Host;
let server: RestServer;
let ask: ReturnType<typeof client>;
let other: ReturnType<typeof client>;
const withTokens = <T>(use: (tokens: ReturnType<typeof openTokens>['tokens']) => T): T => { const { tokens, close } = openTokens(kit.profile('clinic')); try { return use(tokens); } finally { close(); } };
const make = (name: string, ...scopes: string[]) => withTokens((tokens) => tokens.create({ name, scopes, days: 1 }));

beforeAll(async () => {
  const made = await kit.ready('clinic');
  host = made.host;
  await fundOnLocalNetwork((await kit.network()).networkFile, [made.address], 10n ** 19n);
  server = await createRestServer({ host, batchMs: 0, limit: { burst: 10_000, perSecond: 1000 } });
  ask = client(server.port, make('radiology', 'anchor', 'request', 'records', 'studies:read').token);
  other = client(server.port, make('laboratory', 'anchor').token);
});
afterAll(async () => { await server?.stop(); await kit.close(); });

describe('a clinical platform', () => {
  it('sees where it is', async () => {
    expect(await ask({ path: '/v1/status' })).toMatchObject({ status: 200, json: { client: 'radiology', scopes: ['anchor', 'request', 'records', 'studies:read'], network: { chainId: 31337 }, account: host.state().address, sync: 'live' } });
  });

  it('posts hashes, and verifies the receipts with nothing but its files and a block', async () => {
    const files = Array.from({ length: 50 }, (_, i) => `image ${i}`);
    const digests = files.map((f) => sha256(f).toString('hex'));
    expect(await ask({ path: '/v1/anchors', body: { digests } })).toMatchObject({ status: 202, json: { accepted: 50 } });
    expect(await ask({ path: '/v1/anchors', body: { digests } })).toMatchObject({ status: 202, json: { accepted: 0 } });
    await expect.poll(async () => (await ask({ path: `/v1/anchors/${digests[49]}` })).json['state']).toBe('anchored');
    expect((await ask({ path: `/v1/anchors/${digests[0]}` })).json).toMatchObject({ digest: digests[0], state: 'anchored', batch: { count: 50, sequence: 1 } });

    const rpc = createRpc(host.state().network!.rpcUrl);
    for (const i of [0, 31, 49]) {
      const { status, text, headers } = await ask({ path: `/v1/anchors/${digests[i]}/receipt` });
      expect(status).toBe(200);
      expect(headers['content-disposition']).toBe(`attachment; filename="${digests[i]}.receipt.json"`);
      const receipt = JSON.parse(text) as AnchorReceipt;
      const block = await rpc.call<{ hash: `0x${string}` }>('eth_getBlockByNumber', [`0x${receipt.block.number.toString(16)}`, false]);
      expect(verifyReceipt(text, sha256(files[i]!), block.hash).holds).toBe(true);
      expect(verifyReceipt(text, sha256('another'), block.hash).holds).toBe(false);
      for (const sent of [text, receipt]) expect((await ask({ path: '/v1/receipts/verify', body: { receipt: sent, digest: digests[i] } })).json).toMatchObject({ holds: true, blockOpen: false });
      expect((await ask({ path: '/v1/receipts/verify', body: { receipt: { ...receipt, leaf: { ...receipt.leaf, index: i + 1 } }, digest: digests[i] } })).json).toMatchObject({ holds: false });
      expect((await ask({ path: '/v1/receipts/verify', body: { receipt, digest: digests[i], blockHash: `0x${'00'.repeat(32)}` } })).json).toMatchObject({ holds: false });
    }
  });

  it('does not learn what another client posted', async () => {
    const digest = sha256('weight 71 kg').toString('hex');
    await other({ path: '/v1/anchors', body: { digests: [digest] } });
    await expect.poll(async () => (await other({ path: `/v1/anchors/${digest}` })).json['state']).toBe('anchored');
    expect((await ask({ path: `/v1/anchors/${digest}` })).status).toBe(404);
    expect((await ask({ path: `/v1/anchors/${digest}/receipt` })).status).toBe(404);
    // Its new token is still the same client.
    expect((await client(server.port, make('laboratory', 'anchor').token)({ path: `/v1/anchors/${digest}/receipt` })).status).toBe(200);
  });

  it('sees a token end that another process revokes', async () => {
    const { token, view } = make('pharmacy', 'anchor');
    const mine = client(server.port, token);
    expect((await mine({ path: '/v1/status' })).status).toBe(200);
    withTokens((tokens) => tokens.revoke(view.id));
    expect((await mine({ path: '/v1/status' })).status).toBe(401);
    expect(withTokens((tokens) => tokens.list()).find((t) => t.id === view.id)).toMatchObject({ revokedAt: expect.any(Number) as number, usedAt: expect.any(Number) as number });
    expect(withTokens((tokens) => tokens.calls(1))).toMatchObject([{ tokenId: view.id, route: '/v1/status', status: 200 }]);
  });

  it('hears that the profile is locked', async () => {
    await host.lock();
    expect(await ask({ path: '/v1/status' })).toMatchObject({ status: 503, json: { code: 'locked' } });
    await host.unlock({ passphrase: 'correct horse battery staple', remember: false });
    expect((await ask({ path: '/v1/status' })).status).toBe(200);
  });
});
