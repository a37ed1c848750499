export type MenuActs = { go(path: string): void; open(): void; quit(): void };
export type MenuItem = { label?: string; role?: string; type?: 'separator'; accelerator?: string; submenu?: MenuItem[]; click?: () => void };

const PLACES = [['My recordings', '/owner'], ['Keeper', '/keeper'], ['Market', '/market'], ['Purchases', '/purchases'], ['Wallet', '/wallet'], ['History', '/history']] as const;

/** The native menu. Its accelerators are those that systems expect; the palette and the rest belong to the pages. */
export function menuTemplate(platform: NodeJS.Platform, acts: MenuActs, developing: boolean): MenuItem[] {
  const mac = platform === 'darwin';
  const settings: MenuItem = { label: 'Settings…', accelerator: 'CmdOrCtrl+,', click: () => acts.go('/settings') };
  const quit: MenuItem = { label: 'Quit PHDex', accelerator: 'CmdOrCtrl+Q', click: () => acts.quit() };
  const separator: MenuItem = { type: 'separator' };
  return [
    ...(mac ? [{ label: 'PHDex', submenu: [{ role: 'about' }, separator, settings, separator, { role: 'hide' }, { role: 'hideOthers' }, { role: 'unhide' }, separator, quit] }] : []),
    { label: '&File', submenu: [{ label: 'Open window', accelerator: 'CmdOrCtrl+O', click: () => acts.open() }, ...(mac ? [{ role: 'close' }] : [settings, separator, { role: 'close' }, quit])] },
    { label: '&Edit', submenu: [{ role: 'undo' }, { role: 'redo' }, separator, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }] },
    { label: '&Go', submenu: PLACES.map(([label, path], i) => ({ label, accelerator: `CmdOrCtrl+${i + 1}`, click: () => acts.go(path) })) },
    { label: '&View', submenu: [{ role: 'reload' }, separator, { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, separator, { role: 'togglefullscreen' }, ...(developing ? [separator, { role: 'toggleDevTools' }] : [])] },
    { label: '&Window', submenu: [{ role: 'minimize' }, { role: 'zoom' }, ...(mac ? [separator, { role: 'front' }] : [])] },
  ];
}
