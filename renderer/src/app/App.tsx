import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { navigate } from 'wouter/use-hash-location';
import { listen } from '../stores/events.ts';
import { sessionStore } from '../stores/session.ts';
import { useSettings } from '../stores/settings.ts';
import { ConnectionBanner } from './frame/ConnectionBanner.tsx';
import { Boot } from './gate/Boot.tsx';
import { Failed, Starting } from './gate/Starting.tsx';
import { Locked } from './gate/Locked.tsx';
import { Welcome } from './gate/Welcome.tsx';
import { Shell } from './frame/Shell.tsx';
import { isPlace } from './nav.ts';

export function App() {
  const phase = sessionStore((s) => s.state?.phase);
  const settings = useSettings();
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => listen((path) => { if (isPlace(path)) navigate(path); }), []);
  const theme = settings?.theme;
  useEffect(() => { if (theme) setColorScheme(theme === 'system' ? 'auto' : theme); }, [theme, setColorScheme]);
  return (
    <>
      <ConnectionBanner />
      {phase === undefined ? <Boot /> : phase === 'welcome' ? <Welcome /> : phase === 'locked' ? <Locked /> : phase === 'starting' ? <Starting /> : phase === 'failed' ? <Failed /> : <Shell />}
    </>
  );
}
