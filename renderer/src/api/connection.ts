import { createStore } from 'zustand/vanilla';

/** Whether the app's own process can be reached; the network's state is `AppState.sync`. */
export type Connection = { state: 'connecting' | 'open' | 'lost'; /** Counts openings: from the second on, what is shown has to be asked for again. */ opened: number };

export const connection = createStore<Connection>(() => ({ state: 'connecting', opened: 0 }));
