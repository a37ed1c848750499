import { Air } from './air.ts';
import type { ControllerOptions } from './controller.ts';
import { createCentral, createPeripheral, type Central, type Peripheral, type PeripheralOptions, type VirtualDevice } from './stacks.ts';

/** One test's air, its central and its devices, all put away together. */
export type Bench = {
  air: Air;
  central: Central;
  add(device: VirtualDevice, options?: Partial<PeripheralOptions>): Promise<Peripheral>;
  /** What any host did against the rules of HCI. */
  violations(): string[];
  close(): void;
};

export function createBench(options: Partial<ControllerOptions> = {}): Bench {
  const air = new Air();
  const central = createCentral(air, options);
  const peripherals: Peripheral[] = [];
  return {
    air,
    central,
    async add(device, more = {}) {
      const peripheral = await createPeripheral(air, device, { address: `d0:00:00:00:00:${(peripherals.length + 1).toString(16).padStart(2, '0')}`, ...more });
      peripherals.push(peripheral);
      return peripheral;
    },
    violations: () => [central, ...peripherals].flatMap((p) => p.controller.violations),
    close() {
      try { central.stop(); } catch { /* Not begun, or stopped by the test. */ }
      for (const p of peripherals) p.stop();
      air.close();
    },
  };
}

/** Waits until `holds`; its sentence says what did not come about. */
export async function until(what: string, holds: () => boolean, ms = 60_000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Waited in vain: ${what}.`);
    await new Promise((r) => setTimeout(r, 5));
  }
}
