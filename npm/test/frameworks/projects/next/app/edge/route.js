// A route in the edge runtime.
import { convert } from '../../convert.js';

export const runtime = 'edge';
export const GET = async () => new Response(await convert());
