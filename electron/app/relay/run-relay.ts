import { AppError } from '../../../shared/errors.ts';
import type { NodeParts } from '../open-parts.ts';
import { serveRelay, type RelayServer } from './relay-http.ts';
import { createRelayService, type RelayEvent, type RelayLimits } from './relay-service.ts';

export type RelayOptions = { port?: number; host?: string; limits?: Partial<RelayLimits>; onEvent?: (event: RelayEvent) => void };

/** Relays for a network, paid by this profile's own account: whoever runs it should use the account for nothing else. */
export async function runRelay(parts: NodeParts, options: RelayOptions): Promise<RelayServer> {
  const chain = await parts.chain();
  if ((await chain.nativeBalance(parts.address)) === 0n) throw new AppError('funds-too-low', `The account ${parts.address} has none of the network’s coin, from which a relayer pays.`, { hint: 'Send it some first.' });
  const service = createRelayService({ db: parts.db, rpc: chain.rpc, network: chain.network, outbox: chain.outbox, limits: options.limits, onEvent: options.onEvent });
  return serveRelay(service, options);
}
