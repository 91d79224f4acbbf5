/** What Node says of certificates: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE = /^(CERT_|CRL_|ERROR_IN_C|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$|ERR_TLS_CERT_)/;
/** The answer to a handshake was no TLS, or one that has nothing in common with Node's. */
const PROTOCOL = /^(EPROTO|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|TLSV1_ALERT_PROTOCOL_VERSION))$/;
const ADDRESS = /^(ERR_INVALID_URL|ERR_INVALID_PROTOCOL|ERR_UNESCAPED_CHARACTERS)$/;

interface Failure {
  code?: string;
  message?: string;
  cause?: unknown;
}

/** Which failure of a request it is, and what to do, if the next request would meet it as well. */
export function permanent(cause: unknown): string | undefined {
  const { code = '', message = '', cause: deeper } = (cause ?? {}) as Failure;
  if (CERTIFICATE.test(code)) {
    return `its certificate is refused (${message}); name the file of its authority by NODE_EXTRA_CA_CERTS, if it is your own`;
  }
  if (PROTOCOL.test(code)) return `it does not speak TLS as it should (${code}); perhaps its address begins with http://`;
  // Ports of other protocols, such as 25, are refused by every `fetch`.
  if (ADDRESS.test(code) || message === 'bad port') return `its address is not valid (${message}); check the base URL`;
  return deeper === undefined ? undefined : permanent(deeper);
}
