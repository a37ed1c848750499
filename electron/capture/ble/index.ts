export { adapterProblem, type AdapterState } from './adapter.ts';
export { createBluetooth } from './bluetooth.ts';
export type { CaptureStore } from './capture-writer.ts';
export { createHostClock } from './clock.ts';
export { createRecorder, type Recorder, type RecorderOptions } from './recorder.ts';
export type * from './types.ts';
