//! What programs that engines start can do: nothing but their work.

use serde_json::json;

use crate::program::{Program, command};
use crate::service::{KEY, below};

/// A program that stands in for one of Poppler's and tells what it can do, one word a line.
const CURIOUS: &str = r#"#!/bin/bash
output="${@: -1}"
input="${@: -2:1}"
folder="${output%/*}"
can() { echo "$1" >> "$output"; }
: > "$output"
read -r _ < "$input" && can read-input
: > "$folder/more" && can write-output
{ : > "$SECRET.new"; } 2>/dev/null && can write-elsewhere
{ read -r _ < "$SECRET"; } 2>/dev/null && can read-others
{ read -r _ < /etc/passwd; } 2>/dev/null && can read-settings
{ read -r _ < /proc/$PPID/cmdline; } 2>/dev/null && can read-processes
{ exec 3<>/dev/tcp/127.0.0.1/$PORT; } 2>/dev/null && can reach-network
[ -n "$CLOUDCONVERT_SANDBOX_KEY$PRIVATE" ] && can read-environment
kill -0 $SERVICE 2>/dev/null && can signal-others
while read -r name value; do
  [ "$name" = CapEff: ] && [ "$value" != 0000000000000000 ] && can "rights-$value"
done < /proc/self/status 2>/dev/null
exit 0
"#;

#[tokio::test]
async fn programs_are_given_the_input_and_nothing_else() {
    let (bin, secrets) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let secret = secrets.path().join("secret");
    std::fs::write(&secret, "secret\n").unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let curious = CURIOUS
        .replace("$SECRET", secret.to_str().unwrap())
        .replace("$PORT", &port.to_string())
        .replace("$SERVICE", &std::process::id().to_string());
    for (name, script) in [
        ("pdftotext", curious.as_str()),
        ("pdfinfo", "#!/bin/bash\necho 'Pages: 1'\n"),
        ("pdftocairo", "#!/bin/bash\necho $(/bin/echo started)\n"),
    ] {
        let path = bin.path().join(name);
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    let mut command = command(&["--key", KEY]);
    command.env("PATH", format!("{}:/usr/bin:/bin", bin.path().display())).env("PRIVATE", "x");
    let mut program = Program::of(command, tempfile::tempdir().unwrap());
    let said = program.service.output(("pdf", "txt"), "input\n", json!({})).await;
    assert_eq!(String::from_utf8_lossy(&said), "read-input\nwrite-output\n");
    assert_eq!(below(secrets.path()), [secret]);
    program.service.convert(("pdf", "pdf"), "input\n", json!({})).await.assert_error(422, "fork");
    program.child.kill().unwrap();
    program.child.wait().unwrap();
}
