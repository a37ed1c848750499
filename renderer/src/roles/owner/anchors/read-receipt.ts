import type { ErrorView } from '../../../../../shared/api/common.ts';
import { VerifyReceiptIn } from '../../../../../shared/api/anchors.ts';
import { t } from '../../../i18n/index.ts';

/** The schema's own bound. */
const MOST = VerifyReceiptIn.shape.receipt.maxLength ?? 0;

/** The text of a receipt that was chosen. @throws ErrorView it is too large for one, or cannot be read */
export async function readReceipt(file: File): Promise<string> {
  if (file.size > MOST) throw { code: 'invalid-argument', message: t('anchors.verify.toolarge', { name: file.name }), hint: t('anchors.verify.toolarge.hint'), retryable: false } satisfies ErrorView;
  try { return await file.text(); } catch { throw { code: 'file-truncated', message: t('anchors.verify.unreadable', { name: file.name }), hint: t('anchors.verify.unreadable.hint'), retryable: true } satisfies ErrorView; }
}
