/** The watch data of WISDM (`../shared/data/wisdm-watch`): one clip a person and activity. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RATE_HZ, type Axes } from '../../electron/quality/model/windows.ts';

/** One activity of one person without a break: m/s², gravity included, 20 Hz. `label` is an index into ACTIVITIES. */
export type Clip = { person: number; label: number; axes: Axes };

/** The file's letters in the order of ACTIVITIES: walking, jogging, stairs, sitting, standing, kicking. */
const LETTERS = 'ABCDEM';
/** Two minutes: what every person did once; one file repeats its contents a second time. */
const CLIP = 120 * RATE_HZ;
/** The one whose watch is another make, turned by 90° in the dial's plane and reading beyond 2 g. */
export const OTHER_DEVICE = 1637;

export function wisdmFolder(root: string): string | null {
  const folder = join(root, '..', 'shared', 'data', 'wisdm-watch');
  return existsSync(folder) ? folder : null;
}

export function readWisdm(folder: string): Clip[] {
  const clips: Clip[] = [];
  for (const file of readdirSync(folder).filter((f) => /^data_\d+_accel_watch\.txt$/.test(f)).sort()) {
    const rows = new Map<number, [number[], number[], number[]]>();
    let person = 0;
    for (const line of readFileSync(join(folder, file), 'latin1').split('\n')) {
      const [id, letter, x, y, z] = line.replace(';', '').split(',');
      const label = LETTERS.indexOf(letter ?? '?');
      if (z === undefined || label < 0) continue;
      person = Number(id);
      let axes = rows.get(label);
      if (axes === undefined) { axes = [[], [], []]; rows.set(label, axes); }
      axes[0].push(Number(x)); axes[1].push(Number(y)); axes[2].push(Number(z));
    }
    for (const [label, [x, y, z]] of [...rows].sort(([a], [b]) => a - b)) {
      clips.push({ person, label, axes: { x: Float32Array.from(x.slice(0, CLIP)), y: Float32Array.from(y.slice(0, CLIP)), z: Float32Array.from(z.slice(0, CLIP)) } });
    }
  }
  return clips;
}
