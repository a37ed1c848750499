import { Button, Group, Stack, Stepper } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import type { RecordingDetail } from '../../../../shared/api/owner.ts';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { t, type Key } from '../../i18n/index.ts';
import { leftOutSpans, useLeaveOut } from './leave-outs.ts';
import { newDraft, setDraft, shareInput, useDraft, type ShareDraft } from './share-draft.ts';
import { problemsOfStep } from './share-problems.ts';
import { ShareKeepersStep } from './ShareKeepersStep.tsx';
import { ShareLabelStep } from './ShareLabelStep.tsx';
import { SharePriceStep } from './SharePriceStep.tsx';
import { ShareReviewStep } from './ShareReviewStep.tsx';
import { usePreview } from './use-preview.ts';

const STEPS: Key[] = ['owner.share.step.label', 'owner.share.step.price', 'owner.share.step.keepers', 'owner.share.step.review'];

export function ShareWizard({ recording }: { recording: RecordingDetail }) {
  const leaveOut = useLeaveOut(recording.id);
  const exclude = useMemo(() => leftOutSpans(leaveOut, recording), [leaveOut, recording]);
  const [first] = useState(() => newDraft(recording));
  const draft = useDraft(recording.id) ?? first;
  const set = (part: Partial<ShareDraft>) => { setWanted(null); setDraft(recording.id, recording, part); };
  const input = useMemo(() => shareInput(recording.id, draft, exclude), [recording.id, draft, exclude]);
  const preview = usePreview(input);
  /** Steps that the person wanted to leave: from then on a field that is empty counts as a problem. */
  const [tried, setTried] = useState<number[]>([]);

  /** The step that was asked for while the answer to the last change was still on its way. */
  const [wanted, setWanted] = useState<number | null>(null);

  const problems = preview.data?.problems ?? [];
  const open = problemsOfStep(problems, draft.step);
  const priceUnread = draft.step === 1 && input === null;
  const last = STEPS.length - 1;
  function leave(to: number): void {
    setTried((steps) => [...new Set([...steps, draft.step])]);
    if (to > draft.step && !preview.fresh && !preview.error && !priceUnread) { setWanted(to); return; }
    if (to > draft.step && (open.length > 0 || priceUnread)) return;
    set({ step: to });
    window.scrollTo({ top: 0 });
  }
  const suggested = preview.data?.suggested;
  useEffect(() => {
    if (suggested && !draft.counted && draft.named === null && (draft.keepers !== suggested.keepers || draft.threshold !== suggested.threshold)) setDraft(recording.id, recording, suggested);
  }, [suggested, draft, recording]);
  useEffect(() => { if (wanted !== null && (preview.fresh || preview.error)) { setWanted(null); leave(wanted); } });
  const step = { recording, draft, set, exclude, preview: preview.data, problems, tried: tried.includes(draft.step) };
  return (
    <Stack gap="xl">
      <Stepper active={draft.step} onStepClick={(to) => { if (to < draft.step) set({ step: to }); else if (to === draft.step + 1) leave(to); }} size="sm" iconSize={32}>
        {STEPS.map((key, i) => <Stepper.Step key={key} label={t(key)} allowStepSelect={i <= draft.step + 1} />)}
      </Stepper>
      <ErrorBox error={preview.error} onRetry={preview.reload} />
      {draft.step === 0 && <ShareLabelStep {...step} loading={preview.loading} />}
      {draft.step === 1 && <SharePriceStep {...step} unread={input === null} />}
      {draft.step === 2 && <ShareKeepersStep {...step} />}
      {draft.step === last && <ShareReviewStep {...step} input={input} onStep={(to) => set({ step: to })} />}
      {draft.step < last && (
        <Group justify="space-between">
          <Button variant="default" disabled={draft.step === 0} onClick={() => set({ step: draft.step - 1 })}>{t('owner.share.back')}</Button>
          <Button onClick={() => leave(draft.step + 1)} loading={wanted !== null} disabled={!preview.data && !preview.error}>{t('owner.share.next')}</Button>
        </Group>
      )}
    </Stack>
  );
}
