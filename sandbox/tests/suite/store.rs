//! The state of services in another store than memory: one that writes every record down, as a database does.

use std::sync::{Arc, Mutex, MutexGuard};

use cloudconvert_sandbox::{Config, Hook, JobRecord, Store};
use reqwest::Method;
use serde_json::{Value, json};

use crate::service::{Answer, KEY, Service, file, http, serve};
use crate::v2::{page, task, text};

/// Keeps texts of JSON, and reads them again whenever it is asked.
#[derive(Default)]
struct Texts(Mutex<Written>);

#[derive(Default)]
struct Written {
    /// By their IDs, oldest first.
    jobs: Vec<(String, String)>,
    hooks: Vec<String>,
    numbers: u64,
    secret: Option<Vec<u8>>,
}

fn written<T: serde::Serialize>(record: &T) -> String {
    serde_json::to_string(record).unwrap()
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

impl Texts {
    fn lock(&self) -> MutexGuard<'_, Written> {
        self.0.lock().unwrap()
    }

    fn find(&self, wanted: impl Fn(&JobRecord) -> bool) -> Vec<Arc<JobRecord>> {
        let all = self.lock().jobs.iter().map(|(_, text)| read(text)).collect::<Vec<JobRecord>>();
        all.into_iter().filter(wanted).map(Arc::new).collect()
    }
}

impl Store for Texts {
    fn insert(&self, job: JobRecord) {
        self.lock().jobs.push((job.id().to_owned(), written(&job)));
    }

    fn change(&self, id: &str, change: &mut dyn FnMut(&mut JobRecord) -> bool) -> bool {
        let mut lock = self.lock();
        let Some((_, text)) = lock.jobs.iter_mut().find(|(other, _)| other == id) else { return false };
        let mut job = read(text);
        let changed = change(&mut job);
        if changed {
            *text = written(&job);
        }
        changed
    }

    fn remove(&self, id: &str) -> Option<Arc<JobRecord>> {
        let job = self.job(id);
        self.lock().jobs.retain(|(other, _)| other != id);
        job
    }

    fn job(&self, id: &str) -> Option<Arc<JobRecord>> {
        self.find(|job| job.id() == id).pop()
    }

    fn job_of(&self, task: &str) -> Option<Arc<JobRecord>> {
        self.find(|job| job.task_ids().any(|id| id == task)).pop()
    }

    fn jobs(&self, key: Option<&str>) -> Vec<Arc<JobRecord>> {
        self.find(|job| key.is_none_or(|key| job.key() == key))
    }

    fn add_hook(&self, hook: Hook) -> Hook {
        let mut lock = self.lock();
        lock.numbers += 1;
        let hook = hook.with_id(lock.numbers);
        lock.hooks.push(written(&hook));
        hook
    }

    fn hooks(&self, key: &str) -> Vec<Hook> {
        let all = self.lock().hooks.iter().map(|text| read(text)).collect::<Vec<Hook>>();
        all.into_iter().filter(|hook| hook.key() == key).collect()
    }

    fn remove_hook(&self, key: &str, id: u64) -> bool {
        let mut lock = self.lock();
        let before = lock.hooks.len();
        lock.hooks.retain(|text| {
            let hook: Hook = read(text);
            hook.id() != id || hook.key() != key
        });
        lock.hooks.len() < before
    }

    fn note_hook(&self, id: u64, disabled: bool, failing: bool) {
        for text in &mut self.lock().hooks {
            let mut hook: Hook = read(text);
            if hook.id() == id {
                hook.note(disabled, failing);
                *text = written(&hook);
            }
        }
    }

    fn secret(&self, new: Vec<u8>) -> Vec<u8> {
        self.lock().secret.get_or_insert(new).clone()
    }
}

/// Two services over one store. The second does no work: what it knows, it has from the store.
struct Two {
    store: Arc<Texts>,
    one: Service,
    other: Service,
}

impl Two {
    async fn start() -> Self {
        let store = Arc::new(Texts::default());
        let one = Service::over(Config::default(), store.clone()).await;
        let other = Service::over(Config::default(), store.clone()).await;
        Self { store, one, other }
    }

    /// What both of them answer, but for their addresses.
    async fn both(&self, path: &str) -> Answer {
        let shown = async |service: &Service| service.v2(Method::GET, path, Value::Null).await;
        let (one, other) = (shown(&self.one).await, shown(&self.other).await);
        assert_eq!(one.status, other.status, "{path}: {} and {}", one.text(), other.text());
        assert_eq!(one.text(), other.text().replace(&self.other.address, &self.one.address), "{path}");
        one
    }

    /// The same place at the other service.
    fn there(&self, url: &str) -> String {
        url.replace(&format!("http://{}", self.one.address), "")
            .replace(&format!("//{}", self.one.address), "")
    }
}

#[tokio::test]
async fn what_one_service_does_to_jobs_another_shows() {
    let two = Two::start().await;
    let job = two.one.job(page()).await;
    let ended = two.one.ended(&job).await;
    let path = format!("/v2/jobs/{}", text(&job["id"]));
    assert_eq!(two.both(&path).await["data"], ended);
    assert_eq!(two.both("/v2/jobs?include=tasks").await["data"][0], ended);
    let work = format!("/v2/tasks/{}", text(&task(&job, "work")["id"]));
    let shown = two.both(&format!("{work}?include=payload,depends_on_tasks,retries,job")).await;
    assert_eq!(shown["data"]["payload"]["output_format"], "html");
    // A link that one has signed opens at the other.
    let link = two.there(text(&task(&ended, "out")["result"]["files"][0]["url"]));
    assert!(two.other.get(&link).await.text().contains("Hello"));
    // A repeated task, of which the other knows both.
    let again = two.one.v2(Method::POST, &format!("{work}/retry"), Value::Null).await;
    let again = format!("/v2/tasks/{}", text(&again["data"]["id"]));
    two.one.v2(Method::GET, &format!("/sync{again}"), Value::Null).await;
    assert_eq!(two.both(&again).await["data"]["status"], "finished");
    assert_eq!(
        two.both(&format!("{work}?include=retries")).await["data"]["retries"].as_array().unwrap().len(),
        1
    );
    // Deletions.
    assert_eq!(two.one.v2(Method::DELETE, &work, Value::Null).await.status, 204);
    assert_eq!(two.both(&work).await.status, 404);
    assert_eq!(two.both(&path).await["data"]["tasks"].as_array().unwrap().len(), 2);
    assert_eq!(two.one.v2(Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(two.both(&path).await.status, 404);
}

#[tokio::test]
async fn what_waits_and_what_is_cancelled_is_in_the_store_too() {
    let two = Two::start().await;
    let job = two.one.job(json!({"in": {"operation": "import/upload"}})).await;
    let path = format!("/v2/jobs/{}", text(&job["id"]));
    assert_eq!(two.both(&path).await["data"]["status"], "waiting");
    // The form of one is the form of the other, which takes the file.
    let mut form = job["tasks"][0]["result"]["form"].clone();
    form["url"] = two.other.url(&two.there(text(&form["url"]))).into();
    assert_eq!(two.other.send(&form, "a.md", b"x").await.status, 201);
    assert_eq!(two.both(&path).await["data"]["status"], "finished");
    let job = two.one.job(json!({"in": {"operation": "import/upload"}})).await;
    let cancel = format!("/v2/tasks/{}/cancel", text(&job["tasks"][0]["id"]));
    two.one.v2(Method::POST, &cancel, Value::Null).await;
    let path = format!("/v2/jobs/{}", text(&job["id"]));
    assert_eq!(two.both(&path).await["data"]["tasks"][0]["code"], "CANCELLED");
    // What the store does not know, is not there.
    two.store.remove(text(&job["id"]));
    assert_eq!(two.both(&path).await.status, 404);
}

#[tokio::test]
async fn what_one_service_does_to_processes_another_shows() {
    let two = Two::start().await;
    let process = two.one.create("png", "bmp").await;
    let path = two.there(&process);
    two.both(&path).await;
    // A start that is refused.
    two.one.post(&process, json!({"input": "tape"})).await.assert_error(400, "tape");
    two.both(&path).await.assert_error(400, "tape");
    let started = two.one.post(&process, json!({"input": "upload"})).await;
    assert_eq!(two.both(&path).await["step"], "input");
    two.one.put(started["upload"]["url"].as_str().unwrap(), file("input.png")).await;
    two.one.wait(&process).await;
    let finished = two.both(&path).await;
    assert_eq!((&finished["step"], &finished["output"]["downloads"]), (&json!("finished"), &json!(0)));
    // A download in two parts.
    let output = finished["output"]["url"].as_str().unwrap();
    for range in ["bytes=0-9", "bytes=10-"] {
        let part = two.one.request(Method::GET, output).header("range", range);
        assert_eq!(Answer::of(part).await.status, 206);
    }
    assert_eq!(two.both(&path).await["output"]["downloads"], 1);
    let processes = two.both(&format!("/processes?apikey={KEY}")).await;
    assert_eq!(processes.json().as_array().unwrap().len(), 1);
    two.one.delete(&process).await;
    two.both(&path).await.assert_error(404, "");
}

#[tokio::test]
async fn webhooks_are_in_the_store_too() {
    let two = Two::start().await;
    let hook = json!({"url": "http://127.0.0.1:1/", "events": ["job.finished"]});
    let made = two.one.v2(Method::POST, "/v2/webhooks", hook).await;
    assert_eq!(two.both("/v2/users/me/webhooks").await["data"][0]["id"], made["data"]["id"]);
    // How a delivery went.
    let gone = serve(|_| http("410 Gone", "", b"")).await;
    let hook = json!({"url": gone, "events": ["job.finished"]});
    two.one.v2(Method::POST, "/v2/webhooks", hook).await;
    two.one.ended(&two.one.job(page()).await).await;
    let list = async || two.other.v2(Method::GET, "/v2/users/me/webhooks", Value::Null).await;
    while list().await["data"][1]["disabled"] != true {
        tokio::task::yield_now().await;
    }
    let path = format!("/v2/webhooks/{}", made["data"]["id"]);
    assert_eq!(two.other.v2(Method::DELETE, &path, Value::Null).await.status, 204);
    assert_eq!(two.both("/v2/users/me/webhooks").await["data"].as_array().unwrap().len(), 1);
}
