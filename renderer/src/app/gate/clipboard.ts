const CLEAR_MS = 60_000;

const digest = async (text: string): Promise<string> => [...new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))].join(',');

/** Only a window with the focus may touch the clipboard. */
const focused = (): Promise<void> => (document.hasFocus() ? Promise.resolve() : new Promise((resolve) => window.addEventListener('focus', () => resolve(), { once: true })));

async function clear(of: string): Promise<void> {
  await focused();
  try {
    // Something else was copied since: that is not ours to take away.
    if (await digest(await navigator.clipboard.readText()) !== of) return;
  } catch { /* May not be read: rather one lost note than words that lie about. */ }
  await navigator.clipboard.writeText('').catch(() => undefined);
}

/** Copies a secret and takes it out of the clipboard after a minute; what waits for that knows only its digest. */
export async function copySecret(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    const of = await digest(text);
    setTimeout(() => void clear(of), CLEAR_MS);
    return true;
  } catch { return false; }
}
