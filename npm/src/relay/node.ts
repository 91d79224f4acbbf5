import { checkWritable } from './json.js';
import { Refusal, refused } from './refusal.js';

const METHODS = ['GET', 'POST', 'DELETE', 'OPTIONS'];

/** What Node's `http` gives and takes, as far as it is needed. */
interface NodeRequest extends AsyncIterable<Uint8Array> {
  method?: string | undefined;
  url?: string | undefined;
  /** Express's: with the path at which the handler is mounted, which `url` lacks. */
  originalUrl?: string | undefined;
  /** What Express, Next.js and others have read of the body. */
  body?: unknown;
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
    const response = await webRequest(incoming, gone.signal).then(handler, refused);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(new Uint8Array(await response.arrayBuffer()));
  };
}

/** What anybody may send is refused here, so that nothing of it ends the server. */
async function webRequest(incoming: NodeRequest, signal: AbortSignal): Promise<Request> {
  const { method = 'GET', headers, socket } = incoming;
  const url = incoming.originalUrl ?? incoming.url ?? '/';
  if (!METHODS.includes(method)) throw new Refusal(405, `This relay takes no ${method}: use ${METHODS.join(', ')}.`);
  const base = `${socket.encrypted ? 'https' : 'http'}://${String(headers.host ?? 'localhost')}`;
  // A target may be whole: `GET http://host/path`. One that begins with two slashes is a path all the same.
  const target = url.startsWith('/') ? base + url : url;
  if (!URL.canParse(target)) throw new Refusal(400, 'The request has no valid address: check its Host and its path.');
  const sent = Object.entries(headers).filter((header): header is [string, string] => typeof header[1] === 'string');
  const body = method === 'POST' ? { body: await bodyOf(incoming) } : {};
  return new Request(target, { method, headers: sent, signal, ...body });
}

/** The body, also where somebody has read it already. */
async function bodyOf(incoming: NodeRequest): Promise<Blob | string> {
  const { body } = incoming;
  if (body instanceof Uint8Array) return new Blob([new Uint8Array(body)]);
  if (body === undefined || body === null) return read(incoming);
  if (typeof body === 'string') return body;
  checkWritable(body);
  return JSON.stringify(body);
}

/** Requests of pages are small; what is not is cut, and then refused as too long. */
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
