import type {
  Account,
  AccountWebhook,
  Operation,
  OperationsOptions,
  Task,
  TaskOptions,
  TasksOptions,
  WebhooksOptions,
} from '../types/calls.js';
import type { CallOptions } from '../types/options.js';

/** Single calls that only version 2 of the API has. Pages load what makes them when it is first used. */
export interface AccountCalls {
  /**
   * The account that the key belongs to, with its credits.
   *
   * @throws {CloudConvertError} `unauthorized` without a key that may read the account; `bad_request` with version 1 of the API.
   *
   * @example
   * ```js
   * const { username, credits } = await client.me();
   * console.log(username, credits);
   * ```
   */
  me(options?: CallOptions): Promise<Account>;

  /**
   * What the service does with files. Needs no key.
   *
   * @throws {CloudConvertError} `bad_request` with version 1 of the API; `network`, `timeout` or `unavailable` where the service does not answer.
   *
   * @example
   * ```js
   * const operations = await client.operations({ operation: 'convert', from: 'png', include: 'options' });
   * console.log(operations.map(({ to, engine }) => [to, engine]));
   * ```
   */
  operations(options?: OperationsOptions): Promise<Operation[]>;

  /**
   * The tasks of a job, or of all jobs. It asks for the next page by itself.
   *
   * @throws {CloudConvertError} `unauthorized` without a key that may read tasks, `bad_request` with version 1 of the API.
   *
   * @example
   * ```js
   * for await (const { name, status } of client.tasks({ job: jobId })) console.log(name, status);
   * ```
   */
  tasks(options?: TasksOptions): AsyncGenerator<Task, void, void>;

  /**
   * A task; with `wait`, when it has ended.
   *
   * @throws {CloudConvertError} `not_found` where there is no such task, `bad_request` with version 1 of the API.
   *
   * @example
   * ```js
   * const { operation, status } = await client.task(taskId);
   * console.log(operation, status);
   * ```
   */
  task(id: string, options?: TaskOptions): Promise<Task>;

  /**
   * Runs a task once more, as a new one. It costs again, so a lost answer is not repeated.
   *
   * @throws {CloudConvertError} `not_found` where there is no such task; `network` or `timeout` where the answer is lost: look for a new task before you repeat it.
   *
   * @example
   * ```js
   * const again = await client.retryTask(taskId);
   * console.log(again.id, again.status);
   * ```
   */
  retryTask(id: string, options?: CallOptions): Promise<Task>;

  /**
   * Stops a task; gives it as it is then. One that has ended already stays as it is, and nothing is told of it.
   *
   * @throws {CloudConvertError} `not_found` where there is no such task, `bad_request` with version 1 of the API.
   *
   * @example
   * ```js
   * await client.cancelTask(taskId);
   * ```
   */
  cancelTask(id: string, options?: CallOptions): Promise<Partial<Task>>;

  /**
   * Deletes a task with its files.
   *
   * @throws {CloudConvertError} `bad_request` with version 1 of the API. What is gone already counts as deleted.
   *
   * @example
   * ```js
   * await client.deleteTask(taskId);
   * ```
   */
  deleteTask(id: string, options?: CallOptions): Promise<void>;

  /**
   * The webhooks of the account. It asks for the next page by itself.
   *
   * @throws {CloudConvertError} `unauthorized` without a key that may read webhooks, `bad_request` with version 1 of the API.
   *
   * @example
   * ```js
   * for await (const { id, url, events } of client.webhooks()) console.log(id, url, events);
   * ```
   */
  webhooks(options?: WebhooksOptions): AsyncGenerator<AccountWebhook, void, void>;

  /**
   * Makes the service call a URL at `job.created`, `job.finished` or `job.failed`. `verifyWebhook` of `cloudconvert-kit/signing`
   * checks what calls, by the `secret` that is told here and never again.
   *
   * @throws {CloudConvertError} `bad_request` for a URL that is not a full one, or without events; `unauthorized` without a key that may write webhooks.
   *
   * @example
   * ```js
   * const { id, secret } = await client.createWebhook('https://example.org/called', ['job.finished', 'job.failed']);
   * console.log(secret.length > 0);
   * await client.deleteWebhook(id);
   * ```
   */
  createWebhook(url: string | URL, events: readonly string[], options?: CallOptions): Promise<AccountWebhook>;

  /**
   * The service calls that URL no more.
   *
   * @throws {CloudConvertError} `not_found` where there is no such webhook.
   *
   * @example
   * ```js
   * const { id } = await client.createWebhook('https://example.org/called', ['job.finished']);
   * await client.deleteWebhook(id);
   * ```
   */
  deleteWebhook(id: string, options?: CallOptions): Promise<void>;
}
