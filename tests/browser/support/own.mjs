// Sandboxes of a test's own, each with faults and requests of its own: what is tried at the same time does not meet.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { createInterface } from 'node:readline';
import { after } from 'node:test';

import { key, program } from './sandbox.mjs';
import { CloudConvert, relay, toNode } from './site.mjs';

/** Starts one, and relays before it, of each version, for pages of `origin`. It stops with the tests of the file. */
export async function own(origin) {
  const options = ['--listen', '127.0.0.1:0', '--admin', '--log', 'off', '--grace', '0', '--engines', '2', '--end-with-stdin'];
  const service = spawn(program, options, { env: process.env, stdio: ['pipe', 'pipe', 'inherit'] });
  after(() => service.kill());
  const [line] = await once(createInterface(service.stdout), 'line');
  const url = /http:\S+/.exec(line)[0];
  const [first, second] = ['v1', 'v2'].map((version) => {
    const allow = { to: ['html'], perMinute: 1000 };
    return toNode(relay({ apiKey: key, baseUrl: `${url}/${version}`, allow, who: () => 'anna', origins: [origin] }));
  });
  const ask = (request, response) => (request.url.startsWith('/convert/v1/') ? first : second)(request, response);
  const server = http.createServer(ask).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  return new Own(url, `http://127.0.0.1:${server.address().port}/convert`);
}

/** A sandbox of a test's own. */
class Own {
  /** What was set last. */
  #rules = [];

  constructor(url, relay) {
    /** The relays, by their versions. */
    this.relays = { v1: `${relay}/v1`, v2: `${relay}/v2` };
    this.v1 = new CloudConvert({ baseUrl: `${url}/v1`, apiKey: key });
    this.v2 = new CloudConvert({ baseUrl: `${url}/v2`, apiKey: key });
    this.url = url;
  }

  /** What strikes from now on, each once unless it says more. The requests so far are forgotten. */
  async misbehave(...rules) {
    this.#rules = rules.map((rule) => ({ times: 1, ...rule }));
    await this.admin('requests', { method: 'DELETE' });
    await this.admin('faults', { method: 'POST', body: JSON.stringify(this.#rules) });
  }

  /** The rules that have not struck at all. */
  async waiting() {
    return (await this.admin('faults')).filter(({ times }, at) => times === this.#rules[at].times);
  }

  /** Nothing strikes any more, and nothing is left. */
  async clear() {
    await this.admin('faults', { method: 'DELETE' });
    const headers = { Authorization: `Bearer ${key}` };
    for (const { id, url = `/v2/jobs/${id}` } of await this.left()) await fetch(new URL(url, this.url), { method: 'DELETE', headers });
  }

  requests() {
    return this.admin('requests');
  }

  /** What is left on the service: processes and jobs. */
  async left() {
    const headers = { Authorization: `Bearer ${key}` };
    const [processes, jobs] = await Promise.all(['v1/processes', 'v2/jobs'].map(async (path) => (await fetch(`${this.url}/${path}`, { headers })).json()));
    return [...processes, ...jobs.data];
  }

  async admin(path, init) {
    const headers = { Authorization: `Bearer ${process.env.CLOUDCONVERT_SANDBOX_ADMIN_KEY}` };
    const answer = await fetch(`${this.url}/_admin/${path}`, { ...init, headers });
    assert.equal(answer.status, 200, path);
    return answer.json();
  }
}
