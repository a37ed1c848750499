import type { GasCost } from '../../shared/api/common.ts';
import { createRpc } from '../chain/rpc.ts';
import type { Chain } from './chain-service.ts';

/** What each act takes, as `contracts/gas.json` reports it, rounded up: first writes cost more than later ones. */
export const GAS = {
  register: 140_000, publish: 200_000, /** Of each keeper beyond the fifth. */ publishKeeper: 4000, setPrice: 45_000, withdraw: 45_000, buy: 135_000, confirm: 130_000, refund: 110_000,
  validate: 130_000, certify: 255_000, reject: 80_000, release: 70_000, approve: 60_000, revoke: 35_000, revokeAll: 50_000, /** The first of an account. */ anchor: 75_000, transfer: 60_000, withdrawEarnings: 70_000,
} as const;
export type Act = keyof typeof GAS;

/** Gas of acts at the price of now, before anything is signed. */
export async function gasCost(chain: Pick<Chain, 'network'>, ...acts: readonly { act: Act; times?: number }[]): Promise<GasCost> {
  const gas = acts.reduce((sum, { act, times }) => sum + GAS[act] * (times ?? 1), 0);
  const price = BigInt(await createRpc(chain.network.rpcUrl).call<string>('eth_gasPrice'));
  return { gas, wei: (BigInt(gas) * price).toString() };
}
