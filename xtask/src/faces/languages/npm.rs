//! JavaScript and TypeScript.

use crate::faces::face::{CallPlace, Face, NONE, anywhere, block, camel, options_of};

const OPTIONS: &str = "npm/src/types/options.ts";
const STORAGES: &str = "npm/src/types/storages.ts";
const MEMBER: &[&str] = &["@?: ", "@: "];
const CALL: &[&str] = &["  @(", "  @<"];

const TYPES: &str = "npm/src/types/calls.ts";
const CALLS: &str = "npm/src/face/account.ts";

const fn members(call: &'static str, head: &'static str) -> CallPlace {
    options_of(call, TYPES, head, "\n}", &["*@?: "])
}

pub(super) const FACE: Face = Face {
    name: "npm",
    options: &[
        block(OPTIONS, "export interface JobOptions", MEMBER),
        block(OPTIONS, "export interface Patience", MEMBER),
        block(OPTIONS, "export interface ProgressOptions", MEMBER),
        block(OPTIONS, "export interface DownloadOptions", MEMBER),
        block(OPTIONS, "export interface ConvertOptions", MEMBER),
        block(OPTIONS, "export interface ManyOptions", MEMBER),
    ],
    calls: &[
        anywhere("npm/src/face/conversions.ts", CALL),
        anywhere("npm/src/face/parts.ts", CALL),
        anywhere("npm/src/face/processes.ts", CALL),
        anywhere("npm/src/face/account.ts", CALL),
        anywhere("npm/src/index.ts", &["  async @("]),
    ],
    own_calls: &[("load", "loads what the first call would load")],
    codes: &[anywhere("npm/src/errors.ts", &["'@'"])],
    storages: &[
        ("s3", block(STORAGES, "export interface S3", MEMBER)),
        ("openstack", block(STORAGES, "export interface OpenStack", MEMBER)),
        ("azure", block(STORAGES, "export interface Azure", MEMBER)),
        ("googlecloud", block(STORAGES, "export interface GoogleCloud", MEMBER)),
        ("ftp", block(STORAGES, "export interface Ftp", MEMBER)),
        ("sftp", block(STORAGES, "export interface Sftp", MEMBER)),
    ],
    spell: camel,
    unit: Some("millisecond"),
    fails: Some("@throws"),
    call_options: &[
        members("launch", "interface LaunchOptions"),
        members("start", "interface StartOptions"),
        members("status", "interface StatusOptions"),
        members("download", "interface OutputOptions"),
        members("formats", "interface FormatsOptions"),
        members("operations", "interface FormatsOptions"),
        members("operations", "interface OperationsOptions"),
        members("processes", "interface ProcessesOptions"),
        members("processes", "interface PageOptions"),
        members("tasks", "interface TasksOptions"),
        members("tasks", "interface PageOptions"),
        members("task", "interface TaskOptions"),
        members("webhooks", "interface WebhooksOptions"),
        members("webhooks", "interface PageOptions"),
        options_of("create_webhook", CALLS, "  createWebhook(", "): ", &["*@: "]),
    ],
    about: &["url"],
    ..NONE
};
