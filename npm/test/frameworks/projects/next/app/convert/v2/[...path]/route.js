// A relay in a route.
import { relay } from 'cloudconvert-kit/relay';

const { CLOUDCONVERT_API_KEY: apiKey, CLOUDCONVERT_SANDBOX: service } = process.env;
const handler = relay({ apiKey, baseUrl: `${service}/v2`, allow: { to: ['html'] }, who: () => 'anna' });

export { handler as DELETE, handler as GET, handler as POST };
