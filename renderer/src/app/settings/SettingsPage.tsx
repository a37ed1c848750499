import { Button, Group, Input, SegmentedControl, Select, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { Lock, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Settings } from '../../../../shared/api/app.ts';
import { api } from '../../api/client.ts';
import { ErrorBox } from '../../components/ErrorBox.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Page } from '../../components/Page.tsx';
import { duration, native, number, t } from '../../i18n/all.ts';
import { useAct } from '../../stores/act.ts';
import { useLive } from '../../stores/live.ts';
import { useSession } from '../../stores/session.ts';
import { saveSettings, useSettings } from '../../stores/settings.ts';
import { networkName, rolesOf, type RoleTab } from '../nav.ts';
import { BackupCard } from '../wallet/WalletPage.tsx';
import { Section } from './Section.tsx';

/** The bounds are the schema's own. */
const QUOTA = { least: Settings.shape.quotaMb.minValue ?? 0, most: Settings.shape.quotaMb.maxValue ?? 0 };

function Quota({ value, onSave, busy }: { value: number; onSave: (mb: number) => void; busy: boolean }) {
  const [text, setText] = useState(String(value));
  const valid = /^\d+$/.test(text.trim()) && Settings.shape.quotaMb.safeParse(Number(text)).success;
  return (
    <form onSubmit={(e) => { e.preventDefault(); if (valid) onSave(Number(text)); }}>
      <Group align="flex-end" gap="sm">
        <TextInput label={t('shell.settings.quota')} description={t('shell.settings.quota.text', { least: QUOTA.least, most: QUOTA.most })} value={text} onChange={(e) => setText(e.currentTarget.value)} error={valid ? undefined : t('shell.settings.quota.wrong', { least: number(QUOTA.least), most: number(QUOTA.most) })} inputMode="numeric" className="ph-num" flex="1 1 220px" />
        {Number(text) !== value && <Button type="submit" disabled={!valid} loading={busy}>{t('shell.settings.quota.save')}</Button>}
      </Group>
    </form>
  );
}

function Facts({ facts }: { facts: [string, string][] }) {
  return (
    <dl style={{ margin: 0, display: 'grid', gap: 8 }}>
      {facts.map(([name, value]) => <Group key={name} justify="space-between" gap="md" wrap="nowrap" align="flex-start"><Text component="dt" size="sm" c="dimmed">{name}</Text><Text component="dd" m={0} size="sm" ta="end" className="ph-wrap ph-num">{value}</Text></Group>)}
    </dl>
  );
}

/** How often a running recording that is shared continuously is cut; the setting may hold another. */
const LIVE_SECONDS = [15, 60, 300, 900, 3600];

function Form({ settings }: { settings: Settings }) {
  const session = useSession();
  const save = useAct(saveSettings);
  const forget = useAct(() => api.app.forgetPassphrase.mutate());
  const lock = useAct(() => api.app.lock.mutate());
  // Where the network cannot be reached, the sentence goes without its price.
  const cost = useLive(['anchors', 'cost'], () => api.anchors.cost.query(), []);
  const set = (part: Partial<Settings>) => void save.run(part);
  const toggle = (name: 'notifications' | 'startAtLogin' | 'keepOnStart' | 'autoRelease' | 'autoCertify' | 'linkAccounts' | 'autoAnchor', label: string, description?: string) =>
    <Switch label={label} description={description} checked={settings[name]} onChange={(e) => set({ [name]: e.currentTarget.checked })} />;
  return (
    <Stack gap="lg">
      <ErrorBox error={save.error ?? forget.error ?? lock.error} />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
        <Section title={t('shell.settings.look')}>
          <div>
            <Input.Label component="div" id="theme-label" mb={4}>{t('shell.settings.theme')}</Input.Label>
            <SegmentedControl aria-labelledby="theme-label" fullWidth value={settings.theme} onChange={(theme) => set({ theme: theme as Settings['theme'] })} data={[{ value: 'system', label: t('shell.settings.theme.system') }, { value: 'light', label: t('shell.settings.theme.light') }, { value: 'dark', label: t('shell.settings.theme.dark') }]} />
          </div>
          <Select label={t('shell.settings.language')} description={t('shell.settings.language.text')} value={settings.language} allowDeselect={false} onChange={(language) => set({ language: language as Settings['language'] })} data={[{ value: 'en', label: t('shell.settings.language.en') }]} />
          <Select label={t('shell.settings.home')} description={t('shell.settings.home.text')} value={settings.homeRole} allowDeselect={false} onChange={(role) => set({ homeRole: role as RoleTab })} data={rolesOf(session).map((r) => ({ value: r.role, label: t(r.label) }))} />
        </Section>
        <Stack gap="lg">
        <Section title={t('shell.settings.app')}>
          {toggle('notifications', t('shell.settings.notifications'), t('shell.settings.notifications.text'))}
          {session.host === 'electron' && toggle('startAtLogin', t('shell.settings.login'), t('shell.settings.login.text'))}
        </Section>
        <Section title={t('shell.settings.security')}>
          <Text size="sm">{session.passphrase.remembered ? t('shell.settings.remembered') : t('shell.settings.notRemembered')}</Text>
          {session.passphrase.remembered && <Button variant="default" leftSection={<Trash2 size={16} aria-hidden />} loading={forget.busy} onClick={() => void forget.run()} style={{ alignSelf: 'flex-start' }}>{t('shell.settings.forget')}</Button>}
          <Group gap="sm"><Button variant="default" leftSection={<Lock size={16} aria-hidden />} loading={lock.busy} onClick={() => void lock.run()}>{t('shell.settings.lock')}</Button><Text size="xs" c="dimmed" flex="1 1 160px">{t('shell.settings.lock.text')}</Text></Group>
          {toggle('autoAnchor', t('shell.settings.anchor'), [t('shell.settings.anchor.text'), cost.data && t('shell.settings.anchor.cost', { cost: native(cost.data.wei) })].filter(Boolean).join(' '))}
          {toggle('linkAccounts', t('shell.settings.link'), t('shell.settings.link.text'))}
          <Select label={t('shell.settings.live')} description={t('shell.settings.live.text')} value={String(settings.liveSeconds)} allowDeselect={false} onChange={(v) => { if (v) set({ liveSeconds: Number(v) }); }} data={[...new Set([...LIVE_SECONDS, settings.liveSeconds])].sort((a, b) => a - b).map((s) => ({ value: String(s), label: duration(s) }))} />
        </Section>
        </Stack>
        <Section title={t('shell.settings.keeper')}>
          {toggle('keepOnStart', t('shell.settings.keepOnStart'))}
          {toggle('autoRelease', t('shell.settings.autoRelease'), t('shell.settings.autoRelease.text'))}
          <Quota key={settings.quotaMb} value={settings.quotaMb} busy={save.busy} onSave={(quotaMb) => set({ quotaMb })} />
          {session.validator.accredited && toggle('autoCertify', t('shell.settings.autoCertify'))}
        </Section>
        <Stack gap="sm">
          <BackupCard />
          <Text size="sm" c="dimmed" px="xs">{t('shell.settings.restore')}</Text>
        </Stack>
        {session.network && <Section title={t('shell.settings.network')}><Facts facts={[[t('shell.settings.network.name'), networkName(session.network)], [t('shell.settings.network.chain'), String(session.network.chainId)], [t('shell.settings.network.rpc'), session.network.rpcUrl]]} /></Section>}
        <Section title={t('shell.settings.about')}><Facts facts={[[t('shell.settings.version'), session.version], [t('shell.settings.host'), t(`shell.settings.host.${session.host}`)], [t('shell.settings.licence'), 'Apache-2.0']]} /></Section>
      </SimpleGrid>
    </Stack>
  );
}

export function SettingsPage() {
  const settings = useSettings();
  return <Page title={t('shell.settings.title')} subtitle={t('shell.settings.subtitle')}>{settings ? <Form settings={settings} /> : <Loading label={t('shell.settings.loading')} />}</Page>;
}
