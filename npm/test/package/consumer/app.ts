// A program as users write them; it only has to be compiled.
import { CloudConvert, CloudConvertError, type ConversionResult, type Converted, type ErrorCode, type Progress, type Task } from 'cloudconvert-kit';
import { upload } from 'cloudconvert-kit/upload';

export async function convert(file: File | Blob | Uint8Array | string, signal: AbortSignal): Promise<string[]> {
  const client = new CloudConvert({ apiKey: process.env['CLOUDCONVERT_API_KEY'], baseUrl: undefined });
  const show = ({ stage, percent, sent, total }: Progress): void => console.log(stage, percent ?? 0, total === null ? '' : sent / total);
  try {
    const result: ConversionResult = await client.convert(file, { to: 'jpg', signal, onProgress: show, options: { quality: 80 } });
    return result.files.map((output) => output.name);
  } catch (error) {
    if (!(error instanceof CloudConvertError)) throw error;
    const code: ErrorCode = error.code;
    return [code, error.message, String(error.status), String(error.retryAfter)];
  }
}

export async function send(file: File, ticket: string): Promise<void> {
  await upload(ticket, file, { onProgress: ({ fraction }) => console.log(fraction), retries: 3, baseUrl: undefined });
  // @ts-expect-error: an upload has no output
  await upload(ticket, file, { saveTo: 'folder/' });
}

export async function further(page: CloudConvert): Promise<void> {
  const { uploadUrl, processUrl } = await page.prepare({ from: 'png', to: 'jpg' });
  await page.upload(uploadUrl, new Blob(['x']), { name: 'a.png' });
  await page.follow(processUrl, { download: 'each', saveTo: 'folder/' });
  await page.convert([new Blob(['a']), new Blob(['b'])], { mode: 'combine', to: 'pdf' });
  await page.convert({ url: 'https://example.com/a.flv' }, { to: 'mp4', output: { s3: { accessKeyId: '', secretAccessKey: '', bucket: '' } } });
  await page.convert({ content: '# Hello', name: 'a.md' }, { to: 'html' });

  await page.convert('a.pdf', { mode: 'optimize', saveTo: new WritableStream<Uint8Array>() });
  await page.upload(new URL(uploadUrl), new Uint8Array(1), { name: 'a.png', upload: 'put', requestTimeout: 5000 });
  const pair: readonly File[] = [new File([], 'a.png'), new File([], 'b.png')];
  await page.convert(pair, { mode: 'combine', to: 'pdf' });
  await page.convert(await fetch('https://example.com/a.png'), { from: 'png', to: 'jpg' });
  await page.convert(new ArrayBuffer(1), { from: 'png', to: 'jpg' });
  await page.convert('scan.pdf', { mode: 'pdf/ocr', options: { language: ['deu', 'eng'] as const } });
  await page.run({ a: { operation: 'capture-website', input: undefined, url: 'https://example.com' }, b: { operation: 'export/url', input: ['a'] as const } });

  // @ts-expect-error: there is no such way to upload
  await page.upload(uploadUrl, new Blob(), { upload: 'patch' });
  // @ts-expect-error: a format is needed
  await page.convert('a.png', {});
  // @ts-expect-error: there is no such option
  await page.convert('a.png', { to: 'jpg', qualty: 50 });
  // @ts-expect-error: a number is no file
  await page.convert(42, { to: 'jpg' });
}

export async function many(server: CloudConvert, files: File[]): Promise<string[]> {
  const names: string[] = [];
  for await (const { source, result, error } of server.convertMany(files, { to: 'jpg', onProgress: (progress, file) => console.log(file.name, progress.percent) })) {
    names.push(source.name, error === undefined ? result.files[0]!.name : String(error));
  }
  const first: IteratorResult<Converted<File>, void> = await server.convertMany(files, { to: 'jpg' }).next();
  for await (const task of server.tasks({ job: 'j1', status: 'finished' })) names.push((task satisfies Task).id);
  const { url, uploads } = await server.status('j1', { wait: true, requestTimeout: 5000 });
  const { files: again } = await server.resume('{}', { source: files[0] });
  return [...names, String(first.done), String(url), String(uploads?.length), String(again.length), (await server.calledBack({ event: 'job.finished', jobId: 'j1' })).id ?? ''];
}
