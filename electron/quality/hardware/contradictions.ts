import type { DeviceChannel, DeviceEntry } from '../../../shared/domain/device.ts';
import { EVENT_KINDS, type Channel, type ChannelKind, type Column } from '../../../shared/domain/recording.ts';
import type { Spans } from '../spans.ts';
import { createChannelCheck, type ChannelFacts } from './channel-check.ts';
import { deviceName } from './registry.ts';

/** What speaks against the hardware that a recording is said to be of; `cost` in points of the part, 0–100. */
export type HardwareFinding = { code: 'hardware-range' | 'hardware-rate' | 'hardware-step' | 'hardware-sensor' | 'hardware-maker'; channel: string | null; cost: number; sentence: string; spans: Spans | null };

/** Points that a family costs in which the model is not told: fewer of its numbers can be checked. */
const MAKER_COST = 20;
/** Rows between two steps that a conversion may leave. */
const STRAY = 0.01;

/** What a program works out of other channels, or a person writes down: no sensor stands for it. */
const DERIVED: readonly ChannelKind[] = [...EVENT_KINDS, 'respiration', 'other'];

export type HardwareCheck = { push(t: Float64Array, columns: readonly Column[]): void; finish(): HardwareFinding[] };

/**
 * Holds a recording against the entry of the device that it is said to be of: a name is easily spoofed, values are not.
 * Channels that no sensor stands for are passed over.
 */
export function createHardwareCheck(entry: DeviceEntry, channels: readonly Channel[]): HardwareCheck {
  const checks: { channel: Channel; at: number; sensor: DeviceChannel | null; check: ReturnType<typeof createChannelCheck> | null }[] = [];
  let at = 0;
  for (const channel of channels) {
    const sensor = entry.channels.find((c) => c.kind === channel.kind) ?? null;
    if (sensor !== null || !DERIVED.includes(channel.kind)) checks.push({ channel, at, sensor, check: sensor && createChannelCheck(channel, sensor) });
    at += channel.components.length;
  }
  return {
    push(t, columns) { for (const { channel, at: from, check } of checks) check?.push(t, columns.slice(from, from + channel.components.length)); },
    finish() {
      const found: HardwareFinding[] = entry.level === 'maker'
        ? [{ code: 'hardware-maker', channel: null, cost: MAKER_COST, sentence: `Only the maker ${entry.manufacturer} is known, not the model: less of what it measured can be checked.`, spans: null }] : [];
      for (const { channel, sensor, check } of checks) {
        if (!sensor || !check) found.push({ code: 'hardware-sensor', channel: channel.name, cost: 100, sentence: `The ${deviceName(entry)} has no sensor for ${channel.name}.`, spans: null });
        else found.push(...findingsOf(entry, channel, sensor, check.finish()));
      }
      return found;
    },
  };
}

function findingsOf(entry: DeviceEntry, channel: Channel, sensor: DeviceChannel, facts: ChannelFacts): HardwareFinding[] {
  const name = deviceName(entry);
  const found: HardwareFinding[] = [];
  const add = (code: HardwareFinding['code'], cost: number, sentence: string, spans: Spans | null) => { found.push({ code, channel: channel.name, cost: Math.min(100, cost), sentence, spans }); };
  if (channel.components.length > sensor.components) add('hardware-sensor', 60, `${channel.name} has ${channel.components.length} components; the sensor of the ${name} has ${sensor.components}.`, null);
  if (facts.beyond > 0) add('hardware-range', 40 + 1000 * (facts.beyond / facts.present), `${count(facts.beyond, 'row')} of ${channel.name} ${facts.beyond === 1 ? 'lies' : 'lie'} beyond ${rangeText(sensor)}, which is all that the ${name} can give.`, facts.beyondSpans);
  if (facts.offRate > 0 && facts.windows > 0) add('hardware-rate', 20 + 60 * (facts.offRate / facts.windows), `${channel.name} comes at ${short(facts.rateHz!)} Hz; the ${name} gives ${ratesText(sensor)}.`, facts.offRateSpans);
  if (facts.between !== null && facts.between > facts.present * STRAY) add('hardware-step', 40 + 40 * (facts.between / facts.present), `${count(facts.between, 'row')} of ${channel.name} ${facts.between === 1 ? 'holds a value' : 'hold values'} between the steps of ${short(sensor.step!)} ${sensor.unit} in which the ${name} measures.`, facts.betweenSpans);
  else if (facts.coarse !== null) add('hardware-step', 40, `${channel.name} never changes by less than ${short(facts.coarse)} of the steps in which the ${name} measures: it was measured more coarsely.`, null);
  return found;
}

const short = (n: number): string => String(Number(n.toPrecision(3)));
const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

function rangeText({ range, unit }: DeviceChannel): string {
  const [low, high] = range!;
  return low === -high ? `±${short(high)} ${unit}` : `${short(low)} to ${short(high)} ${unit}`;
}

/** `52 Hz`, `25, 50, 100 or 200 Hz`, `at most 10 Hz`. */
export function ratesText({ rates }: Pick<DeviceChannel, 'rates'>): string {
  if (rates === null) return 'any rate';
  if (rates.kind === 'most') return `at most ${short(rates.hz)} Hz`;
  const all = rates.hz.map(short);
  return `${all.length === 1 ? all[0] : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`} Hz`;
}
