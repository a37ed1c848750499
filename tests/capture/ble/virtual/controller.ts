import { EventEmitter } from 'node:events';
import type { Air, Link } from './air.ts';
import { acl, addressBytes, addressText, BOUNDARY, COMMAND, commandComplete, commandStatus, event, EVENT, LE_EVENT, leEvent, PACKET, STATUS, u16 } from './hci.ts';

export type ControllerOptions = {
  /** `aa:bb:cc:dd:ee:ff`; public. */
  address: string;
  /** Bytes of one ACL packet, and how many the host may have under way. */
  aclLength?: number;
  aclPackets?: number;
  /** LE Data Packet Length Extension: 251 bytes in one packet of the air instead of 27. */
  longPackets?: boolean;
  /** Connections as a peripheral; while they last, it does not advertise. */
  maxConnections?: number;
  /** dBm at which others hear it. */
  rssi?: number;
  powered?: boolean;
  /** It advertises, but no connection comes about. */
  shy?: boolean;
  /** Opening the socket fails as for a person without the right. */
  forbidden?: boolean;
  /** Opening the socket fails as on a computer without Bluetooth. */
  missing?: boolean;
};

/**
 * A Bluetooth LE controller in the process: takes HCI commands and ACL data of one host and answers as the Core
 * Specification says (volume 4 part E §7). `Socket` is what a host's stack takes for its HCI driver.
 */
export class VirtualController {
  readonly air: Air;
  readonly address: string;
  readonly rssi: number;
  readonly Socket: new () => HciSocket;
  /** What a real controller would have answered with an error or a hang: a host that keeps to the rules leaves it empty. */
  readonly violations: string[] = [];
  powered: boolean;
  advertising = false;
  advertisement: Uint8Array = new Uint8Array();
  scanResponse: Uint8Array = new Uint8Array();

  private readonly aclLength: number;
  private readonly aclPackets: number;
  private readonly longPackets: boolean;
  private readonly maxConnections: number;
  private readonly forbidden: boolean;
  private readonly missing: boolean;
  readonly shy: boolean;
  private socket: HciSocket | null = null;
  private scan = { on: false, active: false, once: false, heard: new Set<string>() };
  private initiating: { address: string; supervisionMs: number } | null = null;
  private leMask = 0x1f;
  private nextHandle = 0x40;
  private underWay = new Map<number, number>();

  constructor(air: Air, options: ControllerOptions) {
    this.air = air;
    this.address = options.address.toLowerCase();
    this.aclLength = options.aclLength ?? 251;
    this.aclPackets = options.aclPackets ?? 8;
    this.longPackets = options.longPackets ?? true;
    this.maxConnections = options.maxConnections ?? 1;
    this.rssi = options.rssi ?? -60;
    this.missing = options.missing ?? false;
    this.powered = options.powered ?? !this.missing;
    this.shy = options.shy ?? false;
    this.forbidden = options.forbidden ?? false;
    this.Socket = HciSocket.bind(null, this) as unknown as new () => HciSocket;
    air.join(this);
  }

  /** The switch of the adapter: off ends everything at once. */
  power(on: boolean): void {
    if (this.powered === on) return;
    this.powered = on;
    if (!on) this.forget(STATUS.connectionTimeout);
    this.socket?.emit('state');
  }

  /** Ends this side's connections as the person's «disconnect» on the device would. */
  hangUp(): void {
    for (const link of this.air.linksOf(this)) this.air.drop(link, STATUS.remoteEnded, STATUS.localEnded);
  }

  /* ── What the host sends. ── */

  /** @internal */
  attach(socket: HciSocket): void {
    this.socket = socket;
    // Each call on the native socket says so anew, at once.
    if (this.missing) socket.emit('error', Object.assign(new Error('Address family not supported by protocol'), { syscall: 'socket creation failed' }));
    if (this.forbidden) setImmediate(() => socket.emit('error', Object.assign(new Error('Operation not permitted'), { code: 'EPERM' })));
  }

  /** @internal */
  fromHost(packet: Buffer): void {
    if (!this.powered || this.forbidden) return;
    if (packet[0] === PACKET.command) return this.command(packet.readUInt16LE(1), packet.subarray(4, 4 + packet[3]!));
    if (packet[0] === PACKET.acl) return this.data(packet);
    this.violations.push(`packet type ${packet[0]}`);
  }

  private data(packet: Buffer): void {
    const word = packet.readUInt16LE(1);
    const handle = word & 0x0fff;
    const boundary = (word >> 12) & 3;
    const data = packet.subarray(5);
    const link = this.linkBy(handle);
    if (!link) return; // Ended while it was written.
    const waiting = [...this.underWay.values()].reduce((a, b) => a + b, 0);
    if (data.length !== packet.readUInt16LE(3)) this.violations.push('ACL length');
    if (data.length > this.aclLength) this.violations.push(`ACL packet of ${data.length}`);
    if (waiting >= this.aclPackets) this.violations.push('more ACL packets than buffers');
    if (boundary === BOUNDARY.startFromController) this.violations.push('ACL boundary');
    this.underWay.set(handle, (this.underWay.get(handle) ?? 0) + 1);
    this.air.send(link, this, Buffer.from(data), boundary !== BOUNDARY.continuing);
  }

  private command(code: number, p: Buffer): void {
    const done = (...result: number[]) => this.toHost(commandComplete(code, [STATUS.ok, ...result]));
    const failed = (status: number) => this.toHost(commandComplete(code, [status]));
    switch (code) {
      case COMMAND.reset:
        this.forget(STATUS.remoteEnded);
        return done();
      case COMMAND.leSetEventMask:
        this.leMask = p.readUInt32LE(0);
        return done();
      case COMMAND.setEventMask:
      case COMMAND.writeLeHostSupported:
      case COMMAND.leSetAdvertisingParameters:
        return done();
      case COMMAND.readLeHostSupported: return done(1, 0);
      // Bluetooth 5.0 by the company id for tests and internal use.
      case COMMAND.readLocalVersion: return done(9, ...u16(0), 9, ...u16(0xffff), ...u16(0));
      case COMMAND.readAddress: return done(...addressBytes(this.address));
      case COMMAND.readBufferSize: return done(...u16(1021), 64, ...u16(4), ...u16(0));
      case COMMAND.leReadBufferSize: return done(...u16(this.aclLength), this.aclPackets);
      case COMMAND.leReadFeatures: return done(this.longPackets ? 0x20 : 0, 0, 0, 0, 0, 0, 0, 0);
      case COMMAND.leReadMaxDataLength: return done(...u16(251), ...u16(2120), ...u16(251), ...u16(2120));
      case COMMAND.leSetDataLength: return this.setDataLength(code, p);
      case COMMAND.readRssi: {
        const link = this.linkBy(p.readUInt16LE(0));
        return link ? done(...u16(p.readUInt16LE(0)), this.far(link).rssi & 0xff) : failed(STATUS.unknownConnection);
      }
      case COMMAND.leSetAdvertisingData:
        this.advertisement = Buffer.from(p.subarray(1, 1 + p[0]!));
        return done();
      case COMMAND.leSetScanResponse:
        this.scanResponse = Buffer.from(p.subarray(1, 1 + p[0]!));
        return done();
      case COMMAND.leSetAdvertising: {
        const full = this.air.linksOf(this).filter((l) => l.peripheral.controller === this).length >= this.maxConnections;
        if (p[0] === 1 && full) return failed(STATUS.connectionLimit);
        this.advertising = p[0] === 1;
        return done();
      }
      case COMMAND.leSetScanParameters:
        if (this.scan.on) return failed(STATUS.disallowed);
        this.scan.active = p[0] === 1;
        return done();
      case COMMAND.leSetScan:
        this.scan = { ...this.scan, on: p[0] === 1, once: p[1] === 1, heard: new Set() };
        return done();
      case COMMAND.leConnect:
        if (this.initiating) return this.toHost(commandStatus(code, STATUS.disallowed));
        this.initiating = { address: addressText(p.subarray(6, 12)), supervisionMs: p.readUInt16LE(19) * 10 };
        return this.toHost(commandStatus(code, STATUS.ok));
      case COMMAND.leCancelConnect:
        if (!this.initiating) return failed(STATUS.disallowed);
        this.initiating = null;
        done();
        return this.toHost(leEvent(LE_EVENT.connected, [STATUS.unknownConnection, ...new Array<number>(17).fill(0)]));
      case COMMAND.disconnect: {
        const link = this.linkBy(p.readUInt16LE(0));
        this.toHost(commandStatus(code, link ? STATUS.ok : STATUS.unknownConnection));
        if (!link) return;
        const [central, peripheral] = link.central.controller === this ? [STATUS.localEnded, p[2]!] : [p[2]!, STATUS.localEnded];
        return this.air.drop(link, central, peripheral);
      }
      default:
        this.violations.push(`command 0x${code.toString(16)}`);
        return failed(STATUS.unknownCommand);
    }
  }

  private setDataLength(code: number, p: Buffer): void {
    const handle = p.readUInt16LE(0);
    const link = this.linkBy(handle);
    this.toHost(commandComplete(code, [link ? STATUS.ok : STATUS.unknownConnection, ...u16(handle)]));
    if (!link || !this.far(link).longPackets || !this.longPackets) return;
    link.octets = p.readUInt16LE(2);
    for (const side of [link.central, link.peripheral]) side.controller.toHost(leEvent(LE_EVENT.dataLengthChange, [...u16(side.handle), ...u16(link.octets), ...u16(2120), ...u16(link.octets), ...u16(2120)]));
  }

  /* ── What the air brings. ── */

  /** An advertisement of another. @returns whether it led to a connection */
  hears(other: VirtualController): boolean {
    if (this.initiating?.address === other.address && !other.shy) {
      this.connect(other, this.initiating.supervisionMs);
      return true;
    }
    if (this.scan.on) {
      this.report(other, 0x00, other.advertisement);
      if (this.scan.active && other.scanResponse.length > 0) this.report(other, 0x04, other.scanResponse);
    }
    return false;
  }

  private report(other: VirtualController, type: number, data: Uint8Array): void {
    const key = `${other.address}/${type}`;
    if (this.scan.once && this.scan.heard.has(key)) return;
    this.scan.heard.add(key);
    this.toHost(leEvent(LE_EVENT.advertisingReport, [1, type, 0x00, ...addressBytes(other.address), data.length, ...data, other.rssi & 0xff]));
  }

  private connect(other: VirtualController, supervisionMs: number): void {
    this.initiating = null;
    other.advertising = false;
    const link: Link = { central: { controller: this, handle: this.nextHandle++ }, peripheral: { controller: other, handle: other.nextHandle++ }, octets: 27, supervisionMs, sent: [] };
    this.air.links.add(link);
    // 22.5 ms interval, no latency.
    const complete = (handle: number, role: number, peer: string) => leEvent(LE_EVENT.connected, [STATUS.ok, ...u16(handle), role, 0x00, ...addressBytes(peer), ...u16(18), ...u16(0), ...u16(supervisionMs / 10), 0]);
    this.toHost(complete(link.central.handle, 0, other.address));
    other.toHost(complete(link.peripheral.handle, 1, this.address));
  }

  received(handle: number, data: Uint8Array, start: boolean): void {
    this.toHost(acl(handle, start ? BOUNDARY.startFromController : BOUNDARY.continuing, data));
  }

  completed(handle: number): void {
    this.underWay.set(handle, Math.max(0, (this.underWay.get(handle) ?? 0) - 1));
    this.toHost(event(EVENT.completedPackets, [1, ...u16(handle), ...u16(1)]));
  }

  linkEnded(handle: number, reason: number): void {
    this.underWay.delete(handle);
    this.toHost(event(EVENT.disconnected, [STATUS.ok, ...u16(handle), reason]));
  }

  /** @internal bytes as they are, for what no sane controller would say */
  toHost(packet: Buffer): void {
    if (packet[1] === EVENT.leMeta && packet[0] === PACKET.event && !(this.leMask & (1 << (packet[3]! - 1)))) return;
    const socket = this.socket;
    // A real socket never answers within the write.
    setImmediate(() => { if (socket === this.socket) socket?.deliver(packet); });
  }

  private forget(reason: number): void {
    this.scan = { on: false, active: false, once: false, heard: new Set() };
    this.initiating = null;
    this.advertising = false;
    this.leMask = 0x1f;
    // After a reset the own host is told nothing (§7.3.2); the others see the connection end.
    for (const link of this.air.linksOf(this)) {
      this.air.links.delete(link);
      const other = link.central.controller === this ? link.peripheral : link.central;
      other.controller.linkEnded(other.handle, reason);
    }
    this.underWay.clear();
  }

  private linkBy(handle: number): Link | undefined {
    return this.air.linksOf(this).find((l) => (l.central.controller === this ? l.central : l.peripheral).handle === handle);
  }

  private far(link: Link): VirtualController { return link.central.controller === this ? link.peripheral.controller : link.central.controller; }
}

/** The calls of @stoprocent/bluetooth-hci-socket that noble and bleno make. */
export class HciSocket extends EventEmitter {
  private readonly controller: VirtualController;
  private open = false;
  private control = false;

  constructor(controller: VirtualController) {
    super();
    this.controller = controller;
  }

  bindRaw(): number { this.controller.attach(this); return 0; }
  bindUser(): number { this.controller.attach(this); return 0; }
  /** bleno opens one for each connection, to hand keys to the kernel. Nothing pairs here. */
  bindControl(): void { this.control = true; }
  setFilter(): void { /* Both stacks ask for all that is sent. */ }
  isDevUp(): boolean { return this.controller.powered; }
  start(): void { this.open = true; }
  stop(): void { this.open = false; }
  write(packet: Buffer): void { if (this.open && !this.control) this.controller.fromHost(Buffer.from(packet)); }
  /** @internal */
  deliver(packet: Buffer): void { if (this.open) this.emit('data', packet); }
}
