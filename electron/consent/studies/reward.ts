const BPS = 10_000n;

/** A share of an amount in hundredths of a percent, rounded down, as contracts/src/libraries/Bps.sol. */
export const bpsDown = (amount: bigint, bps: number): bigint => (amount * BigInt(bps)) / BPS;

/** Whether a reward pays each of a listing's keepers the network's least fee, as the contract asks at enrolment. */
export const paysKeepers = (reward: bigint, listing: { keepersBps: number; threshold: number }, minKeeperFee: bigint): boolean => bpsDown(reward, listing.keepersBps) / BigInt(listing.threshold) >= minKeeperFee;
