import type { CaptureStream, CaptureView, DeviceView } from '../../../shared/api/capture.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import { drivers } from '../../capture/ble/drivers/index.ts';
import type { CaptureView as SessionView, FoundDevice, SessionState, StreamView } from '../../capture/ble/types.ts';

const STATE: Record<SessionState, CaptureView['state']> = { connecting: 'connecting', live: 'recording', lost: 'waiting', stopping: 'stopping', ended: 'stopping' };
const GAPS = 50;
const ms = (us: number): number => Math.round(us / 1000);

export const deviceView = (found: FoundDevice): DeviceView => ({
  id: found.id, name: found.name, rssi: found.rssi, seenAt: found.lastSeen, offers: found.kind === null ? [] : [found.kind], supported: found.known || found.kind !== null,
});

/** Those that can be recorded first, then by signal; the id makes the order the same each time. */
export const byUse = (a: DeviceView, b: DeviceView): number =>
  Number(b.supported) - Number(a.supported) || b.offers.length - a.offers.length || (b.rssi ?? -200) - (a.rssi ?? -200) || a.id.localeCompare(b.id);

/** Of a steady stream before two seconds of it were measured, where its driver leaves the rate to the device. */
const FIRST_GUESS_HZ = 25;

/** What a stream's driver promises; otherwise what the first two seconds of it measured, from then on the same. */
function nominalOf(view: SessionView, s: StreamView, measured: Map<string, number>): number | null {
  if (s.timing !== 'device' && s.timing !== 'regular') return null;
  const promised = drivers.find((d) => view.device.drivers.includes(d.id) && d.streams.some((x) => x.name === s.name))?.streams.find((x) => x.name === s.name)?.nominalRateHz;
  if (promised) return promised;
  if (!measured.has(s.name) && s.rateHz !== null && s.rows >= 2 * s.rateHz) measured.set(s.name, Math.round(s.rateHz));
  return measured.get(s.name) ?? FIRST_GUESS_HZ;
}

const streamView = (view: SessionView, s: StreamView, measured: Map<string, number>): CaptureStream => ({
  name: s.name, label: s.label, timing: s.clock.method, nominalRateHz: nominalOf(view, s, measured), rows: s.rows, rateHz: s.rateHz, missed: s.lost,
  components: s.channels.flatMap((c) => c.components.map((component) => ({ channel: c.name, component, kind: c.kind, unit: c.unit }))),
});

/** Of a capture that has not reached its device yet. */
export const waitingView = ({ id, name, startedAt, rssi }: Own): CaptureView => ({
  id, name, startedAt, rssi, simulated: false, manufacturer: null, model: null, firmware: null, state: 'connecting', retryAt: null, battery: null, contact: null, lastAt: null,
  refused: [], gaps: [], losses: 0, packets: 0, notes: [], streams: [], error: null,
});

/** What the service knows of a capture besides its session: `lastAt` in Unix milliseconds; the rates that its streams turned out to have. */
export type Own = { id: string; name: string; startedAt: number; rssi: number | null; lastAt: number | null; measured: Map<string, number> };

export function sessionView(view: SessionView, { measured, ...own }: Own): CaptureView {
  return {
    ...own, simulated: view.simulated, manufacturer: view.device.manufacturer, model: view.device.model, firmware: view.device.firmware,
    state: STATE[view.state], retryAt: view.retryAt, battery: view.battery, contact: view.contact,
    refused: Object.entries(view.refused).map(([reason, count]) => ({ reason, count })),
    gaps: view.gaps.slice(-GAPS).map(({ from, to }) => ({ from: ms(from), to: to === null ? null : ms(to) })),
    losses: view.losses, packets: view.packets, notes: view.notes, streams: view.streams.map((s) => streamView(view, s, measured)),
    error: view.problem && { code: view.problem.code as ErrorCode, message: view.problem.message, hint: view.problem.hint, retryable: view.state === 'lost' },
  };
}
