import { describe, expect, it } from 'vitest';
import { calibrationOf, frameAbout, frameOf, framesOf, surveyWindow, type Calibration } from '../../../electron/quality/model/frame.ts';
import { WINDOW, cross, dot, norm, unit, type Axes, type Vector } from '../../../electron/quality/model/windows.ts';
import { rest, rowsOf, walk, type Rows } from './wrists.ts';

const axesOf = ({ x, y, z }: Rows): Axes => ({ x: Float32Array.from(x), y: Float32Array.from(y), z: Float32Array.from(z) });
const surveysOf = (axes: Axes) => Array.from({ length: Math.floor(axes.x.length / WINDOW) }, (_, i) => surveyWindow(axes, i * WINDOW));

describe('the forearm is found where the arm hangs in walking', () => {
  it.each([[0, [1, 0, 0]], [1, [0, 1, 0]]] as const)('along axis %d', (along, expected) => {
    const found = calibrationOf([...surveysOf(axesOf(rowsOf(120, 20, walk(3, along)))), ...surveysOf(axesOf(rowsOf(600, 20, rest())))]);
    expect(Math.abs(dot(found.forearm!.direction, expected as unknown as Vector))).toBeGreaterThan(0.9);
    expect(found.forearm!.certainty).toBeGreaterThan(0.9);
  });

  it('turns with the watch', () => {
    const a: Vector = unit([1, 2, -0.5]), b = unit(cross(a, [0, 0, 1])), c = cross(a, b);
    const still = axesOf(rowsOf(120, 20, walk())), turned: Axes = { x: still.x.slice(), y: still.y.slice(), z: still.z.slice() };
    const turn = (v: Vector): Vector => [dot(a, v), dot(b, v), dot(c, v)];
    for (let i = 0; i < still.x.length; i++) [turned.x[i], turned.y[i], turned.z[i]] = turn([still.x[i]!, still.y[i]!, still.z[i]!]) as [number, number, number];
    const before = calibrationOf(surveysOf(still)).forearm!.direction, after = calibrationOf(surveysOf(turned)).forearm!.direction;
    expect(Math.abs(dot(turn(before), after))).toBeGreaterThan(0.999);
  });

  it('and the dial where gravity lies at rest, however the axes lie', () => {
    const a: Vector = unit([1, -1.2, 0.9]), b = unit(cross(a, [0, 0, 1])), c = cross(a, b), turn = (v: Vector): Vector => [dot(a, v), dot(b, v), dot(c, v)];
    const turned = (rows: Rows): Axes => { const axes = axesOf(rows); for (let i = 0; i < axes.x.length; i++) [axes.x[i], axes.y[i], axes.z[i]] = turn([axes.x[i]!, axes.y[i]!, axes.z[i]!]) as [number, number, number]; return axes; };
    const { forearm, dial, side } = frameOf(calibrationOf([...surveysOf(turned(rowsOf(120, 20, walk()))), ...surveysOf(turned(rowsOf(120, 20, rest())))]));
    expect(Math.abs(dot(forearm, turn([1, 0, 0])))).toBeGreaterThan(0.9);
    expect(dot(dial, turn([0, 0, 1]))).toBeGreaterThan(0.9);
    expect(dot(forearm, dial)).toBeCloseTo(0, 6);
    expect(norm(side)).toBeCloseTo(1, 6);
  });

  it('is not found in somebody who sits, and the scale is', () => {
    const axes = axesOf(rowsOf(300, 20, (s) => rest()(s).map((v) => 0.9 * v) as unknown as [number, number, number]));
    const { forearm, scale } = calibrationOf(surveysOf(axes));
    expect(forearm).toBeNull();
    expect(scale).toBeCloseTo(0.9 * Math.hypot(0.8, 1.5, 9.6) / 9.80665, 1);
  });
});

it('a frame is orthonormal whatever the forearm', () => {
  for (const v of [[1, 0, 0], [0, 0, 1], [0, -1, 0], [0.3, -0.9, 0.4]] as Vector[]) {
    const { forearm, dial, side } = frameAbout(unit(v), 1);
    for (const u of [forearm, dial, side]) expect(norm(u)).toBeCloseTo(1, 6);
    expect(dot(forearm, dial)).toBeCloseTo(0, 6);
    expect(dot(forearm, side)).toBeCloseTo(0, 6);
    expect(dot(dial, side)).toBeCloseTo(0, 6);
  }
});

describe('the two frames in which the network is asked', () => {
  const known = (direction: Vector): Calibration => ({ forearm: { direction: unit(direction), certainty: 1, dial: unit(cross(direction, [0, 1, 0])) }, scale: 1, pace: 1 });
  it('are along the axis and as gravity has it where they are within 20° of each other', () => {
    const near = known([Math.cos(0.3), Math.sin(0.3), 0]), [axis, gravity] = framesOf(near);
    expect(axis.forearm).toEqual([1, 0, 0]);
    expect(gravity.forearm).toEqual(near.forearm!.direction);
    expect(gravity.dial).toEqual(near.forearm!.dial);
  });
  it('are both as gravity has it where the axes lie anyhow, and turn with the watch', () => {
    for (const direction of [[Math.cos(0.4), Math.sin(0.4), 0], [1, 1, 1]] as Vector[]) {
      const [one, other] = framesOf(known(direction));
      expect(one).toBe(other);
      expect(one.forearm).toEqual(unit(direction));
    }
  });
  it('are one that is guessed where nobody walks', () => {
    const [one, other] = framesOf({ forearm: null, scale: 0.9, pace: 1 });
    expect(one).toBe(other);
    expect([one.forearm, one.certainty, one.scale]).toEqual([[1, 0, 0], 0, 0.9]);
  });
});
