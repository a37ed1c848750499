import { Group, Stack, Text } from '@mantine/core';
import { BadgeCheck, CircleX, Hourglass } from 'lucide-react';
import type { ListingDetail } from '../../../../../shared/api/market.ts';
import { Addr } from '../../../components/Addr.tsx';
import { dateTime, number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import css from './dataset.module.css';
import { Facts } from './Facts.tsx';
import { Section } from './Section.tsx';

export function CertificateSection({ listing }: { listing: ListingDetail }) {
  const certificate = listing.certificate;
  if (!certificate) {
    return (
      <Section title={t('customer.dataset.certificate')}>
        <Group wrap="nowrap" align="flex-start"><Hourglass size={20} aria-hidden style={{ flexShrink: 0 }} /><Text size="sm">{t('customer.dataset.noCertificate')}</Text></Group>
      </Section>
    );
  }
  const rejected = listing.status === 'rejected';
  return (
    <Section title={t('customer.dataset.certificate')}>
      <Stack>
        <Group wrap="nowrap" align="flex-start">
          {rejected ? <CircleX size={20} aria-hidden style={{ flexShrink: 0 }} /> : <BadgeCheck size={20} aria-hidden style={{ flexShrink: 0 }} />}
          <Text size="sm">{t(rejected ? 'customer.dataset.rejectedBy' : 'customer.dataset.certified', { score: number(certificate.score, 0) })}</Text>
        </Group>
        <Facts facts={[
          { name: t('customer.dataset.signedBy'), value: <Stack gap={2}><Addr address={certificate.validator} /><Text size="xs" c="dimmed">{t(certificate.accredited ? 'customer.dataset.accredited' : 'customer.dataset.notAccredited')}</Text></Stack> },
          { name: t('customer.dataset.signedAt'), value: dateTime(certificate.at) },
          { name: t('customer.dataset.reportHash'), value: <span className={css['hash']} title={certificate.reportHash}>{`${certificate.reportHash.slice(0, 18)}…`}</span> },
          { name: t('customer.dataset.transaction'), value: <span className={css['hash']} title={certificate.tx}>{`${certificate.tx.slice(0, 18)}…`}</span> },
        ]}
        />
      </Stack>
    </Section>
  );
}
