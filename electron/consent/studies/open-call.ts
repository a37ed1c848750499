import type { OpenStudyIn } from '../../../shared/api/studies.ts';
import { Role, type Hex } from '../../../shared/domain/chain.ts';
import { AppError } from '../../../shared/errors.ts';
import { encodeCriteria } from './criteria.ts';
import type { StudyPorts } from './ports.ts';
import { studySecret } from './secret.ts';

const NO_COMMITMENT: Hex = `0x${'00'.repeat(32)}`;
/** Of all rewards, as IStudies.bondOf. */
const BOND_PARTS = 10n;

export type Cost = { rewards: bigint; /** Comes back with the reveal. */ bond: bigint; total: bigint };

/** What a call takes from its researcher when it opens. */
export function costOf(input: Pick<OpenStudyIn, 'kind' | 'reward' | 'places'>): Cost {
  const rewards = BigInt(input.reward) * BigInt(input.places);
  const tenth = rewards / BOND_PARTS;
  const bond = input.kind === 'open' ? 0n : tenth === 0n ? 1n : tenth;
  return { rewards, bond, total: rewards + bond };
}

/**
 * Opens a call: allows the coins, then one transaction. Again with the same `id` is the same call: what was sent is not
 * sent twice, and the access key, and with it the secret, stay the same.
 * @throws AppError `invalid-argument`, `coins-too-few`, `not-yours` where the account is no accredited researcher
 */
export async function openCall(id: string, input: OpenStudyIn, ports: StudyPorts, options: { signal?: AbortSignal; onStep?(step: 'allow' | 'open'): void } = {}): Promise<{ callId: number; gas: bigint }> {
  const { me, reads, keys } = ports;
  if (((reads.participant(me)?.roles ?? 0) & Role.researcher) === 0) throw new AppError('not-yours', 'This account is not accredited as a researcher on this network.', { hint: 'The registrar of the network accredits researchers.' });
  const { bytes, criteriaHash, purpose } = encodeCriteria(input.criteria);
  const drawn = input.kind === 'drawn';
  if (BigInt(input.reward) === 0n) throw new AppError('price-invalid', 'A study pays a reward for each place.', { hint: 'Keepers and validators are paid from it as well.' });
  if (drawn && (input.answerSeconds === 0 || input.answerSeconds > input.fillSeconds)) throw new AppError('invalid-argument', 'Whoever is drawn needs time to answer, and no more than there is to fill the places.', { hint: 'Give at least a day to answer, and several times that to fill.' });
  const [parameters] = (await ports.read('market', 'parameters', [])) as [{ minReleasePeriod: bigint; maxReleasePeriod: bigint }];
  if (BigInt(input.releaseSeconds) < parameters.minReleasePeriod || BigInt(input.releaseSeconds) > parameters.maxReleasePeriod) {
    throw new AppError('invalid-argument', `Keepers get between ${parameters.minReleasePeriod} and ${parameters.maxReleasePeriod} seconds on this network.`, { hint: 'Choose a time in between; a day is usual.' });
  }
  const { total } = costOf(input);
  const balance = reads.balanceOf(me);
  if (balance < total) throw new AppError('coins-too-few', 'This account holds too few coins for the rewards and the bond.', { hint: 'Offer fewer places or a smaller reward, or receive coins first.', details: { balance: balance.toString(), needed: total.toString() } });

  const key = keys.allocateOnce(`study:${id}`);
  const commitment = drawn ? studySecret(ports.wallet, key.px).commitment : NO_COMMITMENT;
  const submit = ports.as(null);
  const [allowed] = (await ports.read('coin', 'allowance', [me, ports.studiesAddress])) as [bigint];
  options.onStep?.('allow');
  // Exactly what this call takes: nothing is left that could be taken later.
  if (BigInt(allowed) !== total) await submit.send({ key: `study-allow:${id}:${allowed}`, contract: 'coin', method: 'approve', args: [ports.studiesAddress, total] }, { signal: options.signal });
  options.onStep?.('open');
  const { at } = await ports.time();
  const terms = [
    input.reward, input.places, at + input.enrolSeconds, input.screenSeconds, drawn ? input.answerSeconds : 0, drawn ? input.fillSeconds : 0, input.releaseSeconds, input.minScore,
    commitment, key.px, key.py, purpose, criteriaHash,
  ];
  const sent = await submit.send({ key: `study-open:${id}`, contract: 'studies', method: 'open', args: [terms, bytes] }, { signal: options.signal });
  const opened = sent.events.find((e) => e.contract === 'studies' && e.name === 'CallOpened')!;
  return { callId: Number(opened.args.callId), gas: sent.gasUsed };
}
