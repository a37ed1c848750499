import { describe, expect, it } from 'vitest';
import { createPlayhead } from '../../renderer/src/roles/owner/capture/playhead.ts';
import { createTraceBuffer } from '../../renderer/src/roles/owner/capture/trace-buffer.ts';

describe('the rows of a live trace', () => {
  it('are kept as they come, with what a component lacks as nothing', () => {
    const b = createTraceBuffer(2, 20, 10);
    b.add([1, 1.1], [[5, 6], [null, Number.NaN]]);
    b.add([1.2], [[7], [8]]);
    expect(b.columns).toEqual([[1, 1.1, 1.2], [5, 6, 7], [null, null, 8]]);
    expect([b.added, b.latest]).toEqual([3, 1.2]);
  });

  it('show a pause as a gap, by the rate of the stream or by what events may take', () => {
    const fast = createTraceBuffer(1, 20, 100);
    fast.add([0, 0.01, 0.5], [[1, 2, 3]]);
    expect(fast.columns).toEqual([[0, 0.01, 0.255, 0.5], [1, 2, null, 3]]);
    const slow = createTraceBuffer(1, 60, 1);
    slow.add([0, 5.9, 12], [[1, 2, 3]]);
    expect(slow.columns[1]).toEqual([1, 2, null, 3]);
    const events = createTraceBuffer(1, 60, null);
    events.add([0, 4.9, 10], [[1, 2, 3]]);
    expect(events.columns[1]).toEqual([1, 2, null, 3]);
  });

  it('never go back in time', () => {
    const b = createTraceBuffer(1, 20, 1);
    b.add([10, 9, 10, Number.NaN, 11], [[1, 2, 3, 4, 5]]);
    expect(b.columns).toEqual([[10, 11], [1, 5]]);
  });

  it('stay few however long it runs, and hold all of the last seconds', () => {
    const b = createTraceBuffer(3, 20, 200);
    for (let s = 0; s < 600; s += 0.2) b.add(Array.from({ length: 40 }, (_, i) => s + i / 200), [0, 1, 2].map(() => Array.from({ length: 40 }, (_, i) => i)));
    const x = b.columns[0] as number[];
    expect(x.length).toBeLessThan(20 * 200 * 1.5);
    expect(x[0]!).toBeLessThanOrEqual(b.latest! - 19.9);
    expect(b.columns.map((c) => c.length)).toEqual([x.length, x.length, x.length, x.length]);
  });
});

describe('the right end of the traces', () => {
  /** Frames of 60 Hz, bunches five times a second. */
  function run(seconds: number, silentFrom = Infinity): { ends: number[]; newest: number } {
    const head = createPlayhead();
    const ends: number[] = [];
    let newest = 0;
    for (let ms = 0; ms < seconds * 1000; ms += 1000 / 60) {
      const bunch = Math.floor(ms / 200) * 0.2;
      if (bunch > newest && ms / 1000 < silentFrom) { newest = bunch; head.heard(1000 + newest); }
      const end = head.at(ms);
      if (end !== null) ends.push(end);
    }
    return { ends, newest: 1000 + newest };
  }

  it('is nowhere before anything came', () => expect(createPlayhead().at(5)).toBeNull());

  it('glides evenly though the rows come in bunches, and never ahead of them', () => {
    const { ends } = run(20);
    const steps = ends.slice(300).map((e, i, all) => (i === 0 ? 0 : e - all[i - 1]!)).slice(1);
    expect(Math.min(...steps)).toBeGreaterThan(0.5 / 60);
    expect(Math.max(...steps)).toBeLessThan(1.5 / 60);
    expect(ends.at(-1)!).toBeGreaterThan(1018.9);
    expect(ends.at(-1)!).toBeLessThan(1020);
  });

  it('waits at the newest bunch when nothing more comes', () => {
    const { ends, newest } = run(20, 10);
    expect(ends.at(-1)!).toBeLessThanOrEqual(newest);
    expect(ends.every((e, i) => i === 0 || e >= ends[i - 1]!)).toBe(true);
  });

  it('jumps after the machine slept, and answers all traces of a frame alike', () => {
    const head = createPlayhead();
    head.heard(100);
    head.at(0);
    head.heard(5000);
    expect(head.at(16)).toBeCloseTo(4999.6, 5);
    expect(head.at(16)).toBe(head.at(16));
  });
});
