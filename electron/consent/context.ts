import type { Hex } from '../../shared/domain/chain.ts';

/** What everything between an owner and a grantee is bound to: one contract on one chain, and the two accounts. */
export type RightContext = { chainId: number; consent: Hex; owner: Hex; grantee: Hex };

const fixed = (hex: Hex, bytes: number, what: string): Buffer => {
  if (!new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`).test(hex)) throw new RangeError(`consent: ${what} has to be ${bytes} bytes of hex.`);
  return Buffer.from(hex.slice(2), 'hex');
};

/** chainId(u256 BE, 32) ‖ consent(20) ‖ owner(20) ‖ grantee(20): fixed lengths, so that no part runs into another. */
export function contextBytes({ chainId, consent, owner, grantee }: RightContext): Buffer {
  if (!Number.isSafeInteger(chainId) || chainId <= 0) throw new RangeError('consent: a chain has an id above zero.');
  return Buffer.concat([Buffer.from(chainId.toString(16).padStart(64, '0'), 'hex'), fixed(consent, 20, 'the contract'), fixed(owner, 20, 'the owner'), fixed(grantee, 20, 'the grantee')]);
}

/** The context ‖ scope root(32) ‖ seq(u32 BE). */
export function packetContext(context: RightContext, scopeRoot: Hex, seq: number): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(seq);
  return Buffer.concat([contextBytes(context), fixed(scopeRoot, 32, 'the scope'), number]);
}
