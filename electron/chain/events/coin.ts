import { big, hex, ZERO_ADDRESS, type EventHandlers, type EventTools } from './tools.ts';

/** PHD as it moves. */
export function coinEvents({ prepare, note }: EventTools): EventHandlers {
  const balance = prepare('SELECT amount FROM balances WHERE address = ?').pluck();
  const setBalance = prepare('INSERT INTO balances VALUES (?, ?) ON CONFLICT (address) DO UPDATE SET amount = excluded.amount');
  const move = (address: string, by: bigint) => { if (address !== ZERO_ADDRESS) setBalance.run(address, (BigInt((balance.get(address) as string | undefined) ?? '0') + by).toString()); };
  return {
    Transfer(e, a) {
      const [from, to, value] = [hex(a.from), hex(a.to), big(a.value)];
      move(from, -value);
      move(to, value);
      note(e, { actor: from === ZERO_ADDRESS ? null : from, subject: to, amount: value });
    },
  };
}
