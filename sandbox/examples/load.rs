//! 1,000 conversions are begun at once, by 200 clients that wait for five each and by 1,000 that have a connection of their own
//! each: how many fail, how long they take, and what memory that costs. For both versions of the API, one after the other,
//! against a service of its own each.
//!
//! `cargo run --release -p cloudconvert-sandbox --example load` after a build of the program itself.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;

const KEY: &str = "load";
const JOBS: usize = 1000;
/// How many clients there are.
const CROWDS: [usize; 2] = [200, 1000];

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A service that ends with this.
struct Service {
    child: Child,
    url: String,
}

impl Service {
    fn start() -> Result<Self> {
        let program = std::env::current_exe()?.with_file_name("../cloudconvert-sandbox");
        let mut child = Command::new(program)
            .args(["--listen", "127.0.0.1:0", "--log", "off", "--end-with-stdin"])
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
        let http = reqwest::Client::builder().no_proxy().build()?;
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

#[tokio::main]
async fn main() -> Result<()> {
    // The service makes the same choice.
    let _ = rustls::crypto::ring::default_provider().install_default();
    println!("{JOBS} conversions at once (Markdown to HTML)");
    for (version, clients) in [1, 2].into_iter().flat_map(|version| CROWDS.map(|clients| (version, clients)))
    {
        let service = Service::start()?;
        let begun = Instant::now();
        let times = crowd(version, &service.url, clients).await?;
        let failed = JOBS - times.len();
        let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default().as_secs_f64();
        println!(
            "version {version}, {clients} clients: {failed} failures, {:.1} conversions/s, p50 {:.1} s, p95 {:.1} s, {} MB at most",
            f64::from(u32::try_from(times.len())?) / begun.elapsed().as_secs_f64(),
            at(50),
            at(95),
            service.memory() >> 20,
        );
        if failed > 0 {
            return Err(format!("{failed} conversions failed").into());
        }
    }
    Ok(())
}
