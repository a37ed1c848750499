/** What a watch of ±2 g would have read with a wider range: peaks put back where the reading sits at its limit. */
import { GRAVITY, type Axes } from '../../electron/quality/model/windows.ts';
import type { Random } from './random.ts';

const LIMIT = 1.96 * GRAVITY;

/** In place. A run at the limit becomes an arch that leaves and comes back with the slope of its neighbours, times a draw of its own. */
export function unclip(axes: Axes, random: Random): void {
  const height = random.between(0.6, 2.2);
  for (const a of [axes.x, axes.y, axes.z]) {
    for (let i = 1; i < a.length - 1; i++) {
      if (Math.abs(a[i]!) < LIMIT) continue;
      let end = i;
      while (end + 1 < a.length && a[end + 1]! * a[i]! > 0 && Math.abs(a[end + 1]!) >= LIMIT) end++;
      const sign = Math.sign(a[i]!), n = end - i + 1, slope = (Math.abs(a[i]! - a[i - 1]!) + Math.abs(a[end]! - (a[end + 1] ?? a[end]!))) / 2;
      const arch = height * random.between(0.7, 1.3) * Math.min(slope, 25);
      for (let k = 0; k < n; k++) { const t = (k + 1) / (n + 1); a[i + k] = a[i + k]! + sign * arch * t * (1 - t) * Math.min(n + 1, 6); }
      i = end;
    }
  }
}
