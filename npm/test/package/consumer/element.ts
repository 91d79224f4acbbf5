// A page's script as users write it; it only has to be compiled.
import type { UploadItem } from 'cloudconvert-kit/element';

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
