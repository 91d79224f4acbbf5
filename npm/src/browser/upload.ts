import { Unreadable, type UploadAnswer, type UploadRequest } from '../host.js';

/**
 * Sends a body by XMLHttpRequest, the only one of a browser's interfaces that tells how far an upload is; by `fetch`
 * where there is none, as in service workers, or where the user has chosen one.
 */
export function upload(request: UploadRequest): Promise<UploadAnswer> {
  const counts = !request.fetch && typeof XMLHttpRequest !== 'undefined';
  if (!counts || mayBeHidden()) request.sent();
  return (counts ? send : sendUncounted)(request).catch((error) => explain(request, error));
}

/** Whether a service worker may stand in between: the browser then tells no progress. Workers are not told of theirs. */
function mayBeHidden(): boolean {
  return typeof document === 'undefined' || Boolean(navigator.serviceWorker?.controller);
}

function send({ sent, ...upload }: UploadRequest): Promise<UploadAnswer> {
  const { method, url, limit, signal } = upload;
  const { headers, body, length } = framed(upload);
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open(method, url);
    for (const [name, value] of headers) request.setRequestHeader(name, value);
    // The browser's framing is a little longer or shorter than the core's.
    request.upload.onprogress = ({ loaded }) => sent(Math.min(loaded, length));
    request.upload.onload = () => sent(length);
    const answered = () => {
      const { status, responseText, responseURL } = request;
      resolve({ status, headers: parse(request.getAllResponseHeaders()), text: responseText.slice(0, limit), url: responseURL });
    };
    request.onprogress = ({ loaded }) => {
      if (loaded < limit) return;
      answered();
      abort();
    };
    request.onload = answered;
    request.onloadend = () => {
      signal.removeEventListener('abort', abort);
      // After a success this changes nothing.
      reject(new TypeError('the upload broke'));
    };
    signal.addEventListener('abort', abort);
    // The browser reads the files as it sends them.
    request.send(body);
  });
}

async function sendUncounted({ sent, ...upload }: UploadRequest): Promise<UploadAnswer> {
  const { method, url, limit, signal } = upload;
  const { headers, body, length } = framed(upload);
  // Redirects are followed, as the other interface does: a browser shows where one leads, and what it says, only where it is followed.
  const answer = await (upload.fetch ?? fetch)(url, { method, headers, body, signal, credentials: 'omit', cache: 'no-store' });
  sent(length);
  return { status: answer.status, headers: [...answer.headers], text: await beginning(answer, limit), url: answer.url || undefined };
}

/** So much of an answer; the rest is let go. */
async function beginning({ body }: Response, limit: number): Promise<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (text.length < limit) {
    const chunk = (await reader?.read())?.value;
    if (!chunk) break;
    text += chunk;
  }
  reader?.cancel().catch(() => undefined);
  return text.slice(0, limit);
}

/**
 * The body and its headers. A File alone, and one in a form, a browser sends straight from the disk; a Blob that is made
 * of one takes a detour that costs half as much again.
 */
function framed({ headers, pieces, form }: Omit<UploadRequest, 'sent'>) {
  const length = pieces.reduce((sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : piece.size), 0);
  const files = pieces.filter((piece) => piece instanceof Blob);
  if (!form) return { headers, body: files[0]!, length };
  const body = new FormData();
  for (const [name, text] of form.fields) body.append(name, text);
  for (const [at, name] of form.names.entries()) body.append(form.field, files[at]!, name);
  // The browser draws a boundary of its own.
  return { headers: headers.filter(([name]) => name !== 'content-type'), body, length };
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
