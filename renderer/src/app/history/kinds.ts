import type { Key } from '../../i18n/index.ts';

/** Events of the contracts by what they are about. */
export const KINDS = {
  access: ['AccessOpened', 'AccessReady', 'AccessSettled', 'AccessRefunded', 'AccessClosed'],
  release: ['ShareReleased', 'ReleaseDisputed'],
  dataset: ['DatasetPublished', 'DatasetCertified', 'DatasetRejected', 'DatasetWithdrawn', 'PriceChanged'],
  seat: ['SeatAccepted', 'SeatResigned', 'ShareDestroyed'],
  money: ['EarningsCredited', 'EarningsWithdrawn', 'Transfer', 'CompensationWithdrawn', 'Slashed', 'StakeAdded', 'StakeWithdrawn', 'UnstakeRequested'],
  account: ['Registered', 'Accredited', 'Suspended', 'EndpointChanged'],
} as const satisfies Record<string, readonly string[]>;
export type Kind = keyof typeof KINDS;
export const KIND_LABELS: Record<Kind, Key> = { access: 'shell.history.kind.access', release: 'shell.history.kind.release', dataset: 'shell.history.kind.dataset', seat: 'shell.history.kind.seat', money: 'shell.history.kind.money', account: 'shell.history.kind.account' };

/** Whose coin the amount of an event is: stakes are the chain's own. */
export const inNative = (event: string): boolean => ['Slashed', 'StakeAdded', 'StakeWithdrawn', 'UnstakeRequested', 'CompensationWithdrawn'].includes(event);

/** What the other account of an event has to do with it; where it is only named along, nothing. */
export function subjectIs(event: string): 'to' | 'for' | null {
  if (['Transfer', 'EarningsCredited', 'AccessRefunded', 'ShareReleased', 'Slashed'].includes(event)) return 'to';
  return ['AccessReady', 'AccessClosed', 'Accredited', 'Suspended'].includes(event) ? 'for' : null;
}
