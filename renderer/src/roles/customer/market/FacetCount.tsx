import { Text } from '@mantine/core';
import { number } from '../../../i18n/format.ts';

export const FacetCount = ({ count }: { count: number }) => <Text span size="xs" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>{number(count)}</Text>;
