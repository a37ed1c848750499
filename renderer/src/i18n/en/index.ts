import anchors from './anchors.ts';
import capture from './capture.ts';
import consent from './consent.ts';
import customer from './customer.ts';
import device from './device.ts';
import grantee from './grantee.ts';
import imports from './import.ts';
import keeper from './keeper.ts';
import manual from './manual.ts';
import owner from './owner.ts';
import quality from './quality.ts';
import records from './records.ts';
import shell from './shell.ts';
import specification from './specification.ts';
import studies from './studies.ts';
import validator from './validator.ts';

/** English, a file for each feature; keys begin with the feature's name. */
export default { ...shell, ...owner, ...quality, ...specification, ...capture, ...imports, ...device, ...manual, ...customer, ...keeper, ...validator, ...consent, ...grantee, ...records, ...studies, ...anchors } as const;
