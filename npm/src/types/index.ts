/** What the calls take and give. */
export type * from './calls.js';
export type * from './client.js';
export type * from './operations.js';
export type * from './options.js';
export type * from './results.js';
export type * from './sources.js';
export type * from './storages.js';
