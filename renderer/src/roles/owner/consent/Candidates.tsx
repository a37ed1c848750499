import { Checkbox, Text } from '@mantine/core';
import { useId } from 'react';
import type { RequestView } from '../../../../../shared/api/consent.ts';
import { VirtualList } from '../../../components/consent/VirtualList.tsx';
import { channelName, listOf } from '../../../components/consent/words.ts';
import { day } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { isTicked, keyOf, tick, type AnswerDraft } from './answer-draft.ts';

type Candidate = RequestView['candidates'][number];
const kindOf = (c: Candidate) => t(c.datasetId !== null ? 'consent.request.candidate.dataset' : c.recordId != null ? 'consent.request.candidate.record' : 'consent.request.candidate.recording');
const about = (c: Candidate): string => [
  kindOf(c), c.from !== null && (c.to === null || day(c.from) === day(c.to) ? day(c.from) : `${day(c.from)} – ${day(c.to)}`),
  c.days.length > 1 && t('consent.request.days', { count: c.days.length }), c.channels.length > 0 && listOf(c.channels.map(channelName)),
].filter(Boolean).join(' · ');

/** Recordings, datasets and records that the request covers; ticked by the person alone. */
export function Candidates({ request: r, draft, set }: { request: RequestView; draft: AnswerDraft; set(draft: AnswerDraft): void }) {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id}>
      <Text size="sm" fw={600} id={id}>{t('consent.request.candidates')}</Text>
      {r.candidates.length === 0 ? <Text size="sm" c="dimmed" mt={4}>{t('consent.request.candidates.none')}</Text> : (
        <>
          <Text size="xs" c="dimmed" mb="xs">{t('consent.request.candidates.text')}</Text>
          <VirtualList rows={r.candidates} rowKey={keyOf} label={t('consent.request.candidates')} maxHeight={360} estimate={50} gap={12}>
            {(c) => <Checkbox checked={isTicked(draft, c)} onChange={(e) => set(tick(draft, c, e.currentTarget.checked))} label={<span className="ph-wrap">{c.title}</span>} description={about(c)} />}
          </VirtualList>
        </>
      )}
    </div>
  );
}
