import { Button, Stack, Text, Title } from '@mantine/core';
import { FileQuestion, ShieldOff } from 'lucide-react';
import { useState } from 'react';
import { useParams } from 'wouter';
import type { GrantView } from '../../../../../shared/api/consent.ts';
import { Party } from '../../../components/consent/Party.tsx';
import { duoWord } from '../../../components/consent/PurposeFields.tsx';
import { grantSentence } from '../../../components/consent/sentence.ts';
import { partyName, purposeTitle, statusWord } from '../../../components/consent/words.ts';
import { Empty } from '../../../components/Empty.tsx';
import { FactList } from '../../../components/consent/FactList.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { StatusBadge } from '../../../components/StatusBadge.tsx';
import { dateTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useNow } from '../../use-now.ts';
import { Panel } from '../Panel.tsx';
import { AddedByThem } from './AddedByThem.tsx';
import { BackDialog } from './BackDialog.tsx';
import { ConsentPage } from './ConsentPage.tsx';
import { Delivery } from './Delivery.tsx';
import { ReceiptButton } from './ReceiptButton.tsx';
import { isLive } from './RightsPage.tsx';
import { CONSENT } from './tabs.ts';
import { useGrants } from './use-consent.ts';

const MINUTE = 60_000;
const BACK = () => ({ to: `${CONSENT}/rights`, label: t('consent.rights.title') });

/** One right: what it opens, until when, how it was used, and its receipt. */
export function RightPage() {
  const id = Number(useParams<{ id: string }>().id);
  const grants = useGrants();
  const grant = grants.data?.find((g) => g.rightId === id);
  if (grants.data && !grant) return <ConsentPage title={t('consent.right.missing.title')} back={BACK()}><Empty icon={<FileQuestion size={26} />} title={t('consent.right.missing.title')} text={t('consent.right.missing.text')} /></ConsentPage>;
  if (!grant) return <ConsentPage title={t('consent.rights.title')} back={BACK()}><Loaded live={grants}>{() => null}</Loaded></ConsentPage>;
  return <Right key={id} grant={grant} />;
}

function Right({ grant: g }: { grant: GrantView }) {
  const now = useNow(MINUTE);
  const [taking, setTaking] = useState(false);
  return (
    <ConsentPage
      title={t('consent.right.title', { who: partyName(g.to) })} back={BACK()} subtitle={<StatusBadge status={isLive(g) ? 'ready' : 'closed'} label={statusWord(g.status)} />}
      actions={isLive(g) && <Button color="red.8" leftSection={<ShieldOff size={16} aria-hidden />} onClick={() => setTaking(true)}>{t('consent.rights.back')}</Button>}
    >
      <Stack gap="lg">
        <Panel><Stack gap="md"><Text fz="lg" fw={600} className="ph-wrap">{grantSentence(g)}</Text><Party party={g.to} />{isLive(g) && (g.live !== null || !g.delivered || g.takingBack) && <div><Delivery grant={g} now={now} /></div>}</Stack></Panel>
        <Panel component="section" aria-labelledby="what-title">
          <Title order={2} size="h4" mb="sm" id="what-title">{t('consent.right.what')}</Title>
          {g.what.length === 0 ? <Text size="sm" c="dimmed">{t(g.operations === 'append' ? 'consent.right.what.append' : 'consent.right.what.none')}</Text> : <ul style={{ margin: 0, paddingInlineStart: 20 }}>{g.what.map((w, i) => <Text component="li" size="sm" key={i} className="ph-wrap">{`${w.title} · ${t('consent.right.segments', { count: w.segments })}`}</Text>)}</ul>}
        </Panel>
        {g.operations !== 'read' && <AddedByThem party={g.to} />}
        <Panel component="section" aria-labelledby="facts-title">
          <Title order={2} size="h4" mb="sm" id="facts-title">{t('consent.right.facts')}</Title>
          <FactList facts={[
            { name: t('consent.right.number'), value: String(g.rightId) },
            { name: t('consent.right.given'), value: dateTime(g.givenAt) },
            g.endedAt === null ? { name: t('consent.right.expires'), value: dateTime(g.expiresAt) } : { name: t('consent.right.ended'), value: dateTime(g.endedAt) },
            ...(g.purpose ? [{ name: t('consent.right.purpose'), value: [purposeTitle(g.purpose.term), ...g.purpose.duo.map(duoWord), g.purpose.words].filter(Boolean).join(' · ') }] : []),
            { name: t('consent.rights.col.use'), value: g.uses === 0 ? t('consent.rights.uses.none') : t('consent.rights.uses', { count: g.uses }) },
          ]} />
        </Panel>
        <Panel><Stack align="flex-start" gap="sm"><Text size="sm" maw={680}>{t('consent.receipt.text')}</Text><ReceiptButton rightId={g.rightId} /></Stack></Panel>
      </Stack>
      {taking && <BackDialog grant={g} onClose={() => setTaking(false)} />}
    </ConsentPage>
  );
}
