// A worker at the edge: a relay, and a conversion of its own, for which it gets the WebAssembly compiled.
import { CloudConvert } from 'cloudconvert-kit';
import wasm from 'cloudconvert-kit/cloudconvert_wasm_bg.wasm';
import { relay } from 'cloudconvert-kit/relay';

let handler;

export default {
  async fetch(request, { KEY: apiKey, SERVICE: baseUrl }) {
    handler ??= relay({ apiKey, baseUrl, allow: { to: ['html'] }, who: () => 'anna' });
    if (new URL(request.url).pathname !== '/route') return handler(request);
    const { files } = await new CloudConvert({ apiKey, baseUrl, wasm }).convert(new File(['# Hello'], 'a.md'), { to: 'html' });
    return new Response(`${files[0].name} ${(await files[0].text()).includes('Hello</h1>')}`);
  },
};
