import { describe, expect, it } from 'vitest';
import { adapterProblem, type AdapterState } from '../../../electron/capture/ble/adapter.ts';

const STATES: AdapterState[] = ['poweredOff', 'unauthorized', 'unsupported', 'resetting', 'unknown'];
const SYSTEMS = ['linux', 'darwin', 'win32'];

describe('what is wrong with the adapter', () => {
  it('is nothing when it is on', () => expect(adapterProblem('poweredOn', 'linux')).toBeNull());

  it('is one sentence, with what to do on this system', () => {
    const hints = new Set<string>();
    for (const state of STATES) for (const system of SYSTEMS) {
      const problem = adapterProblem(state, system)!;
      expect(problem.message).toMatch(/^[A-Z][^.]*\.$/);
      expect(problem.hint).toMatch(/\.$/);
      expect(problem.details).toEqual({ adapter: state });
      if (state !== 'resetting') hints.add(problem.hint!);
    }
    // No system is told another's way.
    expect(hints.size).toBe((STATES.length - 1) * SYSTEMS.length);
    expect(adapterProblem('unauthorized', 'linux')!.hint).toContain('setcap');
    expect(adapterProblem('poweredOff', 'darwin')!.hint).toContain('System Settings');
    expect(adapterProblem('unsupported', 'win32')!.hint).toContain('Device Manager');
  });

  it('takes a system it does not know for Linux, and a state it does not know for no answer', () => {
    expect(adapterProblem('poweredOff', 'freebsd')!.hint).toBe(adapterProblem('poweredOff', 'linux')!.hint);
    expect(adapterProblem('on fire' as AdapterState, 'linux')!.details).toEqual({ adapter: 'unknown' });
  });

  it('may pass by itself only where it is off or restarting', () => {
    expect(STATES.filter((s) => adapterProblem(s, 'linux')!.retryable)).toEqual(['poweredOff', 'resetting']);
  });
});
