import { Button, FileButton, Group, PasswordInput, Stack, Text, Textarea, Checkbox } from '@mantine/core';
import { ArchiveRestore, FileKey, KeyRound, Sparkles } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { fileRefOf } from '../../api/upload.ts';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { percent, t } from '../../i18n/all.ts';
import { useAct } from '../../stores/act.ts';
import { useSession } from '../../stores/session.ts';
import { ChoiceButton } from './Choice.tsx';
import { draftReady, emptyDraft, NewPassphrase } from './NewPassphrase.tsx';

export type WalletWay = 'choose' | 'new' | 'words' | 'backup';

export function ChooseWay({ onChoose }: { onChoose: (way: WalletWay) => void }) {
  return (
    <Stack gap="sm">
      <ChoiceButton icon={Sparkles} title={t('shell.welcome.new')} text={t('shell.welcome.new.text')} onClick={() => onChoose('new')} />
      <ChoiceButton icon={KeyRound} title={t('shell.welcome.words')} text={t('shell.welcome.words.text')} onClick={() => onChoose('words')} />
      <ChoiceButton icon={ArchiveRestore} title={t('shell.welcome.backup')} text={t('shell.welcome.backup.text')} onClick={() => onChoose('backup')} />
    </Stack>
  );
}

function Buttons({ onBack, label, busy, disabled }: { onBack: () => void; label: string; busy: boolean; disabled: boolean }) {
  return (
    <Group justify="space-between">
      <Button variant="default" onClick={onBack} disabled={busy}>{t('shell.back')}</Button>
      <Button type="submit" loading={busy} disabled={disabled}>{label}</Button>
    </Group>
  );
}

export function NewWallet({ onBack, onMade }: { onBack: () => void; onMade: (words: string[]) => void }) {
  const [draft, setDraft] = useState(emptyDraft);
  const create = useAct(async () => onMade((await api.app.createWallet.mutate({ passphrase: draft.passphrase, remember: draft.remember })).mnemonic.split(' ')));
  return (
    <form onSubmit={(e) => { e.preventDefault(); if (draftReady(draft)) void create.run(); }}>
      <Stack>
        <NewPassphrase draft={draft} onChange={setDraft} />
        <ErrorBox error={create.error} />
        <Buttons onBack={onBack} label={t('shell.welcome.create')} busy={create.busy} disabled={!draftReady(draft)} />
      </Stack>
    </form>
  );
}

export function RestoreWords({ onBack, onDone }: { onBack: () => void; onDone: () => void }) {
  const [mnemonic, setMnemonic] = useState('');
  const [draft, setDraft] = useState(emptyDraft);
  const words = mnemonic.trim() === '' ? [] : mnemonic.trim().split(/\s+/);
  const restore = useAct(async () => {
    await api.app.restoreWallet.mutate({ mnemonic: words.join(' ').toLowerCase(), passphrase: draft.passphrase, remember: draft.remember });
    setMnemonic('');
    onDone();
  });
  return (
    <form onSubmit={(e) => { e.preventDefault(); if (draftReady(draft)) void restore.run(); }} autoComplete="off">
      <Stack>
        <Textarea label={t('shell.welcome.mnemonic')} description={t('shell.welcome.mnemonic.text')} value={mnemonic} onChange={(e) => setMnemonic(e.currentTarget.value)} autosize minRows={3} maxRows={6} spellCheck={false} autoComplete="off" autoCorrect="off" autoCapitalize="none" data-autofocus required />
        <Text size="xs" c="dimmed" mt={-8} aria-live="polite">{t('shell.welcome.mnemonic.count', { count: words.length })}</Text>
        <NewPassphrase draft={draft} onChange={setDraft} />
        <ErrorBox error={restore.error} />
        <Buttons onBack={onBack} label={t('shell.welcome.restore')} busy={restore.busy} disabled={words.length === 0 || !draftReady(draft)} />
      </Stack>
    </form>
  );
}

export function RestoreBackup({ onBack, onDone }: { onBack: () => void; onDone: () => void }) {
  const { passphrase: keeps } = useSession();
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const [remember, setRemember] = useState(false);
  const [sent, setSent] = useState<number | null>(null);
  const restore = useAct(async () => {
    const source = await fileRefOf(file!, (done, total) => setSent(total > 0 ? done / total : null));
    setSent(null);
    await api.app.restoreBackup.mutate({ source, passphrase, remember });
    onDone();
  });
  return (
    <form onSubmit={(e) => { e.preventDefault(); void restore.run(); }}>
      <Stack>
        <Group>
          <FileButton onChange={setFile}>{(props) => <Button {...props} variant="default" leftSection={<FileKey size={16} aria-hidden />}>{t('shell.welcome.backup.choose')}</Button>}</FileButton>
          {file && <Text size="sm" className="ph-wrap">{file.name}</Text>}
        </Group>
        <PasswordInput label={t('shell.welcome.passphrase.backup')} value={passphrase} onChange={(e) => setPassphrase(e.currentTarget.value)} autoComplete="off" required />
        {keeps.canRemember && <Checkbox label={t('shell.welcome.remember')} description={t('shell.welcome.remember.text')} checked={remember} onChange={(e) => setRemember(e.currentTarget.checked)} />}
        {sent !== null && sent < 1 && <Text size="sm" c="dimmed" role="status" className="ph-num">{t('shell.welcome.backup.sending', { percent: percent(sent) })}</Text>}
        <ErrorBox error={restore.error} />
        <Buttons onBack={onBack} label={t('shell.welcome.backup.restore')} busy={restore.busy} disabled={!file || passphrase === ''} />
      </Stack>
    </form>
  );
}
