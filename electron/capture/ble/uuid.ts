const BASE = /^0000([0-9a-f]{4})00001000800000805f9b34fb$/;

/** One spelling of a UUID whatever the system hands over: lower case, no dashes, the short form where it is of the Bluetooth base. */
export function shortUuid(uuid: string): string {
  const plain = uuid.toLowerCase().replaceAll('-', '').replace(/^0x/, '');
  const full = BASE.exec(plain);
  // noble prints a 16-bit UUID without its leading zeros.
  return full ? full[1]! : plain.length < 4 ? plain.padStart(4, '0') : plain;
}
