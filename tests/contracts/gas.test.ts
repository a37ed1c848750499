/** The gas report that is checked in is what the contracts need: a rise of more than 1 % fails. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { measureGas, TARGETS, type GasReport } from '../../bench/gas.ts';

const committed = JSON.parse(readFileSync(new URL('../../contracts/gas.json', import.meta.url), 'utf8')) as GasReport;
let measured: GasReport;

describe('gas', () => {
  beforeAll(async () => { measured = await measureGas(); });

  it('covers the same steps as the report', () => {
    expect(Object.keys(measured)).toEqual(Object.keys(committed));
  });

  it.each(Object.keys(committed))('%s has not risen', (step) => {
    // Random shares have more or fewer zero bytes, which cost less as calldata: some tens of gas, far below 1 %.
    expect(measured[step]! / committed[step]!, `${step} took ${measured[step]}, the report says ${committed[step]}; if that is meant, run node bench/gas.ts --write`).toBeLessThanOrEqual(1.01);
  });

  it('a grant costs the same for 1 and for 100 segments, within 5 %', () => {
    expect(Math.abs(measured['grantHundredSegments']! / measured['grantOneSegment']! - 1)).toBeLessThan(0.05);
  });

  it.each(Object.entries(TARGETS))('%s stays within the design', (step, { max }) => {
    expect(measured[step]).toBeLessThanOrEqual(max);
  });
});
