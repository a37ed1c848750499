import { AppError } from '../../shared/errors.ts';
import type { MarketReads, Sent, Submitter } from './ports.ts';

/** Takes the price of an access back after its deadline. Anybody may call; the price goes to who paid it. */
export async function refundAccess(accessId: number, deps: { reads: MarketReads; submit: Submitter; clock: { now(): number } }, signal?: AbortSignal): Promise<Sent> {
  const access = deps.reads.access(accessId);
  if (!access) throw new AppError('access-unknown', `There is no access ${accessId} on this network.`, { hint: 'See `phdex history`.' });
  if (access.status !== 'open') throw new AppError('access-expired', `Access ${accessId} is ${access.status} already.`, { hint: 'There is nothing to take back.' });
  if (access.challengeEnd !== null) throw new AppError('access-not-ready', `Enough keepers have answered access ${accessId}; it cannot be refunded.`, { hint: `Open it with \`phdex open ${accessId}\`.` });
  const left = access.deadline - Math.floor(deps.clock.now() / 1000);
  if (left >= 0) throw new AppError('access-not-ready', `The keepers of access ${accessId} have ${left + 1} s left.`, { hint: 'Ask again after that.', retryable: true });
  return deps.submit.send({ key: `refund:${accessId}`, contract: 'market', method: 'refund', args: [accessId] }, { signal });
}
