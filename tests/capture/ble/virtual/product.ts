import { createBluetooth } from '../../../../electron/capture/ble/bluetooth.ts';
import type { Bluetooth, BluetoothOptions, FoundDevice } from '../../../../electron/capture/ble/types.ts';
import type { RecordingStore } from '../../../../electron/recordings/store.ts';
import type { RecordingInfo } from '../../../../shared/domain/recording.ts';
import { createTestStore, rowsOf } from '../store.ts';
import { createBench, until, type Bench } from './bench.ts';
import type { ControllerOptions } from './controller.ts';

export type Product = Bench & {
  bluetooth: Bluetooth;
  store: RecordingStore;
  /** Scans until a device of this name is there. */
  find(name: string): Promise<FoundDevice>;
  /** Components of a recording as the integers that were stored. */
  rows(info: RecordingInfo): Promise<{ t: number[]; columns: number[][] }>;
  end(): Promise<void>;
};

/** The product's own Bluetooth on noble, the true recording store, and the virtual air between them and the devices. */
export function createProduct(options: { timeouts?: BluetoothOptions['timeouts']; controller?: Partial<ControllerOptions> } = {}): Product {
  const bench = createBench(options.controller);
  const { store } = createTestStore();
  const bluetooth = createBluetooth({ store, noble: bench.central.noble, ...(options.timeouts ? { timeouts: options.timeouts } : {}) });
  return {
    ...bench, bluetooth, store,
    async find(name) {
      let found: FoundDevice | null = null;
      const scan = bluetooth.scan((device) => { if (device.name === name) found = device; });
      await until(`${name} is found`, () => found !== null);
      scan.stop();
      return found!;
    },
    rows: (info) => rowsOf(store, info),
    async end() {
      await bluetooth.stop();
      bench.close();
    },
  };
}
