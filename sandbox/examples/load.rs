//! 1,000 conversions are begun at once, by 200 clients that wait for five each and by 1,000 that have a connection of their own
//! each: how many fail, how long they take, and what memory that costs. For both versions of the API in turn, against a
//! service of its own each.
//!
//! `cargo run --release -p cloudconvert-sandbox --example load` after a build of the program itself.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;

const KEY: &str = "load";
const JOBS: usize = 1000;
/// How many clients there are.
const CROWDS: [usize; 2] = [200, 1000];
/// How often each crowd comes. What is printed is the middle of them.
const ROUNDS: usize = 3;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A service that ends with this.
struct Service {
    child: Child,
    url: String,
}

impl Service {
    /// `data` is its alone until all is measured: files are created slowly right after others were removed (ext4), so no
    /// service may find and remove those of one before it.
    fn start(data: &Path) -> Result<Self> {
        let program = std::env::current_exe()?.with_file_name("../cloudconvert-sandbox");
        let mut child = Command::new(program)
            .args(["--listen", "127.0.0.1:0", "--log", "off", "--end-with-stdin", "--data"])
            .arg(data)
            .env("CLOUDCONVERT_SANDBOX_KEY", KEY)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("there is no output")?).read_line(&mut line)?;
        let url = line.trim().trim_start_matches("listening on ").to_owned();
        Ok(Self { child, url })
    }

    /// The most memory that it had, in bytes; without that of the engines, which are processes of their own.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) << 10
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Client {
    http: reqwest::Client,
    url: String,
}

impl Client {
    async fn json(&self, request: reqwest::RequestBuilder) -> Result<Value> {
        Ok(request.bearer_auth(KEY).send().await?.error_for_status()?.json().await?)
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.json(self.http.post(format!("{}{path}", self.url)).json(&body)).await
    }

    async fn content(&self, url: &str) -> Result<()> {
        let text = self.http.get(url).send().await?.error_for_status()?.text().await?;
        if text.contains("Hello") { Ok(()) } else { Err("the output is another".into()) }
    }

    /// Begins a conversion of a version; gives the URL at which its end is waited for.
    async fn begin(&self, version: u8) -> Result<String> {
        if version == 1 {
            let process =
                self.post("/v1/process", json!({"inputformat": "md", "outputformat": "html"})).await?;
            let url = format!("http:{}", process["url"].as_str().ok_or("there is no URL")?);
            let start =
                json!({"input": "raw", "file": "# Hello", "filename": "a.md", "outputformat": "html"});
            self.json(self.http.post(&url).json(&start)).await?;
            return Ok(format!("{url}?wait"));
        }
        let tasks = json!({
            "in": {"operation": "import/raw", "file": "# Hello", "filename": "a.md"},
            "work": {"operation": "convert", "input": "in", "output_format": "html"},
            "out": {"operation": "export/url", "input": "work"},
        });
        let job = self.post("/v2/jobs", json!({ "tasks": tasks })).await?;
        Ok(format!("{}/sync/v2/jobs/{}", self.url, job["data"]["id"].as_str().ok_or("there is no ID")?))
    }

    /// Waits for its end, and downloads the output.
    async fn end(&self, url: &str) -> Result<()> {
        let ended = self.json(self.http.get(url)).await?;
        if let Some(output) = ended["output"]["url"].as_str() {
            return self.content(&format!("http:{output}")).await;
        }
        let tasks = ended["data"]["tasks"].as_array().ok_or("there are no tasks")?;
        let output = tasks.iter().find_map(|task| task["result"]["files"][0]["url"].as_str());
        self.content(output.ok_or("there is no output")?).await
    }

    /// What one of the clients does: it begins its conversions, and then waits for each. How long those took that did not
    /// fail.
    async fn work(&self, version: u8, jobs: usize) -> Vec<Duration> {
        let mut begun = Vec::new();
        for _ in 0..jobs {
            begun.push((Instant::now(), self.begin(version).await));
        }
        let mut times = Vec::new();
        for (at, url) in begun {
            let ended = match url {
                Ok(url) => self.end(&url).await,
                Err(error) => Err(error),
            };
            match ended {
                Ok(()) => times.push(at.elapsed()),
                Err(error) => eprintln!("{error:?}"),
            }
        }
        times
    }
}

/// All conversions of a version by so many clients, each with connections of its own; how long those took that did not fail.
async fn crowd(version: u8, url: &str, clients: usize) -> Result<Vec<Duration>> {
    let client = || {
        // Without the certificates of this machine, which nobody needs here: to read them takes milliseconds each time.
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build()?;
        Ok(Client { http, url: url.to_owned() })
    };
    let all = (0..clients).map(|_| client()).collect::<Result<Vec<_>>>()?;
    let mut crowd = JoinSet::new();
    for client in all {
        crowd.spawn(async move { client.work(version, JOBS / clients).await });
    }
    let mut times = crowd.join_all().await.concat();
    times.sort_unstable();
    Ok(times)
}

/// What a crowd saw of a service.
struct Seen {
    failed: usize,
    per_second: f64,
    p50: f64,
    p95: f64,
    memory: u64,
}

async fn measure(version: u8, clients: usize, data: &Path) -> Result<Seen> {
    let service = Service::start(data)?;
    let begun = Instant::now();
    let times = crowd(version, &service.url, clients).await?;
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default().as_secs_f64();
    Ok(Seen {
        failed: JOBS - times.len(),
        per_second: f64::from(u32::try_from(times.len())?) / begun.elapsed().as_secs_f64(),
        p50: at(50),
        p95: at(95),
        memory: service.memory() >> 20,
    })
}

#[tokio::main]
async fn main() -> Result<()> {
    // The service makes the same choice.
    let _ = rustls::crypto::ring::default_provider().install_default();
    println!("{JOBS} conversions at once (Markdown to HTML), the middle of {ROUNDS} rounds");
    let folder = tempfile::tempdir()?;
    for clients in CROWDS {
        let mut seen = [Vec::new(), Vec::new()];
        for round in 0..ROUNDS {
            for version in [1, 2] {
                let data = folder.path().join(format!("{clients}-{round}-{version}"));
                seen[usize::from(version) - 1].push(measure(version, clients, &data).await?);
            }
        }
        for (version, mut seen) in (1..).zip(seen) {
            let failed: usize = seen.iter().map(|seen| seen.failed).sum();
            let memory = seen.iter().map(|seen| seen.memory).max().unwrap_or_default();
            seen.sort_by(|one, other| one.p50.total_cmp(&other.p50));
            let Seen { per_second, p50, p95, .. } = seen[ROUNDS / 2];
            println!(
                "version {version}, {clients} clients: {failed} failures, {per_second:.0} conversions/s, p50 {p50:.1} s, p95 {p95:.1} s, {memory} MB at most"
            );
            if failed > 0 {
                return Err(format!("{failed} conversions failed").into());
            }
        }
    }
    Ok(())
}
