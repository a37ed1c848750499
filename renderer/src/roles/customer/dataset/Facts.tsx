import type { ReactNode } from 'react';
import css from './dataset.module.css';

export type Fact = { name: string; value: ReactNode; hint?: string };

/** Short facts, each under its name. */
export function Facts({ facts }: { facts: (Fact | false | null | undefined)[] }) {
  return (
    <dl className={css['facts']}>
      {facts.filter((f): f is Fact => !!f).map((f) => <div key={f.name} title={f.hint}><dt>{f.name}</dt><dd>{f.value}</dd></div>)}
    </dl>
  );
}
