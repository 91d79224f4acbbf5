// A relay in Hono.
import { serve } from '@hono/node-server';
import { relay } from 'cloudconvert-kit/relay';
import { Hono } from 'hono';

const { CLOUDCONVERT_API_KEY: apiKey, CLOUDCONVERT_SANDBOX: service } = process.env;
const handler = relay({ apiKey, baseUrl: `${service}/v2`, allow: { to: ['html'] }, who: () => 'anna' });
const app = new Hono();
app.all('/convert/v2/*', ({ req }) => handler(req.raw));
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => console.log(`http://127.0.0.1:${port}`));
