import type { AppEvent } from '../../shared/api/app.ts';
import type { Log } from './log.ts';

/** The events of a host as log lines: kinds, counts and codes. Titles and names are the person's own and stay out. */
export function logEvents(host: { onEvent(listener: (event: AppEvent) => void): () => void }, log: Log): () => void {
  let before = '';
  return host.onEvent((event) => {
    if (event.type === 'state') {
      const { phase, sync, keeper } = event.state;
      const facts = { phase, sync: sync?.state ?? null, keeping: keeper.running && !keeper.paused, shares: keeper.shares, pending: keeper.pending };
      const now = JSON.stringify(facts);
      if (now !== before) log(phase === 'failed' ? 'error' : 'info', 'state', { ...facts, ...(event.state.failure ? { code: event.state.failure.code } : {}) });
      before = now;
    } else if (event.type === 'notice') log(event.notice.kind === 'release-failed' || event.notice.kind === 'slashed' ? 'warn' : 'info', 'notice', { kind: event.notice.kind });
    else if (event.type === 'job' && event.job.state !== 'running') log(event.job.state === 'failed' ? 'warn' : 'info', 'job ended', { kind: event.job.kind, state: event.job.state, code: event.job.error?.code ?? null });
  });
}
