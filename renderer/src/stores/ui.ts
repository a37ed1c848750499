import { create } from 'zustand';

type Ui = { activity: boolean; shortcuts: boolean; backup: boolean; /** «Not now» holds until the app is opened again. */ backupReminderHidden: boolean };

/** Which parts of the frame are open. */
export const uiStore = create<Ui>(() => ({ activity: false, shortcuts: false, backup: false, backupReminderHidden: false }));
export const setUi = (part: Partial<Ui>): void => uiStore.setState(part);
