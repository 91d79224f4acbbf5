// A route in Node.
import { convert } from '../../convert.js';

export const dynamic = 'force-dynamic';
export const GET = async () => new Response(await convert());
