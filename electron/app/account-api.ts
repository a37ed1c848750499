import { randomUUID } from 'node:crypto';
import type { TraceRow } from '../../shared/api/account.ts';
import { AppError } from '../../shared/errors.ts';
import { traceQueries } from '../db/queries/trace.ts';
import { createFreshCoins } from './fresh-coins.ts';
import { gasCost } from './gas-costs.ts';
import type { AccountApi } from './api-types.ts';
import type { Backstage } from './backstage.ts';

/** The account: its trace, and coins in and out. */
export function createAccountApi(b: Backstage): AccountApi {
  const { chain } = b;
  const me = b.parts.address;
  const trace = traceQueries(b.parts.db);
  const coins = createFreshCoins(b.parts, chain);

  function check(to: string, amount: string): bigint {
    const wanted = BigInt(amount);
    if (wanted <= 0n) throw new AppError('price-invalid', 'An amount of nothing cannot be sent.', { hint: 'Give an amount above zero.' });
    if (to === me) throw new AppError('invalid-argument', 'That is this account itself.', { hint: 'Give the address of somebody else.' });
    if (/^0x0{40}$/.test(to)) throw new AppError('invalid-argument', 'Coins sent to the zero address are lost.', { hint: 'Check the address.' });
    const contracts = Object.values(chain.network.contracts).map((a) => a.toLowerCase());
    if (contracts.includes(to)) throw new AppError('invalid-argument', 'That is the address of a contract of this network; coins sent there are lost.', { hint: 'Check the address.' });
    const balance = chain.reads.balanceOf(me);
    if (balance < wanted) throw new AppError('coins-too-few', 'This account holds fewer coins than that.', { hint: 'Send less, or earn or receive coins first.', details: { balance: balance.toString() } });
    return wanted;
  }

  return {
    trace(query) {
      const mine = b.parts.accounts.mine();
      const { rows, total } = trace.page(mine, query);
      return {
        total,
        rows: rows.map((r): TraceRow => ({
          block: r.block, logIndex: r.log_index, at: r.at * 1000, tx: r.tx, event: r.event, datasetId: r.dataset_id, datasetTitle: r.title, accessId: r.access_id, accessKind: r.kind,
          actor: r.actor, subject: r.subject, amount: r.amount, mine: r.actor !== null && mine.has(r.actor), purpose: r.purpose,
        })),
      };
    },
    async previewSend({ to, amount }) {
      const sent = check(to, amount);
      return { balanceAfter: (chain.reads.balanceOf(me) - sent).toString(), gas: await gasCost(chain, { act: 'transfer' }) };
    },
    async send({ to, amount }) {
      const wanted = check(to, amount);
      const sent = await chain.sendAndSee({ key: `send:${randomUUID()}`, contract: 'coin', method: 'transfer', args: [to, wanted] });
      b.changed('history');
      return { tx: sent.hash };
    },
    accounts: () => coins.accounts(),
    async collect({ addresses }) {
      const collected = await coins.collect(addresses);
      b.changed('history', 'keeper');
      return { tx: collected.at(-1)!.tx, amount: collected.reduce((sum, c) => sum + c.amount, 0n).toString() };
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
