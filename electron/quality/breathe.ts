/** Lets the event loop go on: rows that are at hand, and what follows them, would otherwise hold it for seconds. */
export const breathe = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

/** Windows after which a loop over all of them lets the event loop go on. */
export const BREATH = 1024;
/** Rows that are looked at in one go: some milliseconds' work, also before the engine has compiled the loops over them. */
export const BREATH_ROWS = 8192;
