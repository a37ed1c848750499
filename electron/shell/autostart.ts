/** Quoted for `Exec` of a desktop entry: its own rules, which are not a shell's. */
const quote = (word: string) => `"${word.replace(/[\\"`$]/g, '\\$&').replaceAll('%', '%%')}"`;

/** Linux has no login items that Electron knows: desktops start what lies in ~/.config/autostart. */
export function autostartEntry(executable: string, args: readonly string[]): string {
  return ['[Desktop Entry]', 'Type=Application', 'Name=PHDex', 'Comment=Keeps shares and releases them', `Exec=${[executable, ...args].map(quote).join(' ')}`, 'Terminal=false', 'X-GNOME-Autostart-enabled=true', ''].join('\n');
}
