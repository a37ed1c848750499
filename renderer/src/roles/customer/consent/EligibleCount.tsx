import { Alert, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Users } from 'lucide-react';
import type { Criteria } from '../../../../../shared/api/studies.ts';
import { api } from '../../../api/client.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { t } from '../../../i18n/index.ts';
import { useLive } from '../../../stores/live.ts';

const TYPING_MS = 600;

/** How many would be eligible, while one writes what is looked for: a count that hides small numbers, never a list. */
export function EligibleCount({ criteria, minScore }: { criteria: Criteria | null; minScore: number }) {
  // Only what decides who is eligible: a word in the title asks nothing again.
  const asked = criteria && JSON.stringify({ ...criteria, title: 'eligible', words: '', minScore });
  const [settled] = useDebouncedValue(asked, TYPING_MS);
  const live = useLive(['studies', 'eligible', settled], () => { const { minScore: least, ...rest } = JSON.parse(settled!) as Criteria & { minScore: number }; return api.studies.eligible.query({ criteria: rest, minScore: least }); }, ['listings'], { enabled: settled !== null, keepPrevious: true });
  const e = live.data;
  return (
    <Alert variant="light" color="gray" icon={<Users size={20} aria-hidden />} title={t('studies.new.eligible')} role="status">
      {live.error ? <ErrorBox error={live.error} onRetry={live.reload} /> : !e || settled === null ? <Text size="sm">{t('studies.new.eligible.wait')}</Text> : (
        <>
          <Text fw={650} className="ph-num">{e.below ? t('studies.new.eligible.below', { k: e.k }) : t('studies.new.eligible.atLeast', { count: e.atLeast })}</Text>
          <Text size="xs" c="dimmed" className="ph-num">{t('studies.new.eligible.text', { datasets: e.datasets })}</Text>
        </>
      )}
    </Alert>
  );
}
