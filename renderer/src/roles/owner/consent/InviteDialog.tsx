import { ActionIcon, Badge, Button, CopyButton, Divider, Group, Modal, ScrollArea, Stack, Text, TextInput, Textarea, Tooltip } from '@mantine/core';
import { Check, Copy, MailPlus } from 'lucide-react';
import { useState } from 'react';
import type { InvitationView } from '../../../../../shared/api/consent.ts';
import { api } from '../../../api/client.ts';
import { ErrorBox } from '../../../components/ErrorBox.tsx';
import { Loaded } from '../../../components/Loaded.tsx';
import { ago } from '../../../i18n/format.ts';
import { t } from '../../../i18n/index.ts';
import { useAct } from '../../../stores/act.ts';
import { useLive } from '../../../stores/live.ts';

const LABEL_MAX = 80;

/** Makes the text by which one person or clinic can ask. */
export function InviteDialog({ opened, onClose }: { opened: boolean; onClose(): void }) {
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={<Text fw={650} fz="lg" component="span">{t('consent.invite.title')}</Text>} closeButtonProps={{ 'aria-label': t('shell.close') }}>
      {opened && <Content />}
    </Modal>
  );
}

function Content() {
  const [label, setLabel] = useState('');
  const [made, setMade] = useState<InvitationView | null>(null);
  const earlier = useLive(['consent', 'invitations'], () => api.consent.invitations.query(), ['consent']);
  const make = useAct(async () => { setMade(await api.consent.invite.mutate({ label: label.trim() })); setLabel(''); earlier.reload(); });
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">{t('consent.invite.text')}</Text>
      <form onSubmit={(e) => { e.preventDefault(); if (label.trim()) void make.run(); }}>
        <Group align="flex-end">
          <TextInput flex="1 1 240px" label={t('consent.invite.label')} description={t('consent.invite.label.text')} value={label} maxLength={LABEL_MAX} onChange={(e) => setLabel(e.currentTarget.value)} data-autofocus />
          <Button type="submit" leftSection={<MailPlus size={16} aria-hidden />} loading={make.busy} disabled={!label.trim()}>{t('consent.invite.make')}</Button>
        </Group>
      </form>
      <ErrorBox error={make.error} />
      {made && (
        <Stack gap="xs">
          <Textarea label={t('consent.invite.of', { label: made.label })} value={made.text} readOnly autosize minRows={3} maxRows={7} classNames={{ input: 'ph-mono' }} onFocus={(e) => e.currentTarget.select()} />
          <CopyButton value={made.text}>{({ copied, copy }) => <Button variant="default" leftSection={copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />} onClick={copy} style={{ alignSelf: 'flex-start' }}>{t(copied ? 'consent.invite.copied' : 'consent.invite.copy')}</Button>}</CopyButton>
        </Stack>
      )}
      <Loaded live={earlier} empty={null}>
        {(rows) => (
          <>
            <Divider label={t('consent.invite.earlier')} labelPosition="left" />
            <ScrollArea.Autosize mah={260} viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('consent.invite.earlier') }}>
              <Stack gap="xs">{rows.map((i) => <Earlier key={i.account} invitation={i} />)}</Stack>
            </ScrollArea.Autosize>
          </>
        )}
      </Loaded>
    </Stack>
  );
}

function Earlier({ invitation: i }: { invitation: InvitationView }) {
  const name = t('consent.invite.of', { label: i.label });
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={500} className="ph-wrap">{i.label}</Text>
        <Text size="xs" c="dimmed">{`${t('consent.invite.account', { id: String(i.account) })} · ${ago(i.createdAt)}`}</Text>
      </div>
      <Group gap={6} wrap="nowrap">
        <Badge variant="light" color="gray" tt="none">{t(i.used ? 'consent.invite.used' : 'consent.invite.unused')}</Badge>
        <CopyButton value={i.text}>{({ copied, copy }) => <Tooltip label={t(copied ? 'consent.invite.copied' : 'consent.invite.copy')}><ActionIcon variant="subtle" onClick={copy} aria-label={`${t('consent.invite.copy')}: ${name}`}>{copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}</ActionIcon></Tooltip>}</CopyButton>
      </Group>
    </Group>
  );
}
