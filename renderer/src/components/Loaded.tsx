import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Live } from '../stores/live.ts';
import { ErrorBox } from './ErrorBox.tsx';
import { Loading } from './Loading.tsx';

type Props<T> = { live: Live<T>; /** Drawn where the answer is an empty list, or where `isEmpty` says so. */ empty?: ReactNode; isEmpty?: (data: T) => boolean; loading?: ReactNode; children: (data: T) => ReactNode };

/** The three other faces of what the server says: on its way, failed, nothing there. Old data stays while a new answer fails. */
export function Loaded<T>({ live, empty, isEmpty, loading, children }: Props<T>) {
  const { data, error, reload } = live;
  if (data === undefined) return error ? <ErrorBox error={error} onRetry={reload} /> : (loading ?? <Loading />);
  const nothing = isEmpty ? isEmpty(data) : Array.isArray(data) && data.length === 0;
  return (
    <Stack gap="lg">
      <ErrorBox error={error} onRetry={reload} />
      {nothing && empty !== undefined ? empty : children(data)}
    </Stack>
  );
}
