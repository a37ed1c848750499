import { Button, Checkbox, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import type { RecordingDetail } from '../../../../shared/api/owner.ts';
import { LABEL_NAMES, MOVEMENT_NAMES, type QualityLabels } from '../../../../shared/domain/quality-report.ts';
import type { Shown } from '../../../../shared/domain/specification.ts';
import { viewOf } from '../../../../shared/report-view.ts';
import { shownName } from '../../components/QualityWords.ts';
import { duration } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { chooseShown, useLeaveOut, type ShownChoice } from './leave-outs.ts';

/** What most people want, in one press. */
const QUICK = [{ mode: 'without', what: 'sleep' }, { mode: 'only', what: 'sleep' }, { mode: 'without', what: 'not-worn' }] as const;
const MODES = ['off', 'without', 'only'] as const;

const isQuick = (choice: ShownChoice | null, quick: (typeof QUICK)[number]) => choice?.mode === quick.mode && choice.what.length === 1 && choice.what[0] === quick.what;

/** Leaves out by what the report says the recording shows: nothing where it has no labels. */
export function LeaveOutByLabel({ recording: r }: { recording: RecordingDetail }) {
  const { shown } = useLeaveOut(r.id);
  const labels = r.report && viewOf(r.report).labels;
  if (!labels || labels.spans.length === 0) return null;
  const there = shownIn(labels);
  const quick = QUICK.filter((q) => there.some((s) => s.shown === q.what));
  const toggle = (mode: ShownChoice['mode'], what: Shown[], one: Shown) => chooseShown(r.id, { mode, what: what.includes(one) ? what.filter((w) => w !== one) : [...what, one] });
  return (
    <Stack gap={8} mb="md" role="group" aria-label={t('owner.leave.shown')}>
      <Text size="sm" fw={500}>{t('owner.leave.shown')}</Text>
      {quick.length > 0 && (
        <Group gap={6}>
          {quick.map((q) => {
            const on = isQuick(shown, q);
            return <Button key={`${q.mode}.${q.what}`} size="compact-sm" variant={on ? 'filled' : 'light'} aria-pressed={on} onClick={() => chooseShown(r.id, on ? null : { mode: q.mode, what: [q.what] })}>{t(`owner.leave.shown.${q.mode}.${q.what}` as 'owner.leave.shown.only.sleep')}</Button>;
          })}
        </Group>
      )}
      <SegmentedControl
        size="xs" aria-label={t('owner.leave.shown.mode')} value={shown?.mode ?? 'off'} data={MODES.map((value) => ({ value, label: t(`owner.leave.shown.${value}`) }))}
        onChange={(mode) => chooseShown(r.id, mode === 'off' ? null : { mode: mode as ShownChoice['mode'], what: shown?.what ?? [] })}
      />
      {shown && (
        <>
          <Text size="xs" c="dimmed">{t(`owner.leave.shown.pick.${shown.mode}`)}</Text>
          <Group gap="6px 16px">
            {there.map((s) => <Checkbox key={s.shown} size="sm" checked={shown.what.includes(s.shown)} onChange={() => toggle(shown.mode, shown.what, s.shown)} label={t('owner.leave.shown.item', { name: shownName(s.shown), length: duration(s.seconds) })} />)}
          </Group>
        </>
      )}
    </Stack>
  );
}

/** Labels and movements that have a span of their own: others cannot be cut out. */
function shownIn({ spans, seconds, movements }: QualityLabels): { shown: Shown; seconds: number }[] {
  const has = new Set(spans.flatMap((s): Shown[] => (s.movement ? [s.label, s.movement] : [s.label])));
  return [
    ...LABEL_NAMES.filter((label) => has.has(label)).map((label) => ({ shown: label, seconds: seconds[label] })),
    ...MOVEMENT_NAMES.filter((movement) => has.has(movement)).map((movement) => ({ shown: movement, seconds: movements[movement] ?? 0 })),
  ];
}
