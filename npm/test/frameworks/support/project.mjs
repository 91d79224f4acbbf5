// Projects of users, each in a folder of its own, with the package installed from its tarball.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
/** What the programs are told of the service. */
const ENVIRONMENT = {
  ...process.env,
  CLOUDCONVERT_BASE_URL: `${process.env.CLOUDCONVERT_SANDBOX}/v1`,
  CLOUDCONVERT_API_KEY: process.env.CLOUDCONVERT_SANDBOX_KEY,
  NEXT_TELEMETRY_DISABLED: '1',
  CI: '1',
};

const made = mkdtempSync(join(tmpdir(), 'cloudconvert-'));
after(() => rmSync(made, { recursive: true, force: true }));
const [{ filename }] = JSON.parse(
  execFileSync('npm', ['pack', '--silent', '--json', '--pack-destination', made], { cwd: at('../../..'), encoding: 'utf8' }),
);
/** The package as it is published. */
const TARBALL = join(made, filename);

/** Makes the project `projects/NAME` with further packages, if wanted; it is gone after the tests of the file. */
export async function project(name, ...packages) {
  const folder = mkdtempSync(join(made, `${name}-`));
  for (const shared of ['program.js', 'page.js', 'convert.js', 'index.html']) cpSync(at(shared), join(folder, shared));
  cpSync(at(`../projects/${name}`), folder, { recursive: true });
  const run = async (program, ...rest) => {
    const options = { cwd: folder, env: ENVIRONMENT, timeout: 300_000, maxBuffer: 64 << 20 };
    // What a tool prints is a part of what went wrong.
    return (await promisify(execFile)(program, rest, options).catch((error) => {
      throw new Error(`${error.message}\n${error.stdout}`);
    })).stdout;
  };
  await run('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', TARBALL, ...packages);
  const tool = (name, ...rest) => run(join(folder, 'node_modules/.bin', name), ...rest);
  const node = async (...rest) => (await run(process.execPath, ...rest)).trim();
  return { folder, tool, node };
}

/** Starts a server of a project's tool; gives its address, which it prints. */
export const serve = (t, { folder }, name, ...rest) => started(t, folder, name, join(folder, 'node_modules/.bin', name), rest);

/** Starts a server that the project is; gives its address, which it prints. */
export const run = (t, { folder }, script, environment = {}) => started(t, folder, script, process.execPath, [script], environment);

async function started(t, folder, name, program, rest, environment = {}) {
  const server = spawn(program, rest, { cwd: folder, env: { ...ENVIRONMENT, ...environment }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(async () => {
    process.kill(-server.pid, 'SIGKILL');
    await once(server, 'close');
  });
  let said = '';
  const address = new Promise((resolve, reject) => {
    const hear = (data) => {
      // Colours stand between the name and the port.
      said += String(data).replace(/\u001b\[\d*m/g, '');
      const [found] = /http:\/\/(?:localhost|127\.0\.0\.1):\d+/.exec(said) ?? [];
      if (found) resolve(found.replace('localhost', '127.0.0.1'));
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    server.once('close', () => reject(new Error(`${name} ended: ${said}`)));
  });
  return address;
}
