import { Interface, type ErrorDescription } from 'ethers';
import { AppError, isAppError } from '../../shared/errors.ts';
import { contractInterface } from './contracts.ts';
import { RpcError } from './rpc.ts';

const CONTRACTS = ['market', 'participants', 'coin', 'consent', 'records', 'anchors', 'studies', 'forwarder', 'devices', 'accessManager'] as const;
const STANDARD = new Interface(['error Error(string reason)', 'error Panic(uint256 code)']);

/** Sentences for the refusals that people meet; every other error is told by its name and numbers. */
const SENTENCES: Record<string, (args: Record<string, unknown>) => { sentence: string; hint?: string }> = {
  MarketPriceAboveMax: (a) => ({ sentence: `The dataset costs ${String(a.price)} (in 10^-18 PHD), more than you agreed to.`, hint: 'Look at the new price and agree to it, or leave it.' }),
  MarketVersionChanged: () => ({ sentence: 'The listing was changed since you looked at it.', hint: 'Look at it again; nothing was paid.' }),
  MarketEnoughReleases: () => ({ sentence: 'Enough keepers have released their share already.' }),
  MarketRootTaken: (a) => ({ sentence: `These records are certified already, as dataset ${String(a.datasetId)}.`, hint: 'The same records are certified once; change the price of that dataset instead.' }),
  MarketHonestShare: () => ({ sentence: 'The share matches its commitment; an honest release cannot be disputed.' }),
  ERC20InsufficientBalance: (a) => ({ sentence: `The account holds ${String(a.balance)} of the ${String(a.needed)} (in 10^-18 PHD) that are needed.`, hint: 'Earn or receive coins first.' }),
  StudyTooLate: () => ({ sentence: 'The study’s time for this is over.', hint: 'Look at the study again.' }),
  StudyTooEarly: () => ({ sentence: 'It is too early for this: the study’s time is not over.', hint: 'Look at the study again later.' }),
  StudyEnrolledAlready: () => ({ sentence: 'This dataset, or another of its account, took part in the study already.', hint: 'A dataset, and an account, enrols once in a study.' }),
  StudyNotEligible: () => ({ sentence: 'The dataset is not certified, scores too little, or the reward would not pay its keepers.', hint: 'Choose another dataset.' }),
  StudyPlacesTaken: () => ({ sentence: 'All places of the study are taken.' }),
  StudyNotResearcher: () => ({ sentence: 'The account is no accredited researcher, or was suspended.', hint: 'The registrar of the network accredits researchers.' }),
  ParticipantsStakeTooLow: () => ({ sentence: 'The stake is too low for this.', hint: 'Add stake with `phdex keeper --stake`.' }),
};

/** Data of a revert wherever the endpoint puts it: anvil and geth in `data`, others one level deeper. */
function revertData(error: RpcError): string | null {
  const candidates = [error.data, (error.data as { data?: unknown } | undefined)?.data, (error.data as { result?: unknown } | undefined)?.result];
  return (candidates.find((c) => typeof c === 'string' && /^0x([0-9a-f]{2})*$/i.test(c)) as string | undefined) ?? null;
}

function describe(data: string): ErrorDescription | null {
  for (const contract of [...CONTRACTS.map(contractInterface), STANDARD]) {
    try {
      const found = contract.parseError(data);
      if (found) return found;
    } catch { /* the selector fits, the rest does not: not this contract's */ }
  }
  return null;
}

/** Turns a refusal of the endpoint into a sentence; custom errors are known by selector, never by text. */
export function chainError(cause: unknown, what: string): AppError {
  if (isAppError(cause)) return cause;
  if (!(cause instanceof RpcError)) return new AppError('internal', `${what} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  const data = revertData(cause);
  const found = data && data.length >= 10 ? describe(data) : null;
  if (!found) {
    if (/insufficient funds/i.test(cause.message)) return new AppError('funds-too-low', `The account has too few native coins for ${what}.`, { hint: 'Send it some for gas; on a local network: `phdex network fund`.', cause });
    return new AppError('chain-reverted', `${what} was refused: ${cause.message}`, { cause, details: { reason: '' } });
  }
  const args = Object.fromEntries(found.fragment.inputs.map((input, i) => [input.name || String(i), String(found.args[i])]));
  const told = SENTENCES[found.name]?.(args);
  const numbers = Object.entries(args).map(([k, v]) => `${k} ${v}`).join(', ');
  return new AppError('chain-reverted', told?.sentence ?? `${what} was refused by the contract: ${found.name}${numbers ? ` (${numbers})` : ''}.`, { hint: told?.hint, cause, details: { ...args, reason: found.name } });
}
