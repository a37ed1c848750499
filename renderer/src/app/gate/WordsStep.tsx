import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { Copy, ShieldAlert } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../i18n/index.ts';
import { copySecret } from './clipboard.ts';
import css from './gate.module.css';
import { pickPlaces } from './pick-places.ts';

/** The words, this once. They come as a property and go with the component: no store ever holds them. */
export function ShowWords({ words, onNext }: { words: string[]; onNext: () => void }) {
  const [copied, setCopied] = useState<boolean | null>(null);
  return (
    <Stack>
      <ol className={css.words} aria-label={t('shell.welcome.write.list')} translate="no">{words.map((word, i) => <li key={`${i}-${word}`}>{word}</li>)}</ol>
      <Group justify="space-between">
        <Button variant="default" leftSection={<Copy size={16} aria-hidden />} onClick={() => void copySecret(words.join(' ')).then(setCopied)}>{t('shell.welcome.write.copy')}</Button>
        <Button onClick={onNext}>{t('shell.welcome.write.next')}</Button>
      </Group>
      <Text size="sm" c="dimmed" role="status" mih={20}>{copied === null ? '' : copied ? t('shell.welcome.write.copied') : t('shell.welcome.write.notCopied')}</Text>
    </Stack>
  );
}

export function ConfirmWords({ words, onBack, onNext }: { words: string[]; onBack: () => void; onNext: () => void }) {
  const [places] = useState(() => pickPlaces(words.length, 3));
  const [typed, setTyped] = useState<string[]>(['', '', '']);
  const [checked, setChecked] = useState(false);
  const right = (i: number) => typed[i]!.trim().toLowerCase() === words[places[i]!];
  const submit = () => { setChecked(true); if (places.every((_, i) => right(i))) onNext(); };
  return (
    <form onSubmit={(e) => { e.preventDefault(); submit(); }} autoComplete="off">
      <Stack>
        {places.map((place, i) => (
          <TextInput
            key={place} label={t('shell.welcome.confirm.word', { n: place + 1 })} value={typed[i]!} autoComplete="off" spellCheck={false} autoCapitalize="none"
            onChange={(e) => { const value = e.currentTarget.value; setChecked(false); setTyped((all) => all.map((old, j) => (j === i ? value : old))); }}
            error={checked && !right(i) ? t('shell.welcome.confirm.wrong', { n: place + 1 }) : undefined} required
          />
        ))}
        <Group justify="space-between">
          <Button variant="default" onClick={onBack}>{t('shell.welcome.confirm.again')}</Button>
          <Button type="submit" disabled={typed.some((word) => word.trim() === '')}>{t('shell.welcome.confirm.next')}</Button>
        </Group>
      </Stack>
    </form>
  );
}

export const WordsWarning = () => <Alert color="yellow" variant="light" icon={<ShieldAlert size={20} aria-hidden />}>{t('shell.welcome.write.text')}</Alert>;
