import { AppError } from '../../../shared/errors.ts';

/** noble's words for the adapter. `unknown`: it has not answered. */
export type AdapterState = 'poweredOn' | 'poweredOff' | 'unauthorized' | 'unsupported' | 'resetting' | 'unknown';

type System = 'linux' | 'darwin' | 'win32';

const SENTENCE: Record<Exclude<AdapterState, 'poweredOn'>, string> = {
  poweredOff: 'Bluetooth is switched off.',
  unauthorized: 'This app may not use Bluetooth.',
  unsupported: 'No Bluetooth LE adapter was found.',
  resetting: 'The Bluetooth adapter is restarting.',
  unknown: 'The Bluetooth adapter does not answer.',
};

const HINT: Record<System, Record<Exclude<AdapterState, 'poweredOn'>, string>> = {
  linux: {
    poweredOff: 'Switch it on in the system settings, or run `rfkill unblock bluetooth` and `bluetoothctl power on`.',
    unauthorized: 'Allow it once with `sudo setcap cap_net_raw,cap_net_admin+eip` on the app\'s own program file, then start the app again.',
    unsupported: 'Plug in an adapter for Bluetooth 4.0 or later, see that `rfkill list` shows it, and start `sudo systemctl start bluetooth`.',
    resetting: 'Wait a few seconds and try again.',
    unknown: 'Run `sudo systemctl restart bluetooth`, see that `rfkill list` shows the adapter, and try again.',
  },
  darwin: {
    poweredOff: 'Switch Bluetooth on in System Settings → Bluetooth.',
    unauthorized: 'Allow it in System Settings → Privacy & Security → Bluetooth, then start the app again.',
    unsupported: 'This Mac has no Bluetooth LE; use one that has.',
    resetting: 'Wait a few seconds and try again.',
    unknown: 'Switch Bluetooth off and on in System Settings → Bluetooth, and answer the question for permission if one is shown.',
  },
  win32: {
    poweredOff: 'Switch Bluetooth on in Settings → Bluetooth & devices.',
    unauthorized: 'Let desktop apps use Bluetooth in Settings → Privacy & security → Radios.',
    unsupported: 'Windows 10 version 1703 or later and an adapter for Bluetooth 4.0 are needed; see Device Manager → Bluetooth.',
    resetting: 'Wait a few seconds and try again.',
    unknown: 'Switch Bluetooth off and on in Settings → Bluetooth & devices, and start the service «Bluetooth Support Service».',
  },
};

/** What is wrong and what to do on this system; null when nothing is. */
export function adapterProblem(state: AdapterState, platform: string = process.platform): AppError | null {
  if (state === 'poweredOn') return null;
  const system: System = platform === 'darwin' || platform === 'win32' ? platform : 'linux';
  const known = state in SENTENCE ? state : 'unknown';
  return new AppError('invalid-argument', SENTENCE[known], { hint: HINT[system][known], retryable: known === 'poweredOff' || known === 'resetting', details: { adapter: known } });
}
