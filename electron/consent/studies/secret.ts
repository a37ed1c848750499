import { keccak256 } from 'ethers';
import type { Hex } from '../../../shared/domain/chain.ts';

/** Derives 32 bytes for a purpose from the wallet; see WalletHandle.storageKey. */
export type Derive = { storageKey(info: string): Uint8Array };

/**
 * The secret that a researcher commits to: derived from the wallet by the call's own access key, which the chain keeps for
 * everybody. So the mnemonic and the chain alone are enough to reveal, after a crash and on another machine.
 * @param px x coordinate of the call's access key, 32 bytes
 */
export function studySecret(wallet: Derive, px: Hex): { secret: Hex; commitment: Hex } {
  const bytes = wallet.storageKey(`study/${px.toLowerCase()}`);
  try {
    // abi.encode of one bytes32 is its bytes.
    return { secret: `0x${Buffer.from(bytes).toString('hex')}`, commitment: keccak256(bytes) as Hex };
  } finally { bytes.fill(0); }
}
