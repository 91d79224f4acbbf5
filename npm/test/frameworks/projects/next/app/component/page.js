// A server component.
import { convert } from '../../convert.js';

export const dynamic = 'force-dynamic';
export default async () => <p id="result">{await convert()}</p>;
