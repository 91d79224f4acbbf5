// A relay in Nuxt's server.
import { relay } from 'cloudconvert-kit/relay';

const { CLOUDCONVERT_API_KEY: apiKey, CLOUDCONVERT_SANDBOX: service } = process.env;
const handler = relay({ apiKey, baseUrl: `${service}/v2`, allow: { to: ['html'] }, who: () => 'anna' });

export default defineEventHandler((event) => handler(toWebRequest(event)));
