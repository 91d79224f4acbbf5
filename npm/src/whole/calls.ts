import type {
  Account,
  AccountWebhook,
  CallOptions,
  ConversionResult,
  CreateOptions,
  Created,
  JobOptions,
  LaunchOptions,
  Launched,
  ListedProcess,
  Operation,
  OperationsOptions,
  OutputOptions,
  ProcessLike,
  ProcessesOptions,
  Sources,
  StartOptions,
  Status,
  StatusOptions,
  Task,
  TaskOptions,
  TasksOptions,
  WebhooksOptions,
} from '../types/index.js';
import { address, bad, split, wished } from '../wish.js';
import { Conversions } from './conversions.js';

/** A page of a list, and the call for the next one. */
type Page<T> = Record<string, T[]> & { next?: { call: string } };

/** Everything behind the package's face: single calls too. */
export class Whole extends Conversions {
  processes(options: ProcessesOptions = {}): AsyncGenerator<ListedProcess, void, void> {
    return this.#each('processes', 'list', options);
  }

  async launch(source: Sources, options: LaunchOptions): Promise<Launched> {
    const { answered, ...own } = wished(options, "launch(url, { to: 'jpg' })");
    const job = await this.#fetched(source, own);
    return told(await this.call('convert', { ...patience(own), job, answered }));
  }

  async create(options: CreateOptions): Promise<Created> {
    const { from, to, mode, ...own } = wished(options, "create({ from: 'png', to: 'jpg' })");
    const job = { input: 'upload', from, to, mode };
    return this.call('create', { ...own, job });
  }

  async start(process: ProcessLike, source: Sources | undefined, options: StartOptions): Promise<Status> {
    const { wait, ...own } = wished(options, "start(processUrl, source, { to: 'jpg' })");
    const url = urlOf(process, "start(processUrl, source, { to: 'jpg' })");
    const job = source === undefined ? { ...split(own).job, input: 'upload' } : await this.#fetched(source, own);
    return told(await this.call('start', { ...patience(own), url, job, answered: wait ? 'ended' : undefined }, url));
  }

  async status(process: ProcessLike, { wait = false, ...options }: StatusOptions = {}): Promise<Status> {
    const url = urlOf(process, 'status(processUrl)');
    return told(await this.call(wait ? 'wait' : 'status', { ...options, url }, url));
  }

  async download(outputUrl: string | URL, { name, file, inline, ...options }: OutputOptions = {}): Promise<ConversionResult> {
    const url = address(outputUrl, 'download(outputUrl)');
    const wish = this.asked('download', { ...patience(options), url, name, file, answered: inline ? 'inline' : undefined }, url);
    return this.finish(wish, [], options);
  }

  async me(options: CallOptions = {}): Promise<Account> {
    return this.call('me', options);
  }

  async operations(options: OperationsOptions = {}): Promise<Operation[]> {
    return (await this.call<{ operations: Operation[] }>('operations', options)).operations;
  }

  tasks({ job, ...options }: TasksOptions = {}): AsyncGenerator<Task, void, void> {
    return this.#each('tasks', 'tasks', { ...options, id: job });
  }

  async task(id: string, options: TaskOptions = {}): Promise<Task> {
    return this.call('task', { ...options, id });
  }

  async retryTask(id: string, options: CallOptions = {}): Promise<Task> {
    return this.call('retry_task', { ...options, id });
  }

  async cancelTask(id: string, options: CallOptions = {}): Promise<Partial<Task>> {
    return this.call('cancel_task', { ...options, id });
  }

  async deleteTask(id: string, options: CallOptions = {}): Promise<void> {
    await this.call('delete_task', { ...options, id });
  }

  webhooks(options: WebhooksOptions = {}): AsyncGenerator<AccountWebhook, void, void> {
    return this.#each('webhooks', 'webhooks', options);
  }

  async createWebhook(url: string | URL, events: readonly string[], options: CallOptions = {}): Promise<AccountWebhook> {
    return this.call('create_webhook', { ...options, url: String(url), events });
  }

  async deleteWebhook(id: string, options: CallOptions = {}): Promise<void> {
    await this.call('delete_webhook', { ...options, id });
  }

  /** The job of what the service fetches by itself. */
  async #fetched(source: Sources, options: JobOptions): Promise<unknown> {
    const { wish, inputs } = await this.conversion(source, options);
    if (inputs.length > 0) throw bad('only what the service fetches by itself goes without an upload; for a file use `convert` or `prepare`');
    return wish.job;
  }

  /** All entries of a list, page by page. */
  async *#each<T>(name: string, call: string, options: CallOptions & { id?: string | undefined }): AsyncGenerator<T, void, void> {
    const wish = this.asked(call, options);
    for (;;) {
      const page = await this.perform<Page<T>>(wish, { signal: options.signal });
      yield* page[name]!;
      if (!page.next) return;
      wish.call = page.next;
    }
  }
}

/** What is not the job's. */
function patience({ retries, throttles, deadline, requestTimeout, signal }: CallOptions): CallOptions {
  return { retries, throttles, deadline, requestTimeout, signal };
}

/** The URL or the ID of a process. */
function urlOf(process: ProcessLike, call: string): string {
  return address(typeof process === 'object' && !(process instanceof URL) ? process?.url : process, call);
}

/** An answer, with the names of this language. */
function told({ upload_url: uploadUrl, ...facts }: Status & { upload_url?: string }): Status {
  return { ...facts, ...(uploadUrl && { uploadUrl }) };
}
