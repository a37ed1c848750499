import type { Span } from '../../../../shared/api/common.ts';
import type { RecordingDetail, SharePreview } from '../../../../shared/api/owner.ts';
import type { ShareDraft } from './share-draft.ts';
import type { Problem } from './share-problems.ts';

export type ShareStepProps = {
  recording: RecordingDetail; draft: ShareDraft; set(part: Partial<ShareDraft>): void; exclude: Span[];
  preview: SharePreview | undefined; problems: Problem[];
  /** Whether the person has tried to go on from here. */
  tried: boolean;
};
