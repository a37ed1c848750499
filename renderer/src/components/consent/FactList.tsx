import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import css from './FactList.module.css';

/** Names and what stands for them, one beneath the other. */
export function FactList({ facts }: { facts: { name: string; value: ReactNode }[] }) {
  return (
    <dl className={css.facts}>
      {facts.map(({ name, value }) => <div key={name} className={css.fact}><Text component="dt" size="sm" c="dimmed">{name}</Text><Text component="dd" m={0} size="sm" className="ph-wrap ph-num">{value}</Text></div>)}
    </dl>
  );
}
