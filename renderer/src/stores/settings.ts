import { create } from 'zustand';
import type { Settings } from '../../../shared/api/app.ts';
import { api } from '../api/client.ts';

export const settingsStore = create<{ settings: Settings | null }>(() => ({ settings: null }));

export const loadSettings = async (): Promise<void> => settingsStore.setState({ settings: await api.app.settings.query() });
export const saveSettings = async (part: Partial<Settings>): Promise<void> => settingsStore.setState({ settings: await api.app.set.mutate(part) });

export const useSettings = (): Settings | null => settingsStore((s) => s.settings);
