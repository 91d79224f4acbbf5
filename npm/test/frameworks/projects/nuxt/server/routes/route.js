// A route of Nuxt's server.
import { convert } from '../../convert.js';

export default defineEventHandler(() => convert());
