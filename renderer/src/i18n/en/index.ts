import customer from './customer.ts';
import keeper from './keeper.ts';
import owner from './owner.ts';
import shell from './shell.ts';
import validator from './validator.ts';

/** English, a file for each feature; keys begin with the feature's name. */
export default { ...shell, ...owner, ...customer, ...keeper, ...validator } as const;
