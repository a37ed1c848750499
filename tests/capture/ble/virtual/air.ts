import type { VirtualController } from './controller.ts';
import { STATUS } from './hci.ts';

/** One connection. Each side knows it by a handle of its own. */
export type Link = {
  central: { controller: VirtualController; handle: number };
  peripheral: { controller: VirtualController; handle: number };
  /** Payload of one packet in the air: 27, or more once both sides agreed. */
  octets: number;
  /** Milliseconds without a packet after which both sides take it for lost. */
  supervisionMs: number;
  /** Packets under way, in their order. */
  sent: { from: VirtualController; data: Uint8Array; start: boolean }[];
};

/** Between two advertisements of one device; real ones take 20 ms to 10 s. */
const ADVERTISING_MS = 10;

/** What the virtual controllers share: who advertises, who listens, who is connected, and who is out of reach. */
export class Air {
  readonly controllers = new Set<VirtualController>();
  readonly links = new Set<Link>();
  private away = new Set<string>();
  private timers = new Set<NodeJS.Timeout>();
  private beat: NodeJS.Timeout | null = null;
  private delivering = false;

  join(controller: VirtualController): void {
    this.controllers.add(controller);
    this.beat ??= setInterval(() => this.advertise(), ADVERTISING_MS).unref();
  }

  /** After this nothing moves any more. */
  close(): void {
    if (this.beat) clearInterval(this.beat);
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.links.clear();
    this.controllers.clear();
  }

  /** The device goes out of reach: packets vanish, and when the supervision time is over both sides learn it. */
  leave(controller: VirtualController): void {
    this.away.add(controller.address);
    for (const link of this.linksOf(controller)) {
      link.sent.length = 0;
      this.after(link.supervisionMs, () => { if (this.away.has(controller.address)) this.drop(link, STATUS.connectionTimeout, STATUS.connectionTimeout); });
    }
  }

  comeBack(controller: VirtualController): void { this.away.delete(controller.address); }

  linksOf(controller: VirtualController): Link[] {
    return [...this.links].filter((l) => l.central.controller === controller || l.peripheral.controller === controller);
  }

  reachable(a: VirtualController, b: VirtualController): boolean {
    return !this.away.has(a.address) && !this.away.has(b.address) && a.powered && b.powered;
  }

  /** Ends a link, telling each side its own reason. */
  drop(link: Link, toCentral: number, toPeripheral: number): void {
    if (!this.links.delete(link)) return;
    link.central.controller.linkEnded(link.central.handle, toCentral);
    link.peripheral.controller.linkEnded(link.peripheral.handle, toPeripheral);
  }

  /** A packet begins its way. Packets of a link never overtake one another. */
  send(link: Link, from: VirtualController, data: Uint8Array, start: boolean): void {
    link.sent.push({ from, data, start });
    if (this.delivering) return;
    this.delivering = true;
    setImmediate(() => { this.delivering = false; this.deliver(); });
  }

  private deliver(): void {
    for (const link of this.links) {
      const { central, peripheral } = link;
      for (const { from, data, start } of link.sent.splice(0)) {
        // Lost ones are sent again by the link layer until the supervision time is over: the host is never told "completed".
        if (!this.reachable(central.controller, peripheral.controller)) break;
        const [sender, receiver] = from === central.controller ? [central, peripheral] : [peripheral, central];
        for (let at = 0; at === 0 || at < data.length; at += link.octets) receiver.controller.received(receiver.handle, data.subarray(at, at + link.octets), start && at === 0);
        sender.controller.completed(sender.handle);
      }
    }
  }

  private advertise(): void {
    for (const advertiser of this.controllers) {
      if (!advertiser.advertising) continue;
      for (const other of this.controllers) {
        if (other === advertiser || !this.reachable(advertiser, other)) continue;
        if (other.hears(advertiser)) break;
      }
    }
  }

  private after(ms: number, run: () => void): void {
    const timer = setTimeout(() => { this.timers.delete(timer); run(); }, ms);
    this.timers.add(timer);
  }
}
