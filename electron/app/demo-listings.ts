import type { Demographics } from '../../shared/domain/label.ts';

type DemoListing = { title: string; description: string; tags: string[]; price: string; rateHz: number; /** Of the longest recording. */ length: number; demographics: Demographics };
const people = (ageBand: Demographics['ageBand'], sex: Demographics['sex']): Demographics => ({ ageBand, sex, heightBandCm: 'undisclosed', weightBandKg: 'undisclosed' });

/** What the simulated owners offer. Their recordings are the simulated watch's, and say so. */
export const DEMO_LISTINGS: DemoListing[] = [
  { title: 'Wrist acceleration of an office day', description: 'Sitting, short walks and the stairs at noon.', tags: ['wrist', 'office', 'walking'], price: '120', rateHz: 50, length: 1, demographics: people('30-39', 'female') },
  { title: 'Evening run, then stretching', description: 'A run at an even pace with a cool-down.', tags: ['wrist', 'running', 'sport'], price: '85', rateHz: 100, length: 0.5, demographics: people('18-29', 'male') },
  { title: 'Gardening on a Saturday', description: 'Digging, raking and carrying, with rests.', tags: ['wrist', 'outdoor', 'gardening'], price: '60', rateHz: 50, length: 0.7, demographics: people('60-69', 'female') },
  { title: 'Commute by train and on foot', description: 'Standing, walking and long quiet stretches.', tags: ['wrist', 'commute', 'walking'], price: '45', rateHz: 25, length: 0.8, demographics: people('40-49', 'male') },
  { title: 'Night rest on the left wrist', description: 'Mostly still, with turns; worn on the left.', tags: ['wrist', 'sleep', 'night'], price: '150', rateHz: 25, length: 1, demographics: people('50-59', 'female') },
  { title: 'Household chores for one morning', description: 'Washing up, cleaning and folding.', tags: ['wrist', 'household'], price: '35', rateHz: 50, length: 0.4, demographics: people('undisclosed', 'undisclosed') },
  { title: 'Physiotherapy exercises, both arms', description: 'Slow repeated movements with pauses.', tags: ['wrist', 'therapy', 'exercise'], price: '210', rateHz: 100, length: 0.6, demographics: people('70+', 'male') },
  { title: 'Walking the dog, four times', description: 'Short walks with stops.', tags: ['wrist', 'walking', 'outdoor'], price: '25', rateHz: 50, length: 0.5, demographics: people('30-39', 'other') },
];
