//! A sandbox of a test's own, and the requests that tests make.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use cloudconvert_sandbox::{Config, Network, Sandbox, Store};
use reqwest::{Body, Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) use crate::answer::Answer;

/// The key that every sandbox here takes.
pub(crate) const KEY: &str = "a-key-of-the-tests";

/// The key of `/_admin`.
pub(crate) const ADMIN_KEY: &str = "another-key-of-the-tests";

/// A running sandbox. It ends with the test.
pub(crate) struct Service {
    pub(crate) address: String,
    pub(crate) http: reqwest::Client,
}

impl Service {
    pub(crate) async fn start() -> Self {
        Self::with(Config { admin_key: Some(ADMIN_KEY.into()), ..Config::default() }).await
    }

    /// May fetch from the servers of tests, and has a worker.
    pub(crate) async fn with(config: Config) -> Self {
        Self::exactly(with_worker(config)).await
    }

    /// With this configuration and a key.
    pub(crate) async fn exactly(config: Config) -> Self {
        Self::run(Sandbox::bind(with_key(config)).await.unwrap())
    }

    /// With its state in this store.
    pub(crate) async fn over(config: Config, store: Arc<dyn Store>) -> Self {
        Self::run(Sandbox::bind_with(with_key(with_worker(config)), store).await.unwrap())
    }

    fn run(sandbox: Sandbox) -> Self {
        let address = sandbox.address().to_string();
        tokio::spawn(sandbox.run(std::future::pending()));
        Self { address, http: client() }
    }

    /// A path, or a URL as the service gives it: without a protocol.
    pub(crate) fn url(&self, place: &str) -> String {
        if place.starts_with("//") {
            format!("http:{place}")
        } else {
            format!("http://{}{place}", self.address)
        }
    }

    pub(crate) fn request(&self, method: Method, place: &str) -> RequestBuilder {
        self.http.request(method, self.url(place))
    }

    pub(crate) async fn get(&self, place: &str) -> Answer {
        Answer::of(self.request(Method::GET, place)).await
    }

    pub(crate) async fn delete(&self, place: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, place)).await
    }

    /// A JSON body, without a key.
    pub(crate) async fn post(&self, place: &str, json: Value) -> Answer {
        Answer::of(self.request(Method::POST, place).json(&json)).await
    }

    pub(crate) async fn put(&self, place: &str, body: impl Into<Body>) -> Answer {
        Answer::of(self.request(Method::PUT, place).body(body)).await
    }

    /// A new process; gives its URL.
    pub(crate) async fn create(&self, input: &str, output: &str) -> String {
        self.create_with(json!({"inputformat": input, "outputformat": output})).await
    }

    pub(crate) async fn create_with(&self, parameters: Value) -> String {
        let answer =
            Answer::of(self.request(Method::POST, "/process").bearer_auth(KEY).json(&parameters)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.str("url").to_owned()
    }

    /// A process that waits for an upload; gives its URL and the upload URL.
    pub(crate) async fn started(&self, input: &str, output: &str, parameters: Value) -> (String, String) {
        let mode = parameters.get("mode").cloned().unwrap_or("convert".into());
        let process =
            self.create_with(json!({"inputformat": input, "outputformat": output, "mode": mode})).await;
        let mut start = json!({"input": "upload"});
        start.as_object_mut().unwrap().extend(parameters.as_object().cloned().unwrap_or_default());
        let answer = self.post(&process, start).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        (process, answer["upload"]["url"].as_str().unwrap().to_owned())
    }

    /// Waits for the end of a conversion.
    pub(crate) async fn wait(&self, process: &str) -> Answer {
        self.get(&format!("{process}?wait")).await
    }

    /// The whole way of one file, by PUT; gives the last status.
    pub(crate) async fn convert(
        &self,
        (input, output): (&str, &str),
        content: impl Into<Body>,
        parameters: Value,
    ) -> Answer {
        let (process, upload) = self.started(input, output, parameters).await;
        let answer = self.put(&format!("{upload}/input.{input}"), content).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        self.wait(&process).await
    }

    /// As [`Service::convert`]; gives the output.
    pub(crate) async fn output(
        &self,
        pair: (&str, &str),
        content: impl Into<Body>,
        parameters: Value,
    ) -> Vec<u8> {
        let status = self.convert(pair, content, parameters).await;
        assert_eq!(status.status, 200, "{}", status.text());
        self.get(status["output"]["url"].as_str().unwrap()).await.body
    }

    /// A finished conversion whose output is larger than what the system holds for a connection; gives its status.
    pub(crate) async fn large(&self, mut parameters: Value) -> Answer {
        parameters["mode"] = "archive".into();
        let mut content = vec![0; 48 << 20];
        fastrand::fill(&mut content);
        self.convert(("bin", "zip"), content, parameters).await
    }

    /// Sets faults or a rate limit.
    pub(crate) async fn admin(&self, method: Method, what: &str, body: Value) -> Answer {
        let request = self.request(method, &format!("/_admin/{what}")).bearer_auth(ADMIN_KEY);
        Answer::of(request.json(&body)).await
    }

    pub(crate) async fn fault(&self, rule: Value) {
        assert_eq!(self.admin(Method::POST, "faults", rule).await.status, 200);
    }

    /// Sends bytes as they are; gives the connection.
    pub(crate) async fn raw(&self, bytes: impl AsRef<[u8]>) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        stream.write_all(bytes.as_ref()).await.unwrap();
        stream
    }

    /// Asks for a status until it is as wanted.
    pub(crate) async fn until(&self, process: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
        loop {
            let status = self.get(process).await;
            if wanted(&status) {
                return status;
            }
            tokio::task::yield_now().await;
        }
    }
}

fn with_worker(mut config: Config) -> Config {
    config.allow_fetch.extend(Network::loopback());
    config.worker = Some(env!("CARGO_BIN_EXE_cloudconvert-sandbox").into());
    config
}

fn with_key(mut config: Config) -> Config {
    config.keys.push(KEY.to_owned());
    config
}

/// A client that follows no redirects.
pub(crate) fn client() -> reqwest::Client {
    // The sandbox makes the same choice, but a client may be made before it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    // To read the certificates of this machine takes long, and nobody needs them here.
    builder.tls_certs_only([]).build().unwrap()
}

/// All that the other end still sends, as text.
pub(crate) async fn read_all(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// What a start says for these options of the converter.
pub(crate) fn options(options: &Value) -> Value {
    json!({"converteroptions": options})
}

/// A file that the tests of other clients use too.
pub(crate) fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/legacy/inputs").join(name);
    std::fs::read(path).unwrap()
}

/// A film that takes long to convert to webm.
pub(crate) fn long_film() -> Vec<u8> {
    static FILM: LazyLock<Vec<u8>> =
        LazyLock::new(|| made("film.flv", "-f lavfi -i testsrc2=duration=20:size=1280x720 -c:v flv1"));
    FILM.clone()
}

/// A file that ffmpeg makes; without folders, because arguments are what stands between spaces.
pub(crate) fn made(name: &str, arguments: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), name, arguments);
    std::fs::read(folder.path().join(name)).unwrap()
}

/// Makes a file in a folder, of others that lie there.
pub(crate) fn make(folder: &Path, name: &str, arguments: &str) {
    let mut ffmpeg = std::process::Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-nostdin", "-y"]).args(arguments.split(' ')).arg(name);
    assert!(ffmpeg.current_dir(folder).status().unwrap().success(), "{name}: {arguments}");
}

/// The files that lie below a folder.
pub(crate) fn below(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let entries = entries.filter(|path| !path.ends_with("lock"));
    entries.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

/// A server of the test's own: answers every request with what `answer` makes of its head.
pub(crate) async fn serve(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = std::sync::Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let (mut head, mut byte) = (Vec::new(), [0]);
                while !head.ends_with(b"\r\n\r\n")
                    && stream.read(&mut byte).await.is_ok_and(|count| count > 0)
                {
                    head.push(byte[0]);
                }
                let answer = answer(&String::from_utf8_lossy(&head));
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    format!("http://{address}")
}

/// An HTTP answer of a test's own server.
pub(crate) fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}
