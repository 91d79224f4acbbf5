import type { CloudConvert, ConversionResult, ConvertOptions, Progress } from '../index.js';
import type { Item, Ticket } from './item.js';

/** Converts a file by what a backend has prepared; loaded where an element has a ticket. */
export async function byTicket({ file, from, to }: Item, client: CloudConvert, ticket: Ticket, options: ConvertOptions): Promise<ConversionResult> {
  const half = (begin: number) => ({
    ...options,
    onProgress: (progress: Progress) => options.onProgress?.({ ...progress, fraction: begin + progress.fraction / 2 }),
  });
  const address = typeof ticket === 'function' ? await ticket({ file, from, to }) : ticket;
  options.signal?.throwIfAborted();
  await client.upload(address, file, half(0)).catch(async (error: unknown) => {
    // An upload that fails leaves a process behind, which nobody will use.
    await client.delete(address, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    throw error;
  });
  return client.follow(address, half(0.5));
}
