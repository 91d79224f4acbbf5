import type { AccountCalls } from './account.js';
import type { Conversions } from './conversions.js';
import type { Parts } from './parts.js';
import type { Processes } from './processes.js';

/** Every call of a client. */
export interface Calls extends Conversions, Parts, Processes, AccountCalls {}
