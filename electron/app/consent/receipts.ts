import type { ReceiptView } from '../../../shared/api/consent.ts';
import { AppError } from '../../../shared/errors.ts';
import { receiptOf } from '../../consent/receipts/receipt.ts';
import { signReceipt } from '../../consent/receipts/sign.ts';
import type { NodeParts } from '../open-parts.ts';
import type { RightFactsReader } from './right-facts.ts';

/** Receipts of rights that this profile gave, signed by the account that gave each. */
export function createReceipts(parts: Pick<NodeParts, 'wallet' | 'accounts'>, facts: RightFactsReader) {
  return {
    /** @throws AppError `access-unknown`, `not-yours`, `invalid-argument` where the right was never given */
    async receipt(rightId: number): Promise<ReceiptView> {
      const it = facts.of(rightId);
      const index = parts.accounts.indexOf(it.right.owner);
      if (index === undefined) throw new AppError('not-yours', 'That right was given by another person.', { hint: 'Open the profile that gave it.' });
      return signReceipt(receiptOf(it), parts.wallet.account(index));
    },
  };
}
export type Receipts = ReturnType<typeof createReceipts>;
