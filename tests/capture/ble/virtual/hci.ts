/** Numbers and packets of the Host Controller Interface (Bluetooth Core Specification, volume 4 part E). */

export const PACKET = { command: 0x01, acl: 0x02, event: 0x04 } as const;

/** Packet boundary of ACL data: a host begins with 0, a controller with 2, both go on with 1. */
export const BOUNDARY = { startFromHost: 0, continuing: 1, startFromController: 2 } as const;

export const EVENT = { disconnected: 0x05, commandComplete: 0x0e, commandStatus: 0x0f, completedPackets: 0x13, leMeta: 0x3e } as const;
export const LE_EVENT = { connected: 0x01, advertisingReport: 0x02, dataLengthChange: 0x07 } as const;

const opcode = (group: number, command: number): number => (group << 10) | command;

export const COMMAND = {
  disconnect: opcode(0x01, 0x06),
  setEventMask: opcode(0x03, 0x01),
  reset: opcode(0x03, 0x03),
  readLeHostSupported: opcode(0x03, 0x6c),
  writeLeHostSupported: opcode(0x03, 0x6d),
  readLocalVersion: opcode(0x04, 0x01),
  readBufferSize: opcode(0x04, 0x05),
  readAddress: opcode(0x04, 0x09),
  readRssi: opcode(0x05, 0x05),
  leSetEventMask: opcode(0x08, 0x01),
  leReadBufferSize: opcode(0x08, 0x02),
  leReadFeatures: opcode(0x08, 0x03),
  leSetAdvertisingParameters: opcode(0x08, 0x06),
  leSetAdvertisingData: opcode(0x08, 0x08),
  leSetScanResponse: opcode(0x08, 0x09),
  leSetAdvertising: opcode(0x08, 0x0a),
  leSetScanParameters: opcode(0x08, 0x0b),
  leSetScan: opcode(0x08, 0x0c),
  leConnect: opcode(0x08, 0x0d),
  leCancelConnect: opcode(0x08, 0x0e),
  leSetDataLength: opcode(0x08, 0x22),
  leReadMaxDataLength: opcode(0x08, 0x2f),
} as const;

/** Volume 1 part F. */
export const STATUS = {
  ok: 0x00, unknownCommand: 0x01, unknownConnection: 0x02, connectionTimeout: 0x08, connectionLimit: 0x09, disallowed: 0x0c,
  remoteEnded: 0x13, localEnded: 0x16,
} as const;

/** Little-endian bytes of a number. */
export const u16 = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff];

/** `aa:bb:cc:dd:ee:ff` as it is sent: least significant byte first. */
export const addressBytes = (address: string): number[] => address.split(':').map((b) => Number.parseInt(b, 16)).reverse();
export const addressText = (bytes: Uint8Array): string => [...bytes].reverse().map((b) => b.toString(16).padStart(2, '0')).join(':');

export const event = (code: number, parameters: ArrayLike<number>): Buffer => Buffer.from([PACKET.event, code, parameters.length, ...Array.from(parameters)]);
export const leEvent = (code: number, parameters: ArrayLike<number>): Buffer => event(EVENT.leMeta, [code, ...Array.from(parameters)]);
export const commandComplete = (command: number, result: ArrayLike<number>): Buffer => event(EVENT.commandComplete, [1, ...u16(command), ...Array.from(result)]);
export const commandStatus = (command: number, status: number): Buffer => event(EVENT.commandStatus, [status, 1, ...u16(command)]);

export const acl = (handle: number, boundary: number, data: Uint8Array): Buffer => Buffer.concat([Buffer.from([PACKET.acl, ...u16((handle & 0x0fff) | (boundary << 12)), ...u16(data.length)]), data]);
