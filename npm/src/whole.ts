/** What pages load when they first use more than the client has that they load before. */
export { Whole as Client } from './whole/calls.js';
