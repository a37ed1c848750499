import { Alert, Badge, Button, Checkbox, Code, Group, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { ListOrdered, Send } from 'lucide-react';
import { useMemo, useState } from 'react';
import { MatchFields, MatchIn, type MatchRow } from '../../../../../shared/api/studies.ts';
import { api } from '../../../api/client.ts';
import { Party } from '../../../components/consent/Party.tsx';
import { listOf } from '../../../components/consent/words.ts';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { TagInput } from '../../../components/TagInput.tsx';
import { number } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useLive } from '../../../stores/live.ts';
import { Panel } from '../Panel.tsx';
import { ConsentPage } from './ConsentPage.tsx';
import { PickRecordings } from './PickOwn.tsx';

type Draft = { needs: string[]; region: string; languages: string[]; recordings: string[]; where: 'here' | 'service'; url: string; account: string };
const NEW: Draft = { needs: [], region: '', languages: [], recordings: [], where: 'here', url: '', account: '' };

/** Institutions that fit, ranked with their reasons; the person sees the very fields that are used, and agrees to them where they are sent. */
export function MatchPage() {
  const [draft, setDraft] = useState<Draft>(NEW);
  const [agreed, setAgreed] = useState(false);
  const [rows, setRows] = useState<MatchRow[] | null>(null);
  // What was agreed to was of these fields: another field asks again.
  const set = (part: Partial<Draft>) => { setDraft((d) => ({ ...d, ...part })); setAgreed(false); };
  const fields = useMemo(() => { const parsed = MatchFields.safeParse({ ...draft, region: draft.region.trim() || null }); return parsed.success ? parsed.data : null; }, [draft]);
  const sends = draft.where === 'service';
  const input = useMemo(() => { const parsed = MatchIn.safeParse({ ...fields, ...(sends ? { service: { url: draft.url.trim(), account: draft.account.trim() } } : {}) }); return fields && parsed.success && (!sends || draft.url.trim() !== '') ? parsed.data : null; }, [fields, sends, draft.url, draft.account]);
  const question = useLive(['consent', 'match-question', fields], () => api.consent.matchQuestion.query(fields!), [], { enabled: fields !== null, keepPrevious: true });
  const ask = useAct(async (it: MatchIn) => { setRows(await api.consent.match.mutate(it)); });
  const ready = input !== null && (!sends || agreed);
  const sentTitle = t(sends ? 'studies.match.sent' : 'studies.match.used');
  return (
    <ConsentPage title={t('studies.match.title')} subtitle={t('studies.match.subtitle')}>
      <Stack gap="lg">
        <Panel>
          <form onSubmit={(e) => { e.preventDefault(); if (ready) void ask.run(input); }}>
            <Stack gap="md" maw={640}>
              <TagInput label={t('studies.match.needs')} description={t('studies.match.needs.text')} value={draft.needs} onChange={(needs) => set({ needs })} max={12} />
              <TextInput label={t('studies.match.region')} value={draft.region} maxLength={40} onChange={(e) => set({ region: e.currentTarget.value })} />
              <TagInput label={t('studies.match.languages')} description={t('studies.match.languages.text')} value={draft.languages} onChange={(languages) => set({ languages: languages.map((l) => l.slice(0, 8)) })} max={8} />
              <PickRecordings label={t('studies.match.recordings')} chosen={draft.recordings} onChange={(recordings) => set({ recordings })} />
              <div><SegmentedControl aria-label={t('studies.match.where')} value={draft.where} onChange={(v) => set({ where: v as Draft['where'] })} data={(['here', 'service'] as const).map((value) => ({ value, label: t(`studies.match.where.${value}`) }))} /><Text size="xs" c="dimmed" mt={4}>{t(`studies.match.where.${draft.where}.text`)}</Text></div>
              {sends && <><TextInput label={t('studies.match.url')} type="url" value={draft.url} maxLength={400} onChange={(e) => set({ url: e.currentTarget.value })} /><TextInput label={t('studies.match.account')} value={draft.account} maxLength={42} onChange={(e) => set({ account: e.currentTarget.value })} /></>}
              <Alert variant="light" color="gray" title={sentTitle}>{fields && question.data ? <Code block tabIndex={0} role="region" aria-label={sentTitle} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{JSON.stringify(question.data, null, 2)}</Code> : <Text size="sm">{t('studies.match.sent.none')}</Text>}</Alert>
              {sends && <Checkbox checked={agreed} disabled={!input} onChange={(e) => setAgreed(e.currentTarget.checked)} label={t('studies.match.agree')} />}
              <ErrorBox error={ask.error} />
              <Button type="submit" leftSection={sends ? <Send size={16} aria-hidden /> : <ListOrdered size={16} aria-hidden />} disabled={!ready} loading={ask.busy} style={{ alignSelf: 'flex-start' }}>{t(sends ? 'studies.match.ask' : 'studies.match.compare')}</Button>
            </Stack>
          </form>
        </Panel>
        {rows && (rows.length === 0 ? <Empty title={t('studies.match.none.title')} text={t('studies.match.none.text')} /> : <Results rows={rows} />)}
      </Stack>
    </ConsentPage>
  );
}

function Results({ rows }: { rows: MatchRow[] }) {
  return (
    <section aria-labelledby="match-title">
      <Title order={2} size="h4" mb={4} id="match-title">{t('studies.match.results')}</Title>
      <Text size="sm" c="dimmed" mb="md">{t('studies.match.how.text')}</Text>
      <Stack gap="sm" component="ol" style={{ margin: 0, padding: 0, listStyle: 'none' }}>
        {rows.map((r) => (
          <li key={r.institution.address}>
            <Panel padding="md">
              <Group justify="space-between" align="flex-start"><Party party={r.institution} /><Badge variant="light" tt="none" className="ph-num">{t('studies.match.points', { points: number(r.score) })}</Badge></Group>
              <ul style={{ margin: '8px 0 0', paddingInlineStart: 20 }}>{r.reasons.map((reason) => <Text component="li" size="sm" key={reason.words} className="ph-wrap">{t('studies.match.reason', { words: reason.words, points: `${reason.points >= 0 ? '+' : '−'}${number(Math.abs(reason.points))}` })}</Text>)}</ul>
              {r.unknown.length > 0 && <Text size="sm" c="dimmed" mt={6}>{t('studies.match.unknown', { list: listOf(r.unknown) })}</Text>}
            </Panel>
          </li>
        ))}
      </Stack>
    </section>
  );
}
