import { Alert, Button, FileButton, Group, List, Stack, Text } from '@mantine/core';
import { FileJson } from 'lucide-react';
import { useRef, useState } from 'react';
import { MOST_CONSENT_TEXT, type GrantDraft } from '../../../../../shared/api/consent.ts';
import { api } from '../../../api/client.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { lostConditions } from './give-draft.ts';

/** A file of thousands of unknown codes leaves the page readable. */
const MOST_SENTENCES = 30;

/** Fills the form from a FHIR Consent that a clinic wrote, and says what it leaves open. Nothing is given by it. */
export function FromConsent({ onRead }: { onRead(asked: GrantDraft): void }) {
  const [read, setRead] = useState<{ name: string; asked: GrantDraft } | null>(null);
  const [large, setLarge] = useState(false);
  const reset = useRef<() => void>(null);
  const act = useAct(async (file: File) => {
    const asked = await api.consent.readConsent.query({ text: await file.text() });
    setRead({ name: file.name, asked });
    onRead(asked);
  });
  const choose = (file: File | null): void => {
    if (!file) return;
    setRead(null);
    act.clear();
    setLarge(file.size > MOST_CONSENT_TEXT);
    if (file.size <= MOST_CONSENT_TEXT) void act.run(file);
    // The same file can be chosen again once it was changed.
    reset.current?.();
  };
  const lost = read ? lostConditions(read.asked) : [];
  return (
    <Stack gap="xs" mb="md">
      <Group gap="sm">
        <FileButton resetRef={reset} onChange={choose} accept="application/json,application/fhir+json,.json">{(props) => <Button {...props} variant="default" size="xs" loading={act.busy} leftSection={<FileJson size={15} aria-hidden />}>{t('consent.give.file')}</Button>}</FileButton>
        <Text size="xs" c="dimmed">{t('consent.give.file.text')}</Text>
      </Group>
      {large && <ErrorBox error={{ code: 'invalid-argument', message: t('consent.give.file.large'), hint: t('consent.give.file.large.hint'), retryable: false }} />}
      {act.error && <ErrorBox error={act.error} />}
      {read && (
        <Alert color="yellow" variant="light" title={t('consent.give.file.read', { name: read.name })}>
          <Text size="sm" className="ph-wrap">{read.asked.granteeName ? t('consent.give.file.named', { name: read.asked.granteeName }) : t('consent.give.file.unnamed')}</Text>
          <List size="sm" mt={4} className="ph-wrap">
            {[...new Set(read.asked.open)].slice(0, MOST_SENTENCES).map((sentence) => <List.Item key={sentence}>{sentence}</List.Item>)}
            {lost.length > 0 && <List.Item>{t('consent.give.file.duo', { codes: lost.join(', ') })}</List.Item>}
          </List>
        </Alert>
      )}
    </Stack>
  );
}
