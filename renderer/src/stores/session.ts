import { create } from 'zustand';
import type { AppState } from '../../../shared/api/app.ts';

/** Null until the server has said the first word. */
export const sessionStore = create<{ state: AppState | null }>(() => ({ state: null }));

/** What the app is doing. Pages are drawn only once it is known. */
export function useSession(): AppState {
  const state = sessionStore((s) => s.state);
  if (!state) throw new Error('No page is drawn before the state of the app is known.');
  return state;
}
