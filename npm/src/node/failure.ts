/** What Node says of certificates: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE = /^(CERT_|CRL_|ERROR_IN_C|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$|ERR_TLS_CERT_)/;
/** The answer to a handshake was no TLS, or one that has nothing in common with Node's. */
const PROTOCOL = /^(EPROTO|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|TLSV1_ALERT_PROTOCOL_VERSION))$/;
/** `fetch` and resolvers that a program has set say so without the call of the system that failed. */
const UNREACHED = /^(ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|ERR_SSL_\w*HANDSHAKE_FAILURE)$/;
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

/** Which failure of a request it is, and what to do, if the next request would meet it as well. */
function permanent(cause: unknown): string | undefined {
  const { code = '', message = '', cause: deeper } = (cause ?? {}) as Failure;
  if (CERTIFICATE.test(code)) {
    return `its certificate is refused (${message}); name the file of its authority by NODE_EXTRA_CA_CERTS, if it is your own`;
  }
  if (PROTOCOL.test(code)) return `it does not speak TLS as it should (${code}); perhaps its address begins with http://`;
  // Ports of other protocols, such as 25, are refused by every `fetch`.
  if (ADDRESS.test(code) || message === 'bad port') return `its address is not valid (${message}); check the base URL`;
  return deeper === undefined ? undefined : permanent(deeper);
}
