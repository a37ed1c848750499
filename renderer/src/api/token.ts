const KEY = 'phdex.token';

/**
 * The token of the headless host comes in the fragment, which no request carries. It is taken out of the address bar at
 * once, so that neither history nor a shared screen shows it, and kept for reloads of this tab only.
 */
function takeToken(): string | null {
  const hash = location.hash;
  const found = /^#token=([\w-]+)(?:&?(\/.*))?$/.exec(hash);
  if (found) {
    sessionStorage.setItem(KEY, found[1]!);
    history.replaceState(null, '', `${location.pathname}${location.search}#${found[2] ?? '/'}`);
  }
  return sessionStorage.getItem(KEY);
}

export const token: string | null = window.phdex ? null : takeToken();
