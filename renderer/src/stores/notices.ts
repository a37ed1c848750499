import { create } from 'zustand';
import type { Notice } from '../../../shared/api/app.ts';

/** Newest first. */
export const noticesStore = create<{ notices: Notice[] }>(() => ({ notices: [] }));

const newestFirst = (notices: Notice[]): Notice[] => [...notices].sort((a, b) => b.id - a.id);
export const setNotices = (notices: Notice[]): void => noticesStore.setState({ notices: newestFirst(notices) });
export const putNotice = (notice: Notice): void => noticesStore.setState(({ notices }) => ({ notices: newestFirst([notice, ...notices.filter((n) => n.id !== notice.id)]) }));
export const markRead = (upTo: number): void => noticesStore.setState(({ notices }) => ({ notices: notices.map((n) => (n.id <= upTo && !n.read ? { ...n, read: true } : n)) }));

export const useNotices = (): Notice[] => noticesStore((s) => s.notices);
