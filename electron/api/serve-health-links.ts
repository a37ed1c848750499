import { toAppError } from '../../shared/errors.ts';
import type { Host } from '../app/host-types.ts';
import type { HealthLinks } from '../app/consent/health-links.ts';
import { createHealthLinkServer, type HealthLinkServer } from './health-link-server.ts';

/** Of an unlocked profile; null while there is none. */
export type LinksOf = () => Pick<HealthLinks, 'door' | 'address' | 'setServing' | 'sweep'> | null;
/** None while the profile is locked. */
export const linksOfHost = (host: Pick<Host, 'ready' | 'state'>): LinksOf => () => (host.state().phase === 'ready' ? host.ready().healthLinks ?? null : null);
const SWEEP_MS = 60_000;

/**
 * Listens for health links as long as the profile is unlocked and a link lives, and not a moment longer.
 * @param onServing for a log: where it listens, or why it does not
 */
export function serveHealthLinks(host: Pick<Host, 'onEvent'>, linksOf: LinksOf, onServing: (facts: { port: number } | { problem: string } | null) => void = () => undefined): { /** Once what is known is acted on. */ settled(): Promise<void>; stop(): Promise<void> } {
  let server: HealthLinkServer | null = null;
  let at = '';
  let stopped = false;
  let turn: Promise<void> = Promise.resolve();

  const look = () => { turn = turn.then(settle).catch(() => undefined); return turn; };
  async function settle(): Promise<void> {
    const links = stopped ? null : linksOf();
    links?.sweep();
    const { host: address, port, publicUrl } = links?.address() ?? { host: '', port: 0, publicUrl: null };
    const wanted = links !== null && links.door.live() ? `${address} ${port} ${publicUrl ?? ''}` : '';
    if (wanted === at) return;
    await server?.stop();
    server = null;
    at = wanted;
    if (wanted === '' || !links) { links?.setServing(null); onServing(null); return; }
    try {
      // Asked anew for each request: after a lock and an unlock it is another.
      server = await createHealthLinkServer({ host: address, port, publicUrl, door: { live: () => linksOf()?.door.live() ?? false, manifest: async (t, r) => (await linksOf()?.door.manifest(t, r)) ?? { kind: 'gone' }, file: (t) => linksOf()?.door.file(t) ?? null, direct: (t, r) => linksOf()?.door.direct(t, r) ?? null } });
      links.setServing({ port: server.port });
      onServing({ port: server.port });
    } catch (error) {
      const problem = toAppError(error).message;
      links.setServing({ problem });
      onServing({ problem });
    }
  }
  const forget = host.onEvent((event) => { if (event.type === 'state' || (event.type === 'changed' && (event.topics.includes('consent') || event.topics.includes('recordings')))) void look(); });
  const sweeper = setInterval(() => void look(), SWEEP_MS);
  sweeper.unref();
  void look();
  return {
    settled: () => turn,
    async stop() { stopped = true; forget(); clearInterval(sweeper); await look(); },
  };
}
