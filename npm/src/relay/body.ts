/** The text of a body; nothing where it has more bytes than the limit. */
export async function textOf({ body }: { body: ReadableStream<Uint8Array> | null }, limit: number, decoder: TextDecoder): Promise<string | undefined> {
  const reader = body?.getReader();
  let text = '';
  let size = 0;
  for (;;) {
    const { value } = (await reader?.read()) ?? {};
    if (value === undefined) return text + decoder.decode();
    size += value.byteLength;
    if (size > limit) {
      await reader?.cancel().catch(() => undefined);
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
