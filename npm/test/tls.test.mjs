// What TLS refuses is told at once where it cannot pass, and tried again where it may.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { test } from 'node:test';
import tls from 'node:tls';

import { CloudConvert } from 'cloudconvert-kit';
import { listen } from './support/local.mjs';
import { FILE, KEY } from './support/service.mjs';

const pem = readFileSync(new URL('support/self-signed.pem', import.meta.url));
const own = { key: pem, cert: pem };
// The certificates of these servers are not what is tested.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
process.removeAllListeners('warning');

/** A server that answers every handshake with this alert (RFC 8446, 6). */
const alerts = (number) => net.createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, number])));
});

/** A client of it, and how often somebody has connected. */
async function client(t, server) {
  const seen = { connections: 0 };
  server.on('connection', () => (seen.connections += 1));
  server.on('tlsClientError', () => undefined);
  const host = await listen(t, server);
  const options = { apiKey: KEY };
  return { seen, host, v2: new CloudConvert({ ...options, baseUrl: `https://${host}/v2` }), v1: new CloudConvert({ ...options, baseUrl: `https://${host}/v1` }) };
}

const FINAL = {
  'TLS 1.1 only': [() => tls.createServer({ ...own, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }), /alert protocol version/],
  'a certificate is wanted, by TLS 1.2': [() => https.createServer({ ...own, maxVersion: 'TLSv1.2', requestCert: true, rejectUnauthorized: true }), /wants a certificate/],
  'a certificate is wanted, by TLS 1.3': [() => https.createServer({ ...own, minVersion: 'TLSv1.3', requestCert: true, rejectUnauthorized: true }), /wants a certificate of this program \(tlsv13 alert certificate required\)/],
  'no cipher in common': [() => tls.createServer({ ...own, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CAMELLIA256-SHA384:@SECLEVEL=0' }), /handshake failure/],
  'an unknown authority of the client': [() => alerts(48), /wants a certificate of this program \(tlsv1 alert unknown ca\)/],
  'a name that is not known': [() => alerts(112), /unrecognized name/],
  'no TLS at all': [() => net.createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')), /begins with http:/],
};

for (const [name, [server, message]] of Object.entries(FINAL)) {
  test(`told at once: ${name}`, async (t) => {
    const { v1, v2, host, seen } = await client(t, server());
    const final = { code: 'network', isRetryable: false, message };
    await assert.rejects(v2.convert(FILE, { to: 'txt' }), final);
    // With TLS 1.3 the reason is asked for by a second handshake.
    assert.ok(seen.connections <= 2, `${seen.connections} connections`);
    await assert.rejects(v1.upload(`https://${host}/upload/u1`, FILE), { ...final, message: /TLS|certificate/ });
    await assert.rejects(v2.formats(), final);
    const { value: { error } } = await v2.convertMany([FILE], { to: 'txt' }).next();
    assert.match(error.message, message);
  });
}

for (const [name, number] of Object.entries({ 'a damaged record': 20, 'an internal error': 80, 'somebody gave up': 90 })) {
  test(`tried again: ${name}`, async (t) => {
    const { v2, seen } = await client(t, alerts(number));
    await assert.rejects(v2.formats({ retries: 1 }), { code: 'network', isRetryable: true });
    assert.equal(seen.connections, 2);
  });
}
