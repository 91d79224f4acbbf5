import type { Runtime, UploadAnswer } from '../host.ts';

/** What browsers do: uploads by XMLHttpRequest, the only one of their interfaces that tells how far an upload is. */
export const runtime: Runtime = {
  seesRedirects: false,

  upload: (method, url, headers, body, sent, signal) =>
    new Promise<UploadAnswer>((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      for (const [name, value] of headers) request.setRequestHeader(name, value);
      request.upload.onprogress = (event) => sent(event.loaded);
      request.onload = () =>
        resolve({ status: request.status, headers: parse(request.getAllResponseHeaders()), text: request.responseText });
      request.onerror = request.onabort = request.ontimeout = () => reject(new Error('the upload broke'));
      signal.addEventListener('abort', () => request.abort(), { once: true });
      request.send(body);
    }),

  wasm: async () => undefined,

  open: async () => {
    throw new TypeError('a browser opens no paths; give a File or a Blob');
  },

  store: () => {
    throw new TypeError('a browser saves to no paths; use the files of the result');
  },
};

function parse(headers: string): [string, string][] {
  return headers
    .split('\r\n')
    .filter((line) => line.includes(':'))
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
}
