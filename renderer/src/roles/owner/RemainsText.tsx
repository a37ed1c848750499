import { Text } from '@mantine/core';
import type { Span } from '../../../../shared/api/common.ts';
import type { RecordingDetail } from '../../../../shared/api/owner.ts';
import { viewOf } from '../../../../shared/report-view.ts';
import { labelName } from '../../components/QualityWords.ts';
import { duration } from '../../i18n/format.ts';
import { t } from '../../i18n/index.ts';
import { remains } from './remains.ts';

/** What would be shared once the cuts are made. */
export function RemainsText({ recording: r, cuts }: { recording: RecordingDetail; cuts: readonly Span[] }) {
  const rest = remains(r.durationSeconds, r.report && viewOf(r.report).labels, cuts);
  const list = rest.byLabel.map(({ label, seconds }) => t('owner.leave.shown.item', { name: labelName(label), length: duration(seconds) })).join(', ');
  return <Text size="sm" role="status">{rest.stretches === 0 ? t('owner.leave.remains.nothing') : t('owner.leave.remains', { length: duration(rest.seconds), count: rest.stretches, list })}</Text>;
}
