import { t } from '../../i18n/index.ts';
import { Gate } from './Gate.tsx';
import { UnlockForm } from './UnlockForm.tsx';

export function Locked() {
  return <Gate title={t('shell.locked.title')} text={t('shell.locked.text')}><UnlockForm /></Gate>;
}
