import { Wallet } from 'ethers';
import type { Hex } from '../../../shared/domain/chain.ts';
import { fundAccounts } from '../../chain/deploy.ts';
import type { NetworkRecord } from '../../chain/network-file.ts';
import { createOutbox } from '../../chain/outbox.ts';
import type { Rpc } from '../../chain/rpc.ts';
import { openDatabase } from '../../db/open-database.ts';
import { serveRelay, type RelayServer } from './relay-http.ts';
import { createRelayService, type RelayEvent, type RelayLimits } from './relay-service.ts';

/** The embedded chain's coins cost nothing, and a demo is no place for waiting: little work, wide limits. */
const LOCAL_LIMITS: Partial<RelayLimits> = { forwardsPerAccount: 10_000, giftsPerAccount: 1000, giftsPerDay: 1_000_000, gasPerDay: Number.MAX_SAFE_INTEGER, forwardBits: 4, fundBits: 8 };

/**
 * A relayer for the embedded chain, under a key that is thrown away: the next start makes another. What it has sent
 * need not be remembered, since the forwarder takes each call once.
 */
export async function startLocalRelay(deps: { rpc: Rpc; network: NetworkRecord; port?: number; limits?: Partial<RelayLimits>; onEvent?: (event: RelayEvent) => void; now?: () => number }): Promise<RelayServer & { address: Hex }> {
  const { rpc, network } = deps;
  const key = Wallet.createRandom();
  const address = key.address.toLowerCase() as Hex;
  await fundAccounts(rpc, [address], 1_000_000n * 10n ** 18n);
  const db = openDatabase(':memory:');
  const outbox = createOutbox({ db, rpc, network, wallet: { address, signTransaction: (t) => key.signTransaction(t) } });
  const service = createRelayService({ db, rpc, network, outbox, limits: { ...LOCAL_LIMITS, ...deps.limits }, onEvent: deps.onEvent, now: deps.now });
  const server = await serveRelay(service, { port: deps.port, burst: 10_000, perSecond: 5000 });
  return { url: server.url, address, async stop() { await server.stop(); db.close(); } };
}
