import { randomUUID } from 'node:crypto';
import type { TraceRow } from '../../shared/api/account.ts';
import { AppError } from '../../shared/errors.ts';
import { traceQueries } from '../db/queries/trace.ts';
import { gasCost } from './gas-costs.ts';
import type { AccountApi, Backstage } from './host-types.ts';

/** The account: its trace, and coins in and out. */
export function createAccountApi(b: Backstage): AccountApi {
  const { chain } = b;
  const me = b.parts.address;
  const trace = traceQueries(b.parts.db);

  function check(to: string, amount: string): bigint {
    const coins = BigInt(amount);
    if (coins <= 0n) throw new AppError('price-invalid', 'An amount of nothing cannot be sent.', { hint: 'Give an amount above zero.' });
    if (to === me) throw new AppError('invalid-argument', 'That is this account itself.', { hint: 'Give the address of somebody else.' });
    if (/^0x0{40}$/.test(to)) throw new AppError('invalid-argument', 'Coins sent to the zero address are lost.', { hint: 'Check the address.' });
    const contracts = Object.values(chain.network.contracts).map((a) => a.toLowerCase());
    if (contracts.includes(to)) throw new AppError('invalid-argument', 'That is the address of a contract of this network; coins sent there are lost.', { hint: 'Check the address.' });
    const balance = chain.reads.balanceOf(me);
    if (balance < coins) throw new AppError('coins-too-few', 'This account holds fewer coins than that.', { hint: 'Send less, or earn or receive coins first.', details: { balance: balance.toString() } });
    return coins;
  }

  return {
    trace(query) {
      const { rows, total } = trace.page(me, query);
      return {
        total,
        rows: rows.map((r): TraceRow => ({
          block: r.block, logIndex: r.log_index, at: r.at * 1000, tx: r.tx, event: r.event, datasetId: r.dataset_id, datasetTitle: r.title, accessId: r.access_id, accessKind: r.kind,
          actor: r.actor, subject: r.subject, amount: r.amount, mine: r.actor === me, purpose: r.purpose,
        })),
      };
    },
    async previewSend({ to, amount }) {
      const coins = check(to, amount);
      return { balanceAfter: (chain.reads.balanceOf(me) - coins).toString(), gas: await gasCost(chain, { act: 'transfer' }) };
    },
    async send({ to, amount }) {
      const coins = check(to, amount);
      const sent = await chain.sendAndSee({ key: `send:${randomUUID()}`, contract: 'coin', method: 'transfer', args: [to, coins] });
      b.changed('history');
      return { tx: sent.hash };
    },
    async withdrawEarnings() {
      const person = chain.reads.participant(me);
      const [earnings, compensation] = [person?.earnings ?? 0n, person?.compensation ?? 0n];
      if (earnings === 0n && compensation === 0n) throw new AppError('invalid-argument', 'There are no earnings to take out.', { hint: 'They come with sales, with keeping and with validations.' });
      let tx: `0x${string}` | undefined;
      if (earnings > 0n) tx = (await chain.sendAndSee({ key: `withdrawEarnings:${randomUUID()}`, contract: 'participants', method: 'withdrawEarnings', args: [] })).hash;
      // Native coins that were taken from keepers who failed this account.
      if (compensation > 0n) { const sent = await chain.sendAndSee({ key: `withdrawCompensation:${randomUUID()}`, contract: 'participants', method: 'withdrawCompensation', args: [] }); tx ??= sent.hash; }
      b.changed('history', 'keeper');
      return { tx: tx! };
    },
  };
}
