import { Button, FileButton, Group, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { FileJson, FlaskConical, Globe } from 'lucide-react';
import { useState } from 'react';
import type { NetworkIn } from '../../../../shared/api/app.ts';
import { t } from '../../i18n/index.ts';
import { ChoiceRadio } from './Choice.tsx';

const MOST_TEXT = 20_000;

export function NetworkStep({ onNext }: { onNext: (network: NetworkIn) => void }) {
  const [kind, setKind] = useState<'demo' | 'rpc'>('demo');
  const [url, setUrl] = useState('');
  const [file, setFile] = useState('');
  const [tooLarge, setTooLarge] = useState(false);
  const urlWrong = url.trim() !== '' && !/^https?:\/\/\S+$/i.test(url.trim());
  const ready = kind === 'demo' || (file.trim() !== '' && !urlWrong);
  const read = async (chosen: File | null) => {
    if (!chosen) return;
    setTooLarge(chosen.size > MOST_TEXT);
    if (chosen.size <= MOST_TEXT) setFile(await chosen.text());
  };
  return (
    <form onSubmit={(e) => { e.preventDefault(); if (ready) onNext(kind === 'demo' ? { kind } : { kind, file, ...(url.trim() === '' ? {} : { rpcUrl: url.trim() }) }); }}>
      <Stack>
        <Radio.Group value={kind} onChange={(value) => setKind(value as 'demo' | 'rpc')} aria-label={t('shell.welcome.network.title')}>
          <Stack gap="sm">
            <ChoiceRadio icon={FlaskConical} value="demo" checked={kind === 'demo'} title={t('shell.welcome.network.demo')} text={t('shell.welcome.network.demo.text')} badge={t('shell.welcome.network.demo.badge')} />
            <ChoiceRadio icon={Globe} value="rpc" checked={kind === 'rpc'} title={t('shell.welcome.network.rpc')} text={t('shell.welcome.network.rpc.text')} />
          </Stack>
        </Radio.Group>
        {kind === 'rpc' && (
          <>
            <Textarea label={t('shell.welcome.network.file')} description={t('shell.welcome.network.file.text')} value={file} onChange={(e) => { setTooLarge(false); setFile(e.currentTarget.value); }} error={tooLarge || file.length > MOST_TEXT ? t('shell.welcome.network.file.large') : undefined} autosize minRows={3} maxRows={8} spellCheck={false} classNames={{ input: 'ph-mono' }} required />
            <Group><FileButton onChange={(chosen) => void read(chosen)} accept="application/json,.json">{(props) => <Button {...props} variant="default" size="xs" leftSection={<FileJson size={15} aria-hidden />}>{t('shell.welcome.network.file.choose')}</Button>}</FileButton></Group>
            <TextInput label={t('shell.welcome.network.url')} description={t('shell.welcome.network.url.text')} value={url} onChange={(e) => setUrl(e.currentTarget.value)} error={urlWrong ? t('shell.welcome.network.url.wrong') : undefined} placeholder="https://" inputMode="url" spellCheck={false} />
          </>
        )}
        <Group justify="flex-end"><Button type="submit" disabled={!ready || file.length > MOST_TEXT}>{t('shell.continue')}</Button></Group>
      </Stack>
    </form>
  );
}
