/** What Node says of certificates: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE = /^(CERT_|CRL_|ERROR_IN_C|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$|ERR_TLS_CERT_)/;
/** A handshake came to nothing, or TLS broke later. */
const TLS = /^(EPROTO$|ERR_SSL_|ERR_TLS_)/;
/** What may pass all the same: a service in trouble, bytes that were damaged on the way. */
const PASSES = /internal.error|record.mac|decryption.failed|user.cancel|unexpected.eof|timeout/i;
/** What a service says of the certificate of a client. */
const CLIENT_CERTIFICATE = /alert.(no.certificate|\w+.certificate|certificate.\w+|unknown.ca|access.denied)/i;
/** `fetch` and resolvers that a program has set say so without the call of the system that failed. */
const UNREACHED = /^(ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT)$/;
const ADDRESS = /^(ERR_INVALID_URL|ERR_INVALID_PROTOCOL|ERR_UNESCAPED_CHARACTERS)$/;

/** A proxy refused to connect. `fetch` has no other word for it. */
const REFUSED_BY_A_PROXY = /^Proxy response \(/;
/** The connection broke within the handshake. Node has no other word for it. */
const HANDSHAKE = /^Client network socket disconnected before secure TLS/;

interface Failure {
  code?: string;
  syscall?: string;
  message?: string;
  errors?: unknown[];
  cause?: unknown;
}

/** What the core is told of a request that has no answer. */
export function failure(cause: unknown): { permanent: string | undefined; unreached: boolean } {
  hide(cause);
  return { permanent: permanent(cause), unreached: isUnreached(cause) };
}

/** Whether there never was a connection. What is not known for certain counts as lost on the way. */
function isUnreached(cause: unknown): boolean {
  const { code = '', syscall = '', message = '', errors, cause: deeper } = (cause ?? {}) as Failure;
  // One for each address that was tried.
  if (errors?.length) return errors.every(isUnreached);
  const is = ['connect', 'getaddrinfo'].includes(syscall) || UNREACHED.test(code) || REFUSED_BY_A_PROXY.test(message) || HANDSHAKE.test(message);
  return is || (deeper !== undefined && isUnreached(deeper));
}

/** Callers see such errors and log them: without the bytes that the service sent, and without the queries of signed URLs. */
function hide(error: unknown): void {
  if (!(error instanceof Error)) return;
  for (const name of ['data', 'rawPacket']) delete (error as unknown as Record<string, unknown>)[name];
  const plain = (text: string) => text.replace(/(\bhttps?:\/\/[^\s?#'"<>]*)[?#][^\s'"<>,]*/gi, '$1');
  const { message, stack = '' } = error;
  if (plain(message) !== message) Object.assign(error, { message: plain(message), stack: plain(stack) });
  hide(error.cause);
}

/** Which failure of a request it is, and what to do, if the next request would meet it as well. */
function permanent(cause: unknown): string | undefined {
  const { code = '', message = '', cause: deeper } = (cause ?? {}) as Failure;
  if (CERTIFICATE.test(code)) {
    return `its certificate is refused (${message}); name the file of its authority by NODE_EXTRA_CA_CERTS, if it is your own`;
  }
  if (TLS.test(code) && !PASSES.test(`${code} ${message}`)) {
    const [, reason = code] = /SSL routines:[^:]*:([^:]+)/.exec(message) ?? [];
    return CLIENT_CERTIFICATE.test(reason)
      ? `it wants a certificate of this program (${reason}); send one by an agent that is set for fetch, or by the option fetch`
      : `it does not speak TLS as this program does (${reason}); perhaps its address begins with http://, it speaks old versions only, or it wants a certificate`;
  }
  // Ports of other protocols, such as 25, are refused by every `fetch`.
  if (ADDRESS.test(code) || message === 'bad port') return `its address is not valid (${message}); check the base URL`;
  return deeper === undefined ? undefined : permanent(deeper);
}
