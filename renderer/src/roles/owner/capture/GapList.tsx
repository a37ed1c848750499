import { List, Text } from '@mantine/core';
import type { CaptureView } from '../../../../../shared/api/capture.ts';
import { clock, duration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';

/** When nothing came: these stay gaps in the recording and are never filled. */
export function GapList({ gaps }: { gaps: CaptureView['gaps'] }) {
  if (gaps.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>{t('capture.gaps.title')}</Text>
      <List size="sm" spacing={2} mt={4} className="ph-num">
        {[...gaps].reverse().map((gap) => <List.Item key={gap.from}>{gap.to === null ? t('capture.gap.open', { from: clock(gap.from) }) : t('capture.gap', { from: clock(gap.from), length: duration((gap.to - gap.from) / 1000) })}</List.Item>)}
      </List>
    </div>
  );
}
