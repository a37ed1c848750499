import anchors from '../../../renderer/src/i18n/en/anchors.ts';
import capture from '../../../renderer/src/i18n/en/capture.ts';
import consent from '../../../renderer/src/i18n/en/consent.ts';
import customer from '../../../renderer/src/i18n/en/customer.ts';
import device from '../../../renderer/src/i18n/en/device.ts';
import grantee from '../../../renderer/src/i18n/en/grantee.ts';
import imports from '../../../renderer/src/i18n/en/import.ts';
import keeper from '../../../renderer/src/i18n/en/keeper.ts';
import manual from '../../../renderer/src/i18n/en/manual.ts';
import owner from '../../../renderer/src/i18n/en/owner.ts';
import quality from '../../../renderer/src/i18n/en/quality.ts';
import records from '../../../renderer/src/i18n/en/records.ts';
import shell from '../../../renderer/src/i18n/en/shell.ts';
import specification from '../../../renderer/src/i18n/en/specification.ts';
import studies from '../../../renderer/src/i18n/en/studies.ts';
import validator from '../../../renderer/src/i18n/en/validator.ts';

const catalogue = { ...shell, ...owner, ...quality, ...specification, ...capture, ...device, ...imports, ...manual, ...customer, ...keeper, ...validator, ...consent, ...grantee, ...records, ...studies, ...anchors };
const all: Record<string, string> = catalogue;

/** What the pages say, by its key: the tests repeat no text. */
export function say(key: keyof typeof catalogue, params: Record<string, string | number> = {}): string {
  return all[key]!.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? `{${name}}`));
}
/** The beginning of it, up to the first place that is filled in. */
export const begin = (key: Parameters<typeof say>[0]): RegExp => new RegExp(all[key]!.split('{')[0]!.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
