/**
 * Thrift's compact protocol, as far as Parquet's headers and footer need it.
 * Source: thrift/doc/specs/thrift-compact-protocol.md and parquet.thrift of apache/parquet-format.
 */
const TRUE = 1;
const FALSE = 2;
const I32 = 5;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

export type ThriftValue = { i32: number } | { i64: number } | { text: string } | { list: ThriftValue[] } | { struct: ThriftStruct } | { flag: boolean };
/** Field id and value, in ascending order of ids. */
export type ThriftStruct = [number, ThriftValue][];

export const i32 = (value: number): ThriftValue => ({ i32: value });
export const i64 = (value: number): ThriftValue => ({ i64: value });
export const text = (value: string): ThriftValue => ({ text: value });
export const list = (value: ThriftValue[]): ThriftValue => ({ list: value });
export const struct = (...value: ThriftStruct): ThriftValue => ({ struct: value });
export const flag = (value: boolean): ThriftValue => ({ flag: value });

const typeOf = (v: ThriftValue): number => ('i32' in v ? I32 : 'i64' in v ? I64 : 'text' in v ? BINARY : 'list' in v ? LIST : 'struct' in v ? STRUCT : v.flag ? TRUE : FALSE);

export function encodeThrift(fields: ThriftStruct): Uint8Array {
  const out: number[] = [];
  const varint = (n: number) => {
    while (n >= 128) { out.push((n % 128) + 128); n = Math.floor(n / 128); }
    out.push(n);
  };
  const zigzag = (n: number) => varint(n < 0 ? -n * 2 - 1 : n * 2);
  const value = (v: ThriftValue): void => {
    if ('i32' in v) zigzag(v.i32);
    else if ('i64' in v) zigzag(v.i64);
    else if ('text' in v) { const bytes = Buffer.from(v.text, 'utf8'); varint(bytes.length); for (const b of bytes) out.push(b); }
    else if ('list' in v) {
      const type = v.list[0] ? typeOf(v.list[0]) : STRUCT;
      if (v.list.length < 15) out.push((v.list.length << 4) | type);
      else { out.push(0xf0 | type); varint(v.list.length); }
      v.list.forEach(value);
    } else if ('struct' in v) fieldsOf(v.struct);
  };
  const fieldsOf = (s: ThriftStruct): void => {
    let last = 0;
    for (const [id, v] of s) {
      const type = typeOf(v);
      if (id > last && id - last < 16) out.push(((id - last) << 4) | type);
      else { out.push(type); zigzag(id); }
      last = id;
      value(v);
    }
    out.push(0);
  };
  fieldsOf(fields);
  return Uint8Array.from(out);
}

/** What a struct was decoded to: numbers, byte strings, flags, lists and structs by field id. */
export type Decoded = { [field: number]: DecodedValue };
export type DecodedValue = number | boolean | Uint8Array | DecodedValue[] | Decoded;

const MAX_DEPTH = 16;

/**
 * Decodes one struct. Bounded: nothing is allocated for a length that the bytes do not have.
 * @throws RangeError when the bytes are no such struct
 */
export function decodeThrift(bytes: Uint8Array, from: number): { value: Decoded; end: number } {
  let at = from;
  const byte = (): number => {
    const b = bytes[at++];
    if (b === undefined) throw new RangeError('thrift: the bytes end early');
    return b;
  };
  const varint = (): number => {
    let out = 0;
    for (let scale = 1; ; scale *= 128) {
      const b = byte();
      out += (b & 127) * scale;
      if (b < 128) break;
      if (scale > 2 ** 56) throw new RangeError('thrift: a number has too many digits');
    }
    return out;
  };
  const zigzag = (): number => {
    const n = varint();
    return n % 2 === 0 ? n / 2 : -(n + 1) / 2;
  };
  const value = (type: number, depth: number): DecodedValue => {
    if (depth > MAX_DEPTH) throw new RangeError('thrift: nested too deep');
    switch (type) {
      case TRUE: return true;
      case FALSE: return false;
      case 3: return byte();
      case 4: case I32: case I64: return zigzag();
      case 7: at += 8; return 0;
      case BINARY: {
        const length = varint();
        if (at + length > bytes.length) throw new RangeError('thrift: a string is longer than the bytes');
        at += length;
        return bytes.subarray(at - length, at);
      }
      case LIST: {
        const head = byte();
        const length = head >> 4 === 15 ? varint() : head >> 4;
        if (length > bytes.length - at) throw new RangeError('thrift: a list is longer than the bytes');
        const kind = head & 15;
        return Array.from({ length }, () => (kind === TRUE || kind === FALSE ? byte() === 1 : value(kind, depth + 1)));
      }
      case STRUCT: return fields(depth + 1);
      default: throw new RangeError(`thrift: type ${type} is not used by Parquet`);
    }
  };
  const fields = (depth: number): Decoded => {
    const out: Decoded = {};
    for (let id = 0; ;) {
      const head = byte();
      if (head === 0) return out;
      id = head >> 4 ? id + (head >> 4) : zigzag();
      out[id] = value(head & 15, depth);
    }
  };
  return { value: fields(0), end: at };
}
