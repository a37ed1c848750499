import { Stack, Text } from '@mantine/core';
import type { ListingDetail } from '../../../../../shared/api/market.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { QualityView } from '../../../components/QualityView.tsx';
import { number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { Section } from './Section.tsx';

/** The report comes with the manifest, which somebody has to hold online; without it the score on chain still stands. */
export function QualitySection({ listing, onRetry }: { listing: ListingDetail; onRetry(): void }) {
  const score = listing.score ?? listing.label?.quality ?? null;
  return (
    <Section title={t('customer.dataset.quality')}>
      {listing.manifest ? <QualityView report={listing.manifest.report} /> : (
        <Stack>
          {score !== null && <Text size="sm">{t('customer.dataset.qualityClaim', { score: number(score, 0) })}</Text>}
          {listing.manifestError && <ErrorBox error={listing.manifestError} onRetry={onRetry} />}
        </Stack>
      )}
    </Section>
  );
}
