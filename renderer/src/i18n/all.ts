/** One import for a component: `t` and the formats. */
export * from './index.ts';
export * from './format.ts';
