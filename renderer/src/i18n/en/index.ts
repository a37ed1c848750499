import capture from './capture.ts';
import customer from './customer.ts';
import device from './device.ts';
import imports from './import.ts';
import keeper from './keeper.ts';
import manual from './manual.ts';
import owner from './owner.ts';
import quality from './quality.ts';
import shell from './shell.ts';
import specification from './specification.ts';
import validator from './validator.ts';

/** English, a file for each feature; keys begin with the feature's name. */
export default { ...shell, ...owner, ...quality, ...specification, ...capture, ...imports, ...device, ...manual, ...customer, ...keeper, ...validator } as const;
