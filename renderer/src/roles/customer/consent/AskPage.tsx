import { useParams } from 'wouter';
import { t } from '../../../i18n/index.ts';
import { AskForm } from './AskForm.tsx';
import { HeldFrame } from './HeldFrame.tsx';
import { RoleGate } from './RoleGate.tsx';

/** Asks by an invitation, or the owner of a listing. */
export function AskPage() {
  const dataset = Number(useParams<{ dataset?: string }>().dataset ?? NaN);
  return <HeldFrame title={t('grantee.ask.title')} subtitle={t('grantee.ask.subtitle')}><AskForm kind="any" datasetId={Number.isSafeInteger(dataset) ? dataset : null} /></HeldFrame>;
}

/** The same with the insurer's purpose filled in. */
export function QuotePage() {
  return <HeldFrame title={t('grantee.ask.quote.title')} subtitle={t('grantee.ask.quote.subtitle')}><RoleGate roles={['insurer']}><AskForm kind="quote" datasetId={null} /></RoleGate></HeldFrame>;
}
