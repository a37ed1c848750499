import { Group, Kbd, Modal, Stack, Text } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { t } from '../../i18n/index.ts';
import { useSession } from '../../stores/session.ts';
import { setUi, uiStore } from '../../stores/ui.ts';
import { PLACES, rolesOf } from '../nav.ts';

/** How long after «g» the second letter counts. */
const CHORD_MS = 1200;

const typing = (target: EventTarget | null): boolean => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
const dialogOpen = (): boolean => document.querySelector('[role="dialog"]') !== null;

/** The search of the page one is on, or the one for everything. */
function search(): void {
  const field = document.querySelector<HTMLInputElement>('main input[type="search"], main [role="searchbox"]');
  if (field) { field.focus(); field.select(); } else spotlight.open();
}

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

export function Shortcuts() {
  const opened = uiStore((s) => s.shortcuts);
  const session = useSession();
  const [, go] = useLocation();
  const letters: [string, string, string][] = [...rolesOf(session).map((r): [string, string, string] => [r.letter, r.path, t(r.label)]), ...PLACES.map((p): [string, string, string] => [p.letter, p.path, t(p.label)]), ['s', '/settings', t('shell.nav.settings')]];
  const latest = useRef({ letters, go });
  latest.current = { letters, go };
  useEffect(() => {
    let chordAt = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target) || dialogOpen()) return;
      const inChord = event.timeStamp - chordAt < CHORD_MS;
      chordAt = 0;
      const to = inChord ? latest.current.letters.find(([letter]) => letter === event.key) : undefined;
      if (to) latest.current.go(to[1]);
      else if (event.key === 'g') chordAt = event.timeStamp;
      else if (event.key === '/') search();
      else if (event.key === '?') setUi({ shortcuts: true });
      else if (event.key === 'a') setUi({ activity: true });
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const row = (words: string, keys: string[], joint = '') => (
    <Group key={words} justify="space-between" wrap="nowrap">
      <Text size="sm">{words}</Text>
      <Group gap={6} wrap="nowrap">{keys.map((key, i) => <Group key={key} gap={6} wrap="nowrap">{i > 0 && joint && <Text size="xs" c="dimmed">{joint}</Text>}<Kbd>{key}</Kbd></Group>)}</Group>
    </Group>
  );
  return (
    <Modal opened={opened} onClose={() => setUi({ shortcuts: false })} title={<Text component="span" fw={650} fz="lg">{t('shell.shortcuts.title')}</Text>} closeButtonProps={{ 'aria-label': t('shell.close') }} centered>
      <Stack gap="sm">
        {row(t('shell.shortcuts.palette'), [isMac ? '⌘' : 'Ctrl', 'K'], '+')}
        {row(t('shell.shortcuts.search'), ['/'])}
        {row(t('shell.shortcuts.activity'), ['a'])}
        {row(t('shell.shortcuts.help'), ['?'])}
        {letters.map(([letter, , name]) => row(t('shell.shortcuts.go', { page: name }), ['g', letter], t('shell.shortcuts.then')))}
        {row(t('shell.shortcuts.table'), ['↑', '↓', 'Home', 'End', 'Enter'])}
      </Stack>
    </Modal>
  );
}
