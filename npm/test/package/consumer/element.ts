// A page's script as users write it; it only has to be compiled.
import { CloudConvert } from 'cloudconvert-kit';
import uploading from 'cloudconvert-kit/cloudconvert_wasm_upload_bg.wasm';
import file from 'cloudconvert-kit/cloudconvert_wasm_v2_bg.wasm';
import type { UploadItem } from 'cloudconvert-kit/element';
import { upload as send } from 'cloudconvert-kit/upload';

const upload = document.querySelector('cloudconvert-upload')!;
upload.multiple = true;
upload.maxSize = 20_000_000;
upload.words = { start: 'Go' };
upload.options = { options: { quality: 80 } };
upload.ticket = ({ file, from, to }) => fetch(`/prepare?from=${from}&to=${to}&size=${file.size}`).then((answer) => answer.text());

export const converted: UploadItem[] = [];
upload.addEventListener('fileconverted', ({ detail }) => converted.push(detail));
upload.addEventListener('filerefused', ({ detail: { file, reason } }) => console.log(file.name, reason === 'tooLarge'));
upload.addEventListener('click', () => undefined);

// @ts-expect-error: there is no such word
upload.words = { go: 'Go' };
// @ts-expect-error: what is told has no such member
upload.addEventListener('fileprogress', ({ detail }) => detail.percent);

/** What a page picks, and the WebAssembly in each form that a bundler gives it. */
export async function picked(input: HTMLInputElement, module: WebAssembly.Module): Promise<void> {
  const client = new CloudConvert({ wasm: file, credentials: 'include' });
  await client.convert(input.files!, { to: 'jpg' });
  for (const wasm of [module, new Uint8Array(1), new URL(location.href), '/kit.wasm', await fetch('/kit.wasm')]) new CloudConvert({ wasm });
  await send('the ticket', input.files![0]!, { wasm: uploading, upload: 'put' });

  // @ts-expect-error: there are no such credentials
  new CloudConvert({ credentials: 'always' });
  // @ts-expect-error: a number is no WebAssembly
  new CloudConvert({ wasm: 42 });
}
