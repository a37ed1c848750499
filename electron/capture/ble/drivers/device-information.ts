import { viewOf } from './driver.ts';

/** What a device says of itself (reference §1.2). Claims, never proof. The serial number and System ID are not asked for: they identify a person's unit. */
export type DeviceInformation = {
  manufacturer: string | null;
  model: string | null;
  firmware: string | null;
  hardware: string | null;
  software: string | null;
  pnp: PnpId | null;
};

export type PnpId = { source: 'bluetooth' | 'usb'; vendor: number; product: number; /** `JJ.M.N` */ version: string };

export const DEVICE_INFORMATION = '180a';
export const PNP = '2a50';
export const TEXTS = { manufacturer: '2a29', model: '2a24', firmware: '2a26', hardware: '2a27', software: '2a28' } as const;

export const noInformation = (): DeviceInformation => ({ manufacturer: null, model: null, firmware: null, hardware: null, software: null, pnp: null });

/** UTF-8 without the NULs and spaces that real devices append; null where nothing is left. */
export const decodeText = (bytes: Uint8Array): string | null => plainText(new TextDecoder('utf-8').decode(bytes.subarray(0, 512)));

/** What a stranger's device wrote, fit for a screen: control and format characters could disguise a name. At most 80 characters. */
export function plainText(text: string): string | null {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\uFFFD]/gu, '').trim();
  return plain.length === 0 ? null : [...plain].slice(0, 80).join('');
}

/** 7 bytes: u8 source, u16 vendor, u16 product, u16 version as BCD. Null for anything else. */
export function decodePnp(bytes: Uint8Array): PnpId | null {
  if (bytes.length !== 7) return null;
  const view = viewOf(bytes);
  const source = view.getUint8(0) === 1 ? 'bluetooth' : view.getUint8(0) === 2 ? 'usb' : null;
  if (source === null) return null;
  const version = view.getUint16(5, true);
  return { source, vendor: view.getUint16(1, true), product: view.getUint16(3, true), version: `${(version >> 8).toString(16)}.${(version >> 4) & 15}.${version & 15}` };
}
