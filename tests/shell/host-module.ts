/** Takes the place of out/electron/app/host.js where only the window is tried. */
import { smallHost, STATE, type SmallHost } from './small-host.ts';
import type { AppState } from '../../shared/api/app.ts';

export const made: { host: SmallHost; options: any; state: AppState; paused: boolean[] }[] = [];

export async function createHost(options: any): Promise<SmallHost> {
  const state: AppState = structuredClone({ ...STATE, host: 'electron' as const });
  const paused: boolean[] = [];
  const host = smallHost(state);
  host.ready = () => ({ keeper: { pause: async (on: boolean) => { paused.push(on); } } }) as any;
  made.push({ host, options, state, paused });
  return host;
}
