import { z } from 'zod';

export const SCHEME_OF_PAGES = 'phdex-app';
export const PAGES_ORIGIN = `${SCHEME_OF_PAGES}://app`;
/** The pages are made for this width; below it they still work. */
const LEAST = { width: 600, height: 480 };
const FIRST = { width: 1240, height: 820 };

const State = z.object({ x: z.number().int(), y: z.number().int(), width: z.number().int(), height: z.number().int(), maximized: z.boolean() });
export type WindowState = z.infer<typeof State>;
export type Area = { x: number; y: number; width: number; height: number };

/**
 * Where the window opens: as it was left, if that is still on a display. A screen that was unplugged, or a file that
 * somebody edited, gives the first size in the middle of the first display.
 */
export function windowPlace(saved: unknown, displays: readonly Area[]): Partial<Area> & { width: number; height: number; maximized: boolean } {
  const parsed = State.safeParse(saved);
  const fit = (size: { width: number; height: number }, area: Area | undefined) => ({
    width: Math.max(LEAST.width, Math.min(size.width, area?.width ?? size.width)),
    height: Math.max(LEAST.height, Math.min(size.height, area?.height ?? size.height)),
  });
  if (!parsed.success) return { ...fit(FIRST, displays[0]), maximized: false };
  const s = parsed.data;
  // The middle of its title bar has to be on a display, or nobody could drag it back.
  const middle = { x: s.x + s.width / 2, y: s.y + 16 };
  const area = displays.find((d) => middle.x >= d.x && middle.x < d.x + d.width && middle.y >= d.y && middle.y < d.y + d.height);
  if (!area) return { ...fit(s, displays[0]), maximized: s.maximized };
  return { x: s.x, y: s.y, ...fit(s, area), maximized: s.maximized };
}

/** The window's options. What keeps the page in its box is written last, so that nothing before it can loosen it. */
export function windowOptions(options: { place: ReturnType<typeof windowPlace>; preload: string; icon: string; dark: boolean; extra?: Record<string, unknown> }) {
  const { maximized: _maximized, ...bounds } = options.place;
  const extra = (options.extra ?? {}) as { webPreferences?: Record<string, unknown> };
  return {
    ...extra,
    ...bounds,
    minWidth: LEAST.width, minHeight: LEAST.height,
    title: 'PHDex', icon: options.icon, backgroundColor: options.dark ? '#16181d' : '#ffffff', show: false,
    webPreferences: {
      spellcheck: false,
      ...extra.webPreferences,
      preload: options.preload,
      contextIsolation: true, sandbox: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false,
      webSecurity: true, allowRunningInsecureContent: false, experimentalFeatures: false, webviewTag: false, navigateOnDragDrop: false, safeDialogs: true,
    },
  };
}

/** Whether a URL is one of our pages: of our scheme and host, without credentials or a port. */
export function isOurs(url: string): boolean {
  let parsed: URL;
  try { parsed = new URL(url); } catch { return false; }
  return parsed.protocol === `${SCHEME_OF_PAGES}:` && parsed.host === 'app' && parsed.username === '' && parsed.password === '';
}

type Frame = { url: string } | null;
/** Whether a message comes from the main frame of our window while it shows our page. A frame that is gone is null. */
export function isOurSender(event: { sender: unknown; senderFrame: Frame }, contents: { mainFrame: Frame } | null): boolean {
  return contents !== null && event.sender === contents && event.senderFrame !== null && event.senderFrame === contents.mainFrame && isOurs(event.senderFrame.url);
}
