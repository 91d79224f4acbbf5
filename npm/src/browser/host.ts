import { type Runtime, TooLarge, Unreadable, type UploadAnswer, type UploadRequest } from '../host.js';

/** What browsers do. */
export const runtime: Runtime = {
  seesRedirects: false,

  upload: (request) => send(request).catch((error) => explain(request, error)),

  // Bundlers look for an expression of just this form.
  wasm: () => new URL('../cloudconvert_wasm_bg.wasm', import.meta.url),

  open: async () => {
    throw new TypeError('a browser opens no paths; give a File or a Blob');
  },

  store: async () => {
    throw new TypeError('a browser saves to no paths; use the files of the result');
  },
};

/** By XMLHttpRequest, the only one of their interfaces that tells how far an upload is. */
function send({ method, url, headers, pieces, limit, signal, sent }: UploadRequest): Promise<UploadAnswer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open(method, url);
    for (const [name, value] of headers) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => sent(loaded);
    request.onprogress = ({ loaded }) => {
      if (loaded <= limit) return;
      reject(new TooLarge());
      abort();
    };
    request.onload = () =>
      resolve({ status: request.status, headers: parse(request.getAllResponseHeaders()), text: request.responseText });
    request.onloadend = () => {
      signal.removeEventListener('abort', abort);
      // After a success this changes nothing.
      reject(new TypeError('the upload broke'));
    };
    signal.addEventListener('abort', abort);
    // The browser reads the files as it sends them.
    request.send(new Blob(pieces as BlobPart[]));
  });
}

/** A browser does not tell a file that cannot be read from a connection that broke. */
async function explain({ pieces }: UploadRequest, error: unknown): Promise<never> {
  for (const piece of pieces) {
    if (piece instanceof Blob) {
      await piece.slice(0, 1).arrayBuffer().catch(({ message }) => {
        throw new Unreadable(message);
      });
    }
  }
  throw error;
}

function parse(headers: string): [string, string][] {
  return headers
    .split('\r\n')
    .filter((line) => line.includes(':'))
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
}
