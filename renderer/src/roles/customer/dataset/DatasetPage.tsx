import { Alert, Group, Stack } from '@mantine/core';
import { FlaskConical } from 'lucide-react';
import { useParams } from 'wouter';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { Loading } from '../../../components/Loading.tsx';
import { Page } from '../../../components/Page.tsx';
import { ScoreBadge } from '../../../components/ScoreBadge.tsx';
import { t } from '../../../i18n/index.ts';
import { Marks } from '../Marks.tsx';
import { titleOf } from '../words.ts';
import { BuyPanel } from './BuyPanel.tsx';
import { CopiesAlert } from './CopiesAlert.tsx';
import { CertificateSection } from './CertificateSection.tsx';
import css from './dataset.module.css';
import { HistorySection } from './HistorySection.tsx';
import { KeepersSection } from './KeepersSection.tsx';
import { LabelSection } from './LabelSection.tsx';
import { OwnerSection } from './OwnerSection.tsx';
import { ProofSection } from './ProofSection.tsx';
import { QualitySection } from './QualitySection.tsx';
import { StatisticsSection } from './StatisticsSection.tsx';
import { useListing } from './use-listing.ts';
import { VerdictSection } from './VerdictSection.tsx';

export function DatasetPage() {
  const id = Number(useParams<{ id: string }>().id);
  const listing = useListing(id);
  const data = listing.data;
  return (
    <Page
      title={data ? titleOf(data) : t('customer.untitled', { id: String(id) })} back={{ to: '/market', label: t('customer.dataset.back') }}
      actions={data && <Group gap="sm"><Marks listing={data} /><ScoreBadge score={data.score ?? data.label?.quality ?? null} /></Group>}
    >
      {listing.error && !data && <ErrorBox error={listing.error} onRetry={listing.reload} />}
      {!data && !listing.error && <Loading />}
      {data && (
        <div className={css['layout']}>
          <Stack gap="lg">
            {data.label?.simulated && <Alert color="grape" variant="light" icon={<FlaskConical size={20} aria-hidden />} title={t('customer.mark.simulated')}>{t('customer.dataset.simulatedText')}</Alert>}
            <CopiesAlert copies={data.copies} />
            <LabelSection listing={data} />
            {data.label && <StatisticsSection label={data.label} />}
            <VerdictSection listing={data} />
            <QualitySection listing={data} onRetry={listing.reload} />
            <CertificateSection listing={data} />
            <KeepersSection listing={data} />
            <HistorySection listing={data} />
            <OwnerSection listing={data} />
            <ProofSection listing={data} />
          </Stack>
          <BuyPanel key={data.id} listing={data} />
        </div>
      )}
    </Page>
  );
}
