/**
 * What no one can take back, in one honest sentence each. Shown before consent, in each receipt's notice and in the
 * certificate of an erasure (GDPR articles 13 and 17).
 */
export const CANNOT_BE_ERASED = 'What somebody has read cannot be made unread: a copy that a recipient made outside of PHDex, and the entries on the chain (accounts, times and hashes, never your data), stay after you erase.';

/** What «stop and erase» does, one sentence a deed, in the order in which it happens. */
export const ERASURE_DEEDS = [
  'The listing ends: nobody gets a new access.',
  'Rights that you gave on it end, and each recipient is told.',
  'Your key is destroyed, and keepers are asked to destroy their shares of it.',
  'Sealed copies are unpinned, here and at the keepers.',
  'Health links that show it stop opening.',
] as const;
