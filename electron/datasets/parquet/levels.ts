/**
 * Definition levels of an optional column as Parquet's RLE/bit-packed hybrid at one bit: 1 where there is a value.
 * @param present undefined where every row has one
 */
export function encodeLevels(rows: number, present?: Uint8Array): Uint8Array {
  const out: number[] = [];
  const varint = (n: number) => { for (; n >= 128; n = Math.floor(n / 128)) out.push((n % 128) + 128); out.push(n); };
  if (!present) {
    varint(rows * 2);
    out.push(1);
    return Uint8Array.from(out);
  }
  const groups = Math.ceil(rows / 8);
  varint(groups * 2 + 1);
  for (let g = 0; g < groups; g++) {
    let bits = 0;
    for (let i = 0; i < 8 && g * 8 + i < rows; i++) bits |= present[g * 8 + i]! << i;
    out.push(bits);
  }
  return Uint8Array.from(out);
}

/** @returns undefined where every row has a value; else 1 where there is one. @throws RangeError when the bytes do not give `rows` levels */
export function decodeLevels(bytes: Uint8Array, rows: number): Uint8Array | undefined {
  let at = 0;
  let row = 0;
  let all = true;
  const present = new Uint8Array(rows);
  while (row < rows) {
    let head = 0;
    for (let scale = 1; ; scale *= 128) {
      const b = bytes[at++];
      if (b === undefined || scale > 2 ** 35) throw new RangeError('decodeLevels: the bytes end early');
      head += (b & 127) * scale;
      if (b < 128) break;
    }
    const count = Math.floor(head / 2);
    if (count === 0) throw new RangeError('decodeLevels: an empty run');
    if (head % 2 === 0) {
      const level = bytes[at++];
      if (level === undefined || level > 1) throw new RangeError('decodeLevels: a level that is neither 0 nor 1');
      const stop = Math.min(rows, row + count);
      if (level === 1) present.fill(1, row, stop);
      else all = false;
      row = stop;
    } else {
      for (let i = 0; i < count * 8 && row < rows; i++, row++) {
        const byte = bytes[at + (i >> 3)];
        if (byte === undefined) throw new RangeError('decodeLevels: the bytes end early');
        present[row] = (byte >> (i & 7)) & 1;
        if (present[row] === 0) all = false;
      }
      at += count;
    }
  }
  return all ? undefined : present;
}
