import { Checkbox, PasswordInput, Progress, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../../i18n/index.ts';
import { useSession } from '../../stores/session.ts';
import { LEAST_PASSPHRASE, strengthOf } from './strength.ts';

export type PassphraseDraft = { passphrase: string; again: string; remember: boolean };
export const emptyDraft: PassphraseDraft = { passphrase: '', again: '', remember: false };
export const draftReady = (it: PassphraseDraft): boolean => it.passphrase.length >= LEAST_PASSPHRASE && it.passphrase === it.again;

const HUES = ['red', 'red', 'yellow', 'green'] as const;
const LABELS = ['shell.welcome.strength.0', 'shell.welcome.strength.1', 'shell.welcome.strength.2', 'shell.welcome.strength.3'] as const;

/** A passphrase to be chosen: typed twice, with a hint of how strong it is. */
export function NewPassphrase({ draft, onChange, label, text, rememberable = true }: { draft: PassphraseDraft; onChange: (draft: PassphraseDraft) => void; label?: string; text?: ReactNode; rememberable?: boolean }) {
  const { passphrase: keeps } = useSession();
  const strength = strengthOf(draft.passphrase);
  const differs = draft.again !== '' && !draft.passphrase.startsWith(draft.again) && draft.again !== draft.passphrase;
  return (
    <Stack gap="md">
      <div>
        <PasswordInput label={label ?? t('shell.welcome.passphrase')} description={text ?? t('shell.welcome.passphrase.text')} value={draft.passphrase} onChange={(e) => onChange({ ...draft, passphrase: e.currentTarget.value })} autoComplete="new-password" required />
        {draft.passphrase !== '' && (
          <div aria-live="polite">
            <Progress value={[12, 34, 67, 100][strength]!} color={HUES[strength]} size="xs" mt={8} aria-hidden />
            <Text size="xs" c="dimmed" mt={4}>{strength === 0 ? t('shell.welcome.passphrase.short', { least: LEAST_PASSPHRASE }) : t('shell.welcome.strength', { strength: t(LABELS[strength]) })}</Text>
          </div>
        )}
      </div>
      <PasswordInput label={t('shell.welcome.passphrase.again')} value={draft.again} onChange={(e) => onChange({ ...draft, again: e.currentTarget.value })} autoComplete="new-password" error={differs ? t('shell.welcome.passphrase.differs') : undefined} required />
      {rememberable && keeps.canRemember && <Checkbox label={t('shell.welcome.remember')} description={t('shell.welcome.remember.text')} checked={draft.remember} onChange={(e) => onChange({ ...draft, remember: e.currentTarget.checked })} />}
    </Stack>
  );
}
