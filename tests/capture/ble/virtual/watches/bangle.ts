import type { VirtualDevice } from '../stacks.ts';
import { Outlet } from './parts.ts';

const uuid = (n: number): string => `6e40000${n}b5a3f393e0a9e50e24dcca9e`;

/** Nordic UART of a Bangle.js (reference §1.10). It does not run the script that it is sent; it looks whether it came whole. */
export class Bangle {
  private readonly output = new Outlet();
  /** All that was written to it, as text. */
  received = '';
  readonly device: VirtualDevice = {
    name: 'Bangle.js a1b2',
    advertises: [uuid(1)],
    services: [{
      uuid: uuid(1),
      characteristics: [
        { uuid: uuid(2), properties: ['write', 'writeWithoutResponse'], write: (bytes) => { this.received += Buffer.from(bytes).toString('latin1'); } },
        { uuid: uuid(3), properties: ['notify'], subscribed: (send, size) => this.output.subscribed(send, size) },
      ],
    }],
  };

  /** Text as the console prints it: cut wherever a packet is full. */
  print(text: string): void {
    const bytes = Buffer.from(text, 'latin1');
    for (let at = 0; at < bytes.length; at += this.output.size) this.output.send(bytes.subarray(at, at + this.output.size));
  }

  line(value: object): void { this.print(`${JSON.stringify(value)}\r\n`); }
}
