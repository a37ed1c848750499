import { Text } from '@mantine/core';
import { Check } from 'lucide-react';
import { useState } from 'react';
import type { NetworkIn } from '../../../../shared/api/app.ts';
import { t } from '../../i18n/index.ts';
import { useSession } from '../../stores/session.ts';
import { Gate } from './Gate.tsx';
import css from './gate.module.css';
import { NetworkStep } from './NetworkStep.tsx';
import { RoleStep } from './RoleStep.tsx';
import { ChooseWay, NewWallet, RestoreBackup, RestoreWords, type WalletWay } from './WalletStep.tsx';
import { ConfirmWords, ShowWords, WordsWarning } from './WordsStep.tsx';

type Step = { at: 'wallet'; way: WalletWay } | { at: 'show'; words: string[] } | { at: 'confirm'; words: string[] } | { at: 'network' } | { at: 'role'; network: NetworkIn };
const STEPS = ['shell.welcome.step.wallet', 'shell.welcome.step.words', 'shell.welcome.step.network', 'shell.welcome.step.role'] as const;
const NUMBER = { wallet: 0, show: 1, confirm: 1, network: 2, role: 3 } as const;

function Steps({ current }: { current: number }) {
  return (
    <ol className={css.steps} aria-label={t('shell.welcome.steps')}>
      {STEPS.map((key, i) => (
        <li key={key} className={css.step} aria-current={i === current ? 'step' : undefined} data-done={i < current || undefined}>
          <span className={css.mark} aria-hidden>{i < current ? <Check size={14} /> : i + 1}</span>{t(key)}
        </li>
      ))}
    </ol>
  );
}

/** The first start: a wallet, its words, a network, a role. */
export function Welcome() {
  const { hasWallet } = useSession();
  const [step, setStep] = useState<Step>(hasWallet ? { at: 'network' } : { at: 'wallet', way: 'choose' });
  const choose = () => setStep({ at: 'wallet', way: 'choose' });
  const network = () => setStep({ at: 'network' });
  const above = <Steps current={NUMBER[step.at]} />;
  if (step.at === 'wallet') {
    if (step.way === 'new') return <Gate wide above={above} title={t('shell.welcome.new')} text={t('shell.welcome.wallet.text')}><NewWallet onBack={choose} onMade={(words) => setStep({ at: 'show', words })} /></Gate>;
    if (step.way === 'words') return <Gate wide above={above} title={t('shell.welcome.words')}><RestoreWords onBack={choose} onDone={network} /></Gate>;
    if (step.way === 'backup') return <Gate wide above={above} title={t('shell.welcome.backup')} text={t('shell.wallet.backup.text')}><RestoreBackup onBack={choose} onDone={network} /></Gate>;
    return (
      <Gate wide above={above} title={t('shell.welcome.title')} text={t('shell.welcome.subtitle')}>
        <Text size="sm">{t('shell.welcome.wallet.text')}</Text>
        <ChooseWay onChoose={(way) => setStep({ at: 'wallet', way })} />
      </Gate>
    );
  }
  if (step.at === 'show') return <Gate wide above={above} title={t('shell.welcome.write.title')}><WordsWarning /><ShowWords words={step.words} onNext={() => setStep({ at: 'confirm', words: step.words })} /></Gate>;
  if (step.at === 'confirm') return <Gate wide above={above} title={t('shell.welcome.confirm.title')} text={t('shell.welcome.confirm.text')}><ConfirmWords words={step.words} onBack={() => setStep({ at: 'show', words: step.words })} onNext={network} /></Gate>;
  if (step.at === 'network') return <Gate wide above={above} title={t('shell.welcome.network.title')} text={t('shell.welcome.network.text')}><NetworkStep onNext={(chosen) => setStep({ at: 'role', network: chosen })} /></Gate>;
  return <Gate wide above={above} title={t('shell.welcome.role.title')} text={t('shell.welcome.role.text')}><RoleStep network={step.network} onBack={network} /></Gate>;
}
