/** Log lines of a service: one JSON object a line. What is passed in is chosen where it is passed: never tokens, keys or names of files. */
export type Log = (level: 'info' | 'warn' | 'error', msg: string, facts?: Record<string, string | number | boolean | null>) => void;

export const jsonLog = (write: (line: string) => void): Log =>
  (level, msg, facts = {}) => write(`${JSON.stringify({ time: new Date().toISOString(), level, msg, ...facts })}\n`);
