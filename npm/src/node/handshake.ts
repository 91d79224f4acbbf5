import { isIP } from 'node:net';
import { connect } from 'node:tls';

import { isSet } from './dispatcher.js';

/** For how long a service may take to refuse a handshake, in milliseconds. */
const PATIENCE = 1000;

/**
 * The same error, or one that says more: where a service refuses a client only after its handshake, as with TLS 1.3 for want
 * of a certificate, Node's `fetch` says that the connection was closed and keeps the reason for itself.
 */
export async function explained(error: unknown, url: string): Promise<unknown> {
  const { code } = ((error as Error | undefined)?.cause ?? {}) as { code?: string };
  if (code !== 'UND_ERR_SOCKET' || !url.startsWith('https:') || isSet()) return error;
  const cause = await refusal(new URL(url));
  return cause ? new TypeError('fetch failed', { cause }) : error;
}

/** Why a service refuses a handshake, with which nothing is sent. */
function refusal({ hostname, port }: URL): Promise<Error | undefined> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const servername = isIP(host) ? {} : { servername: host };
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port || 443), ALPNProtocols: ['http/1.1'], ...servername });
    const timer = setTimeout(() => socket.destroy(), PATIENCE);
    socket.once('error', resolve);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    // Only a socket that is read tells what comes after the handshake.
    socket.resume();
  });
}
