// Runs the worker as workerd does.
import { Miniflare } from 'miniflare';

const { CLOUDCONVERT_API_KEY: KEY, CLOUDCONVERT_SANDBOX: service } = process.env;
const worker = new Miniflare({
  modules: true,
  rootPath: 'dist',
  scriptPath: 'worker.js',
  modulesRules: [{ type: 'ESModule', include: ['**/*.js'] }, { type: 'CompiledWasm', include: ['**/*.wasm'] }],
  compatibilityDate: '2026-01-01',
  bindings: { KEY, SERVICE: `${service}/v2` },
  host: '127.0.0.1',
});
console.log((await worker.ready).origin);
