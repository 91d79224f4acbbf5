import type { CallOptions, DownloadOptions, JobOptions, ProgressOptions } from './options.js';

/** What the service wrote of something, whole. */
type Entry = Record<string, unknown>;

/** A process or a job: its URL, its ID (version 2 of the API), or what has the URL, such as an entry of `processes`. */
export type ProcessLike = string | URL | { readonly url: string | null | undefined };

/** One pair of formats that the service converts. */
export interface ConversionType {
  /** The format of the input, such as `png`. */
  from: string;
  /** The format of the output. */
  to: string;
  /** The whole entry, as the service wrote it: `converter`, `converteroptions`, `note` and more. */
  entry: Entry;
}

/** Something that the service does with files. */
export interface Operation {
  /** Its name, such as `convert`. */
  operation: string;
  /** The format of the input, where it is for one. */
  from?: string;
  /** The format of the output, where it makes one. */
  to?: string;
  /** What does it. */
  engine?: string;
  /** How many credits it takes at least. */
  credits?: number;
  /** The whole entry, with the options where they were asked for. */
  entry: Entry;
}

/** One of the processes of a key; with version 2 of the API, one of its jobs. */
export interface ListedProcess {
  /** Its ID. */
  id: string;
  /** Where it is followed; none where the service names a host that is not to be trusted. */
  url?: string | null;
  /** How far it is, by the word of the service: `finished`, `error` and others. */
  step?: string | null;
  /** The tag that its job was given (version 2 of the API). */
  tag?: string;
  /** When it was started, as the service writes it: `2013-01-07 23:03:53`. */
  started?: string | null;
  /** When it ended, in the same form. */
  ended?: string | null;
  /** The whole entry, as the service wrote it. */
  entry: Entry;
}

/** How far a process or a job is, as the service tells it. */
export interface Status {
  /** The ID of the process or the job. */
  id?: string;
  /** `input`, `wait`, `convert`, `output`, `finished`, `error`, or one that comes later. */
  step?: string;
  /** From 0 to 100. */
  percent?: number;
  /** What the service says about it, for people. */
  message: string;
  /** Why a conversion failed: an HTTP status with version 1 of the API, an error code with version 2. */
  code?: number | string;
  /** Where the input is uploaded (version 1 of the API). */
  uploadUrl?: string;
  /** What is to be uploaded, and where (version 2 of the API). Tickets of `prepare` have all of it. */
  uploads?: { task: string; url: string; fields: Record<string, string> }[];
  /** Where the output is, or was stored. */
  url?: string;
  /** The name of the output. */
  filename?: string;
  /** The length of the output, in bytes. */
  size?: number;
  /** The names of the outputs where there are several. */
  files?: string[];
  /** The facts that mode `info` has found. */
  info?: unknown;
  /** The whole job (version 2 of the API). */
  entry?: Entry;
}

/** A process that has been created and has not begun. */
export interface Created {
  /** Its ID. */
  id: string;
  /** Where it is started and followed. */
  url: string;
}

/** What was created and started: its URL, or with `answered` what that asks for. */
export interface Launched extends Partial<Status> {
  /** Where it is followed; with `answered: 'output'`, where the output is. */
  url?: string;
}

/** The account that a key belongs to. */
export interface Account {
  /** Its ID. */
  id?: string;
  /** The name of its user. */
  username?: string;
  /** The address that mails go to. */
  email?: string;
  /** How many credits are left. */
  credits?: number;
  /** The whole entry, as the service wrote it. */
  entry: Entry;
}

/** A part of a job. */
export interface Task {
  /** Its ID. */
  id: string;
  /** The ID of its job; none of one that was repeated. */
  job?: string;
  /** Its name in the job. */
  name?: string;
  /** What it does, such as `convert`. */
  operation?: string;
  /** `waiting`, `processing`, `finished`, `error`, or one that comes later. */
  status?: string;
  /** Why it failed, in one word of the service's. */
  code?: string;
  /** What the service says about it, for people. */
  message: string;
  /** What came out of it. `size` is in bytes. A `url` opens the file for a day. */
  files: { name: string; size?: number; url?: string }[];
  /** The whole entry, as the service wrote it. */
  entry: Entry;
}

/** A URL that the service calls when a job of the account begins or ends. */
export interface AccountWebhook {
  /** Its ID. */
  id: string;
  /** What is called. */
  url?: string;
  /** When it is called: `job.created`, `job.finished`, `job.failed`. */
  events?: string[];
  /** Whether the service has given it up. */
  disabled?: boolean;
  /** Whether its last calls failed. */
  failing?: boolean;
  /** What it signs its calls with, for `verifyWebhook`; only told when the webhook is created. */
  secret?: string;
  /** The whole entry, as the service wrote it. */
  entry: Entry;
}

/** Which pairs of formats are listed. */
export interface FormatsOptions extends CallOptions {
  /** Only from this format. */
  from?: string | undefined;
  /** Only to this format. */
  to?: string | undefined;
  /** Only by this engine (version 2 of the API). */
  engine?: string | undefined;
  /** Only by this version of the engine (version 2 of the API). */
  engineVersion?: string | undefined;
  /** Further facts in `entry`, such as `options` (version 2 of the API). */
  include?: string | readonly string[] | undefined;
  /** Whether engines that are not the best for a pair are listed too (version 2 of the API). */
  alternatives?: boolean | undefined;
}

/** Which operations are listed. */
export interface OperationsOptions extends FormatsOptions {
  /** Only this operation, such as `convert`. */
  operation?: string | undefined;
}

/** Where a list begins. */
export interface PageOptions extends CallOptions {
  /** The page to begin with, from 1 (version 2 of the API). */
  page?: number | undefined;
  /** How many entries a request gets (version 2 of the API). */
  perPage?: number | undefined;
}

/** Which processes or jobs are listed. */
export interface ProcessesOptions extends PageOptions {
  /** Only those of this status, such as `finished` (version 2 of the API). */
  status?: string | undefined;
  /** Only those with this tag (version 2 of the API). */
  tag?: string | undefined;
}

/** Which tasks are listed. */
export interface TasksOptions extends PageOptions {
  /** Only those of this job, by its ID. */
  job?: string | undefined;
  /** Only those of this status, such as `error`. */
  status?: string | undefined;
  /** Only those of this operation, such as `import/upload`. */
  operation?: string | undefined;
  /** Further facts in `entry`: `payload`, `retries`, `depends_on_tasks`, `job`. */
  include?: string | readonly string[] | undefined;
}

/** What is told of a task, and when. */
export interface TaskOptions extends CallOptions {
  /** Whether the answer comes when the task has ended, instead of at once. Default: no. */
  wait?: boolean | undefined;
  /** Further facts in `entry`: `payload`, `retries`, `depends_on_tasks`. */
  include?: string | readonly string[] | undefined;
}

/** Which webhooks are listed. */
export interface WebhooksOptions extends PageOptions {
  /** Only those that call this URL. */
  url?: string | undefined;
}

/** What a process is created for. */
export interface CreateOptions extends CallOptions {
  /** The format of the input. */
  from: string;
  /** The format of the output. */
  to: string;
  /** What is done with the input. Default: `convert`. */
  mode?: JobOptions['mode'];
}

/** As of a conversion, and when the answer comes. */
export interface LaunchOptions extends JobOptions, CallOptions {
  /**
   * When the answer comes. Left out: at once. `ended`: when the conversion has ended. `output`: then too, with the URL of
   * the output; `inline` (version 1 of the API) with one for display. A lost answer cannot be asked for again.
   */
  answered?: 'ended' | 'output' | 'inline' | undefined;
}

/** As of a conversion, and when the answer comes. */
export interface StartOptions extends JobOptions, CallOptions {
  /** Whether the answer comes when the conversion has ended, instead of at once. Default: no. */
  wait?: boolean | undefined;
}

/** When a status is told. */
export interface StatusOptions extends CallOptions {
  /** Whether the answer comes when the conversion has ended, instead of at once. Default: no. */
  wait?: boolean | undefined;
}

/** Which output is downloaded, and where to. */
export interface OutputOptions extends ProgressOptions, CallOptions, Pick<DownloadOptions, 'saveTo' | 'overwrite'> {
  /** What the output is called. Default: `file`, or the name in its URL, or `output`. */
  name?: string | undefined;
  /** Which of several outputs, by its name (version 1 of the API). */
  file?: string | undefined;
  /** For display instead of saving (version 1 of the API). */
  inline?: boolean | undefined;
}
