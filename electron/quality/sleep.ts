import { breathe } from './breathe.ts';
import { sleepWindow } from './signals/sleep-window.ts';
import { sustainedInactivity } from './signals/sustained-inactivity.ts';

const EPOCH_S = 5;
const PER_HOUR = 3600 / EPOCH_S;
/** Less than this of a day says nothing of a night. */
const LEAST_HOURS = 4;
const DAY = 24 * PER_HOUR;

type Angles = { get(index: number): number; stretches(): { from: number; to: number }[] };
export type Sleep = {
  /** Sleep period windows, epochs of 5 s, ascending and apart. */
  windows: { from: number; to: number }[];
  /** Whether an epoch lies in a window and in a stretch without a change of the wrist's angle. */
  asleep: (epoch: number) => boolean;
  inWindow: (epoch: number) => boolean;
};

/**
 * Sleep period windows (HDCZA) over days that begin at any hour. A dataset's times count from its start and nobody knows its
 * noon, so days of 24 h are laid every 12 h: each night lies whole in one of them.
 */
export async function findSleep(angles: Angles): Promise<Sleep> {
  const windows: { from: number; to: number }[] = [];
  const bouts = new Map<number, Uint8Array>();
  for (const stretch of angles.stretches()) {
    const all = new Float32Array(stretch.to - stretch.from);
    for (let i = 0; i < all.length; i++) all[i] = angles.get(stretch.from + i);
    let last = all.length;
    while (last > 0 && all[last - 1]! !== all[last - 1]!) last--;
    bouts.set(stretch.from, sustainedInactivity(all));
    await breathe();
    for (let from = 0; from === 0 || from + DAY / 2 < last; from += DAY / 2) {
      const day = all.subarray(from, Math.min(last, from + DAY));
      if (day.reduce((n, v) => (v === v ? n + 1 : n), 0) < LEAST_HOURS * PER_HOUR) continue;
      const found = sleepWindow(day);
      await breathe();
      if (found) windows.push({ from: stretch.from + from + found.from, to: stretch.from + from + found.to });
    }
  }
  const joined: { from: number; to: number }[] = [];
  for (const w of windows.sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last && w.from <= last.to) last.to = Math.max(last.to, w.to);
    else joined.push({ ...w });
  }
  const inWindow = (epoch: number) => joined.some((w) => epoch >= w.from && epoch < w.to);
  const still = (epoch: number) => { for (const [from, flags] of bouts) if (epoch >= from && epoch < from + flags.length) return flags[epoch - from] === 1; return false; };
  return { windows: joined, inWindow, asleep: (epoch) => inWindow(epoch) && still(epoch) };
}
