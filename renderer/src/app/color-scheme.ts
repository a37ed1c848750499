import { localStorageColorSchemeManager } from '@mantine/core';

/** The choice itself lives in the profile's settings; this copy is for the first paint, before the profile is open. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'phdex.color-scheme' });
