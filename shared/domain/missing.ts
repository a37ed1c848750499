/**
 * Marks a missing value in an Int32 column; a Float64 column uses NaN. In a file without schemas, so that worker threads
 * that need this number do not load zod.
 */
export const MISSING_INT32 = -2147483648;
