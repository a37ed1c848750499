/** Lets the event loop go on: rows that are at hand, and what follows them, would otherwise hold it for seconds. */
export const breathe = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

/** Windows after which a loop over all of them lets the event loop go on. */
export const BREATH = 8192;
/** Rows after which the loop over them does. */
export const BREATH_ROWS = 131_072;
