// A program as users write them; it only has to be compiled.
import { CloudConvert, CloudConvertError, type ErrorCode, type Progress, type Result } from 'cloudconvert-kit';

export async function convert(file: File | Blob | Uint8Array | string, signal: AbortSignal): Promise<string[]> {
  const client = new CloudConvert({ apiKey: process.env['CLOUDCONVERT_API_KEY'], baseUrl: undefined });
  const show = ({ stage, percent, sent, total }: Progress): void => console.log(stage, percent ?? 0, total === null ? '' : sent / total);
  try {
    const result: Result = await client.convert(file, { to: 'jpg', signal, onProgress: show, options: { quality: 80 } });
    return result.files.map((output) => output.name);
  } catch (error) {
    if (!(error instanceof CloudConvertError)) throw error;
    const code: ErrorCode = error.code;
    return [code, error.message, String(error.status), String(error.retryAfter)];
  }
}

export async function further(page: CloudConvert): Promise<void> {
  const { uploadUrl, processUrl } = await page.prepare({ from: 'png', to: 'jpg' });
  await page.upload(uploadUrl, new Blob(['x']), { name: 'a.png' });
  await page.follow(processUrl, { download: 'each', saveTo: 'folder/' });
  await page.convert([new Blob(['a']), new Blob(['b'])], { mode: 'combine', to: 'pdf' });
  await page.convert({ url: 'https://example.com/a.flv' }, { to: 'mp4', output: { s3: { accesskeyid: '', secretaccesskey: '', bucket: '' } } });
  await page.convert({ content: '# Hello', name: 'a.md' }, { to: 'html' });

  // @ts-expect-error: a format is needed
  await page.convert('a.png', {});
  // @ts-expect-error: there is no such option
  await page.convert('a.png', { to: 'jpg', qualty: 50 });
  // @ts-expect-error: a number is no file
  await page.convert(42, { to: 'jpg' });
}
