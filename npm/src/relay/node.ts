/** What Node's `http` gives and takes, as far as it is needed. */
interface NodeRequest extends AsyncIterable<Uint8Array> {
  method?: string | undefined;
  url?: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  socket: { encrypted?: boolean };
}
interface NodeResponse {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body: Uint8Array): unknown;
  once(event: 'close', listener: () => void): unknown;
  writableFinished: boolean;
}

/**
 * A handler for Node's `http` and for Express, from one that speaks `Request` and `Response`.
 *
 * @example
 * ```js
 * createServer(toNode(relay({ … }))).listen(3000);
 * ```
 */
export function toNode(handler: (request: Request) => Promise<Response>) {
  return async (incoming: NodeRequest, outgoing: NodeResponse): Promise<void> => {
    const gone = new AbortController();
    outgoing.once('close', () => outgoing.writableFinished || gone.abort());
    const response = await handler(await webRequest(incoming, gone.signal));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(new Uint8Array(await response.arrayBuffer()));
  };
}

async function webRequest(incoming: NodeRequest, signal: AbortSignal): Promise<Request> {
  const { method = 'GET', headers, socket, url = '/' } = incoming;
  const base = `${socket.encrypted ? 'https' : 'http'}://${String(headers.host ?? 'localhost')}`;
  const sent = Object.entries(headers).filter((header): header is [string, string] => typeof header[1] === 'string');
  const body = method === 'GET' || method === 'DELETE' ? {} : { body: await read(incoming) };
  return new Request(new URL(url, base), { method, headers: sent, signal, ...body });
}

/** Requests of pages are small; what is not is cut, and then refused as no JSON. */
async function read(incoming: AsyncIterable<Uint8Array>): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const piece of incoming) {
    length += piece.length;
    if (length > 200_000) break;
    pieces.push(new Uint8Array(piece));
  }
  return new Blob(pieces);
}
