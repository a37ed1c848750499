import { Button, Checkbox, Group, Select, Stack, Text, Title } from '@mantine/core';
import { Check } from 'lucide-react';
import { useState } from 'react';
import type { ApproveIn, RequestView } from '../../../../../shared/api/consent.ts';
import { DaysFields } from '../../../components/consent/DaysFields.tsx';
import { sentence } from '../../../components/consent/sentence.ts';
import { timeOptions } from '../../../components/consent/times.ts';
import { channelTitle, partyName } from '../../../components/consent/words.ts';
import { t } from '../../../i18n/index.ts';
import { useNow } from '../../use-now.ts';
import { Panel } from '../Panel.tsx';
import { answerOf, channelsOf, mayAppend, mayRead, newAnswer, tickAll, type AnswerDraft } from './answer-draft.ts';
import { ApproveDialog } from './ApproveDialog.tsx';
import { Candidates } from './Candidates.tsx';

const MINUTE = 60_000;
type Props = { request: RequestView; draft: AnswerDraft; set(draft: AnswerDraft): void; onGiven(jobId: string): void; onRefuse(): void };

/** What comes from now on is read as well: one cannot be ticked without the other. */
function ticks(on: string[], before: AnswerDraft): Pick<AnswerDraft, 'read' | 'append' | 'live'> {
  const [read, append, live] = [on.includes('read'), on.includes('append'), on.includes('live')];
  return { append, live: live && (read || !before.live), read: read || (live && !before.live) };
}

/** All, some or none of what was asked for. Nothing is ticked for the person (GDPR article 7). */
export function AnswerForm({ request: r, draft, set, onGiven, onRefuse }: Props) {
  const now = useNow(MINUTE);
  const [confirming, setConfirming] = useState<ApproveIn | null>(null);
  const answer = answerOf(draft, r);
  const readable = r.scope !== null && r.purpose !== null;
  const change = (part: Partial<AnswerDraft>) => set({ ...draft, ...part });
  const said = answer.input && r.purpose ? sentence('might', partyName(r.from), { category: r.category, operations: answer.input.operations, scope: answer.input.scope, purpose: r.purpose, at: now, until: now + answer.input.seconds * 1000 }) : null;
  return (
    <Panel component="section" aria-labelledby="answer-title">
      <Stack gap="lg">
        <div>
          <Title order={2} size="h4" id="answer-title">{t('consent.request.choose')}</Title>
          <Text size="sm" c="dimmed" mt={4} maw={680}>{t(readable ? 'consent.request.choose.text' : 'consent.request.problem.details')}</Text>
        </div>
        {readable && (
          <>
            <Group gap="xs">
              <Button size="compact-sm" variant="default" onClick={() => set(tickAll(r))}>{t('consent.request.all')}</Button>
              <Button size="compact-sm" variant="subtle" onClick={() => set(newAnswer(r))}>{t('consent.request.none')}</Button>
            </Group>
            <Checkbox.Group label={t('consent.request.may')} value={[...(draft.read ? ['read'] : []), ...(draft.append ? ['append'] : []), ...(draft.live ? ['live'] : [])]} onChange={(v) => change(ticks(v, draft))}>
              <Stack gap="xs" mt="xs">
                {mayRead(r) && <Checkbox value="read" label={t('consent.request.may.read')} />}
                {mayRead(r) && r.scope!.live && <Checkbox value="live" label={t('consent.request.may.live')} />}
                {mayAppend(r) && <Checkbox value="append" label={t('consent.request.may.append')} />}
              </Stack>
            </Checkbox.Group>
            {mayRead(r) && <Candidates request={r} draft={draft} set={set} />}
            {mayRead(r) && channelsOf(r).length > 0 && (
              <Checkbox.Group label={t('consent.field.channels')} value={draft.channels} onChange={(channels) => change({ channels })}>
                <Group gap="md" mt="xs">{channelsOf(r).map((name) => <Checkbox key={name} value={name} label={channelTitle(name)} />)}</Group>
              </Checkbox.Group>
            )}
            {draft.days && <DaysFields from={draft.days.from} to={draft.days.to} min={r.scope!.days?.from} max={r.scope!.days?.to} onChange={(part) => change({ days: { ...draft.days!, ...part } })} />}
            <Select label={t('consent.field.time')} data={timeOptions(r.duration)} value={String(draft.seconds)} onChange={(v) => { if (v) change({ seconds: Number(v) }); }} allowDeselect={false} maw={320} />
            <div role="status">
              <Text size="sm" fw={600} mb={4}>{t('consent.request.result')}</Text>
              <Text size="sm" className="ph-wrap" c={said ? undefined : 'dimmed'}>{said ?? (answer.problem ? t(`consent.request.problem.${answer.problem}`) : t('consent.request.result.none'))}</Text>
            </div>
          </>
        )}
        <Group>
          {readable && <Button leftSection={<Check size={16} aria-hidden />} disabled={!answer.input} onClick={() => setConfirming(answer.input)}>{t('consent.request.approve')}</Button>}
          <Button variant="default" onClick={onRefuse}>{t('consent.request.refuse')}</Button>
        </Group>
      </Stack>
      {confirming && said && <ApproveDialog sentence={said} input={confirming} onClose={() => setConfirming(null)} onGiven={onGiven} />}
    </Panel>
  );
}
