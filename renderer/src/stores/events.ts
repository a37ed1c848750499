import type { AppEvent } from '../../../shared/api/app.ts';
import { api } from '../api/client.ts';
import { connection } from '../api/connection.ts';
import { dropJob, putJob, setJobs } from './jobs.ts';
import { liveCache } from './live.ts';
import { putNotice, setNotices } from './notices.ts';
import { sessionStore } from './session.ts';
import { loadSettings } from './settings.ts';

const RETRY_MS = 1000;

/** Brings what the server says into the stores, for as long as the page lives. */
export function listen(go: (path: string) => void): () => void {
  let stopped = false;
  let unsubscribe: () => void = () => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  // Whoever fails to answer here is asked again after the next opening; the banner says that the connection is lost.
  const loadNotices = () => void api.app.notices.query().then(setNotices, () => undefined);
  const refreshSettings = () => void loadSettings().catch(() => undefined);

  function take(event: AppEvent): void {
    if (event.type === 'state') {
      const before = sessionStore.getState().state;
      sessionStore.setState({ state: event.state });
      // Locked, or another person's: nothing of before may be shown again.
      const other = before !== null && before.address !== event.state.address;
      if (other || (before?.phase === 'ready' && event.state.phase !== 'ready')) liveCache.clear();
      if (event.state.phase === 'ready' && (other || before?.phase !== 'ready')) { liveCache.reloadAll(); refreshSettings(); loadNotices(); }
    } else if (event.type === 'jobs') setJobs(event.jobs);
    else if (event.type === 'job') putJob(event.job);
    else if (event.type === 'job-dismissed') dropJob(event.id);
    else if (event.type === 'notice') putNotice(event.notice);
    else if (event.type === 'changed') {
      liveCache.changed(event.topics);
      if (event.topics.includes('settings')) refreshSettings();
    } else if (event.type === 'go') go(event.path);
  }

  function subscribe(): void {
    if (stopped) return;
    unsubscribe();
    const again = () => { if (!stopped) { clearTimeout(timer); timer = setTimeout(subscribe, RETRY_MS); } };
    // tRPC subscribes again by itself after a reconnection; an end or an error of the subscription itself is ours.
    const subscription = api.app.events.subscribe(undefined, { onData: take, onError: again, onComplete: again });
    unsubscribe = () => subscription.unsubscribe();
  }

  const stopWatching = connection.subscribe((now, before) => {
    if (now.opened === before.opened) return;
    refreshSettings();
    loadNotices();
    if (now.opened > 1) liveCache.reloadAll();
  });
  subscribe();
  return () => { stopped = true; clearTimeout(timer); stopWatching(); unsubscribe(); };
}
