import type { Db } from '../open-database.ts';

export type RelayUse = { forwards: number; gifts: number; gas: number };

/** What a relayer did in a day, by account; a day is whole days since 1970. */
export function relayRows(db: Db) {
  const add = db.prepare(`INSERT INTO relay_use VALUES (@day, @account, @forwards, @gifts, @gas)
    ON CONFLICT (day, account) DO UPDATE SET forwards = forwards + excluded.forwards, gifts = gifts + excluded.gifts, gas = gas + excluded.gas`);
  const of = db.prepare('SELECT forwards, gifts, gas FROM relay_use WHERE day = ? AND account = ?');
  const total = db.prepare('SELECT coalesce(sum(forwards), 0) AS forwards, coalesce(sum(gifts), 0) AS gifts, coalesce(sum(gas), 0) AS gas FROM relay_use WHERE day = ?');
  const forget = db.prepare('DELETE FROM relay_use WHERE day < ?');
  return {
    add(day: number, account: string, use: Partial<RelayUse>): void { add.run({ day, account, forwards: 0, gifts: 0, gas: 0, ...use }); },
    of: (day: number, account: string): RelayUse => (of.get(day, account) as RelayUse | undefined) ?? { forwards: 0, gifts: 0, gas: 0 },
    total: (day: number) => total.get(day) as RelayUse,
    /** Who was served before that day is nobody's business any more. */
    forgetBefore(day: number): void { forget.run(day); },
  };
}
