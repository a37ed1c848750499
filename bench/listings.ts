import type { Db } from '../electron/db/open-database.ts';
import { labelQueries } from '../electron/db/queries/labels.ts';
import { Label } from '../shared/domain/label.ts';

export const LISTINGS = 100_000;
const PLACES = ['wrist', 'ankle', 'hip', 'chest', 'finger', 'pocket', 'belt', 'arm'];
const DOINGS = ['walking', 'running', 'sleeping', 'climbing', 'cycling', 'typing', 'resting', 'standing', 'swimming', 'rowing', 'dancing', 'cooking'];
const TIMES = ['morning', 'evening', 'night', 'weekend', 'winter', 'summer', 'holiday', 'shift', 'commute', 'training'];

/** 100,000 listings in a profile's database, always the same; `from` is the first id. */
export function fillListings(db: Db, from = 1): void {
  const add = db.prepare("INSERT INTO datasets VALUES (?, ?, ?, ?, ?, ?, ?, 1, 1500, 500, 3, ?, 5, 5, ?, ?, ?, 1, 1)");
  const word = (seed: number) => `0x${seed.toString(16).padStart(64, '0')}`;
  const queries = labelQueries(db);
  // One generator, always the same listings.
  let state = 42;
  const pick = <T>(from: readonly T[]): T => { state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0; return from[Math.floor((state / 2 ** 32) * from.length)]!; };
  const numbers = Array.from({ length: 101 }, (_, i) => i);
  db.transaction(() => {
    for (let id = from; id < from + LISTINGS; id += 1) {
      const score = pick(numbers);
      const certified = id % 5 !== 0;
      add.run(id, `0x${(id % 900).toString(16).padStart(40, '0')}`, word(id), word(id + 1), word(id + 2), `bafybei${id.toString(32).padStart(52, 'a')}`, (BigInt(1 + pick(numbers)) * 10n ** 18n).toString(), certified ? 'certified' : 'published', certified ? `0x${'c'.repeat(40)}` : null, certified ? score : null, certified ? word(id + 3) : null);
      queries.saveLabel(id, word(id), Label.parse({
        title: `${pick(PLACES)} ${pick(DOINGS)} ${pick(TIMES)}, series ${id}`, description: `A ${pick(TIMES)} of ${pick(DOINGS)} and ${pick(DOINGS)}, worn on the ${pick(PLACES)}${id % 997 === 0 ? ', réhabilitation after tremor' : ''}.`,
        dataTypes: ['acceleration'], channels: [{ name: 'acceleration', unit: 'm/s²', components: ['x', 'y', 'z'], rateHz: 100 }], rows: 1000 + id, durationSeconds: 3600, month: '2026-03', days: 1, device: `device ${pick(numbers)}`, simulated: true,
        demographics: { ageBand: pick(['18-29', '30-39', '40-49', '50-59']), sex: pick(['female', 'male', 'undisclosed']), heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' }, quality: score, tags: [pick(TIMES), pick(PLACES)],
      }), 1);
    }
  })();
}
