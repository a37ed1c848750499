import { SegmentedControl, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { CATEGORIES, type Category } from '../../../../shared/domain/consent.ts';
import { t } from '../../i18n/index.ts';
import { categoryTitle } from './words.ts';

const NARROW = '(max-width: 520px)';

/** Which kind of data; one below the other where they do not fit side by side. */
export function CategoryField({ value, onChange, of = CATEGORIES }: { value: Category; onChange(category: Category): void; of?: readonly Category[] }) {
  const narrow = useMediaQuery(NARROW);
  return (
    <div>
      <Text size="sm" fw={600} mb={4} aria-hidden>{t('consent.field.category')}</Text>
      <SegmentedControl aria-label={t('consent.field.category')} orientation={narrow ? 'vertical' : 'horizontal'} value={value} onChange={(v) => onChange(v as Category)} data={of.map((category) => ({ value: category, label: categoryTitle(category) }))} />
    </div>
  );
}
