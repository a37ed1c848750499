import type { Channel, SampleBatch } from '../../../shared/domain/recording.ts';
import { encodeFingerprint } from '../../../shared/fingerprint.ts';
import { limitsOf } from '../limits.ts';
import { createEnvelope } from './envelope.ts';
import { createLandmarks, FAINT, PLAIN } from './landmarks.ts';
import { createSmallest } from './smallest.ts';
import { createTokens } from './tokens.ts';

/** Fewer tokens than this say nothing. */
export const LEAST_TOKENS = 8;

/** One g, or 10 rad/s, in the channel's own numbers. */
function unitOf(channel: Channel): number {
  const scale = channel.decimals === null ? 1 : 10 ** channel.decimals;
  return scale * (limitsOf(channel).gravity ?? (channel.kind === 'gyroscope' ? (channel.unit === 'rad/s' ? 10 : 573) : 1));
}

/** Follows the rows of a dataset and gives its fingerprint: of its first three-axis acceleration, else of its first gyroscope. */
export function createFingerprint(channels: readonly Channel[]) {
  const places: number[] = [];
  channels.reduce((at, c) => { places.push(at); return at + c.components.length; }, 0);
  const first = (kind: Channel['kind']) => channels.findIndex((c) => c.kind === kind && c.components.length === 3);
  const own = first('acceleration') >= 0 ? first('acceleration') : first('gyroscope');
  const unit = own < 0 ? 1 : unitOf(channels[own]!);
  const chain = (what: typeof PLAIN | typeof FAINT, domain: string) => {
    const smallest = createSmallest();
    return { smallest, landmarks: createLandmarks(what, unit, createTokens(domain, smallest.add).push) };
  };
  const [plain, faint] = [chain(PLAIN, 'plain'), chain(FAINT, 'faint')];
  const envelope = own < 0 ? null : createEnvelope(channels[own]!, (bin, value) => { plain.landmarks.push(bin, value); faint.landmarks.push(bin, value); });
  let start = NaN;
  return {
    /** Times may be absolute or relative: they count from the first row. */
    push({ t, columns }: SampleBatch): void {
      if (!envelope || t.length === 0) return;
      if (start !== start) start = t[0]!;
      envelope.push(start === 0 ? t : t.map((x) => x - start), columns.slice(places[own]!, places[own]! + 3));
    },
    /** Base64 of up to 512 tokens; null where there is no such channel or too little movement to tell it from others. */
    finish(): string | null {
      envelope?.finish();
      const own = { plain: plain.smallest.finish(), faint: faint.smallest.finish() };
      return own.plain.length + own.faint.length < LEAST_TOKENS ? null : encodeFingerprint(own);
    },
  };
}
