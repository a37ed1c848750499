/**
 * Who may sign the list of devices: raw Ed25519 public keys, base64. A list counts if any of them signed it; to change a
 * key, ship an app with the old and the new one, sign with both, then drop the old one (docs/devices.md).
 */
export const MAINTAINER_KEYS: readonly string[] = ['vUcs4EDK+Xa1395nZfGTDpFnUWAY/15wzBIRI6V7KGw='];
