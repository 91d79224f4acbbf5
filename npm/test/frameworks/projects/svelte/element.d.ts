import type { CloudConvertUpload, UploadProps } from 'cloudconvert-kit/element';
import type { HTMLAttributes } from 'svelte/elements';

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'cloudconvert-upload': HTMLAttributes<CloudConvertUpload> & UploadProps;
  }
}
