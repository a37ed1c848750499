import type { AppState } from '../../shared/api/app.ts';

export type TrayAct = 'open' | 'pause' | 'resume' | 'login' | 'quit';
export type TrayItem = { type: 'separator' } | { type: 'label'; label: string } | { type: 'act'; act: TrayAct; label: string } | { type: 'check'; act: TrayAct; label: string; checked: boolean };
export type TrayModel = { tooltip: string; badge: number; items: TrayItem[] };

const count = (n: number, one: string, other: string) => `${n.toLocaleString('en')} ${n === 1 ? one : other}`;

/** `12 shares kept, 1 release pending` */
export function keepingLine(keeper: AppState['keeper']): string {
  if (!keeper.running) return 'Not keeping';
  const shares = `${count(keeper.shares, 'share', 'shares')} kept`;
  const pending = `${count(keeper.pending, 'release', 'releases')} pending`;
  return keeper.paused ? `Keeping is paused: ${shares}, ${pending}` : `${shares}, ${pending}`;
}

/** What the tray shows of a state. */
export function trayModel(state: Pick<AppState, 'phase' | 'keeper'>, settings: { startAtLogin: boolean }): TrayModel {
  const { keeper } = state;
  const line = state.phase === 'locked' ? 'Locked: open the app to keep shares' : keepingLine(keeper);
  const items: TrayItem[] = [{ type: 'label', label: line }, { type: 'act', act: 'open', label: 'Open PHDex' }, { type: 'separator' }];
  if (keeper.running) items.push(keeper.paused ? { type: 'act', act: 'resume', label: 'Resume keeping' } : { type: 'act', act: 'pause', label: 'Pause keeping' });
  items.push({ type: 'check', act: 'login', label: 'Start at login', checked: settings.startAtLogin }, { type: 'separator' }, { type: 'act', act: 'quit', label: keeper.running && !keeper.paused ? 'Quit and stop keeping' : 'Quit' });
  return { tooltip: `PHDex\n${line}`, badge: keeper.running ? keeper.pending : 0, items };
}

/** Whether closing the window leaves the app in the tray: only where it has work to do that nobody else does. */
export const staysInTray = (keeper: AppState['keeper']): boolean => keeper.running;
