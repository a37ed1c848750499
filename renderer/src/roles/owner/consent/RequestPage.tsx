import { Group, Stack, Text } from '@mantine/core';
import { FileQuestion } from 'lucide-react';
import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import type { RequestView } from '../../../../../shared/api/consent.ts';
import { Party } from '../../../components/consent/Party.tsx';
import { requestSentence, warnings } from '../../../components/consent/sentence.ts';
import { Warnings } from '../../../components/consent/Warnings.tsx';
import { partyName } from '../../../components/consent/words.ts';
import { Empty } from '../../../components/Empty.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { dateTime } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useNow } from '../../use-now.ts';
import { Panel } from '../Panel.tsx';
import { newAnswer } from './answer-draft.ts';
import { AnswerForm } from './AnswerForm.tsx';
import { ConsentPage } from './ConsentPage.tsx';
import { GivenPage } from './GivenPage.tsx';
import { RefuseDialog } from './RefuseDialog.tsx';
import { CONSENT } from './tabs.ts';
import { useRequests } from './use-consent.ts';

const MINUTE = 60_000;
const BACK = { to: CONSENT, label: t('consent.request.back') };

export function RequestPage() {
  const id = Number(useParams<{ id: string }>().id);
  const requests = useRequests();
  const [jobId, setJobId] = useState<string | null>(null);
  // The request is gone from the list as soon as it is answered: what became of it stays in sight.
  if (jobId) return <GivenPage jobId={jobId} />;
  const request = requests.data?.find((r) => r.rightId === id);
  if (requests.data && !request) return <ConsentPage title={t('consent.request.missing.title')} back={BACK}><Empty icon={<FileQuestion size={26} />} title={t('consent.request.missing.title')} text={t('consent.request.missing.text')} /></ConsentPage>;
  if (!request) return <ConsentPage title={t('consent.inbox.title')} back={BACK}><Loaded live={requests}>{() => null}</Loaded></ConsentPage>;
  return <Request key={id} request={request} onGiven={setJobId} />;
}

function Request({ request: r, onGiven }: { request: RequestView; onGiven(jobId: string): void }) {
  const [, go] = useLocation();
  const now = useNow(MINUTE);
  const [draft, setDraft] = useState(() => newAnswer(r));
  const [refusing, setRefusing] = useState(false);
  return (
    <ConsentPage title={t('consent.request.title', { who: partyName(r.from) })} back={BACK} subtitle={t('consent.request.at', { when: dateTime(r.requestedAt) })}>
      <Stack gap="lg">
        <Panel component="section" aria-label={t('consent.inbox.col.request')}>
          <Stack gap="md">
            <Text fz="lg" fw={600} className="ph-wrap" id="request-sentence">{requestSentence(r, now)}</Text>
            <Group gap="xl" align="flex-start"><Party party={r.from} /></Group>
            {r.words && <div style={{ borderInlineStart: '3px solid var(--ph-line)', paddingInlineStart: 14 }}><Text size="xs" c="dimmed">{t('consent.request.words')}</Text><Text component="blockquote" size="sm" m={0} className="ph-wrap">{r.words}</Text></div>}
            {r.purpose?.words && <Text size="sm" c="dimmed" className="ph-wrap">{`${t('consent.field.purpose')}: ${r.purpose.words}`}</Text>}
            <Warnings sentences={warnings(r)} />
          </Stack>
        </Panel>
        <AnswerForm request={r} draft={draft} set={setDraft} onGiven={onGiven} onRefuse={() => setRefusing(true)} />
      </Stack>
      {refusing && <RefuseDialog request={r} onClose={() => setRefusing(false)} onDone={() => go(CONSENT)} />}
    </ConsentPage>
  );
}
