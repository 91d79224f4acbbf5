"""How the service is reached: encryption, proxies, and transports that somebody else wrote."""

from __future__ import annotations

import contextlib
import datetime
import json
import logging
import select
import socket
import socketserver
import ssl
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cloudconvert_kit import (
    BadRequestError,
    Client,
    Content,
    NetworkError,
    NotFoundError,
    OutputError,
    Request,
    Response,
)
from cloudconvert_kit.sandbox import Sandbox

PAIR = {"inputformat": "png", "outputformat": "jpg"}


class Quiet(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


class Formats(Quiet):
    """Answers everything with a list of formats."""

    def do_GET(self) -> None:
        body = json.dumps([PAIR]).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve(handler: Any, context: ssl.SSLContext | None = None) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def encrypted(authority: trustme.CA) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    for server in serve(Formats, context):
        yield f"https://localhost:{server.server_port}"


# Encryption


def test_an_authority_of_ones_own(encrypted: str, authority: trustme.CA, tmp_path: Path) -> None:
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    with Client("key", base_url=encrypted, certificates=bundle) as client:
        assert [pair.entry for pair in client.formats()] == [PAIR]


def test_the_system_s_authorities(
    encrypted: str, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Client("key", base_url=encrypted) as client, pytest.raises(NetworkError):
        client.formats()
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    with Client("key", base_url=encrypted) as client:
        assert [pair.entry for pair in client.formats()] == [PAIR]


def test_another_name_than_the_certificate_has(encrypted: str, authority: trustme.CA, tmp_path: Path) -> None:
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    wrong = encrypted.replace("localhost", "127.0.0.2")
    with Client("key", base_url=wrong, certificates=bundle) as client, pytest.raises(NetworkError):
        client.formats()


def self_signed(folder: Path, days: int = 1) -> Path:
    """The certificate of an authority and of a server at once, as ``openssl req -x509`` makes them, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=10))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "self-signed.pem"
    unencrypted = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unencrypted)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def refusal(port: int, host: str = "localhost", **options: Any) -> str:
    """How a conversion by this service fails, which it does without a repeat."""
    with Client("key", base_url=f"https://{host}:{port}", **options) as client:
        with pytest.raises(NetworkError) as failure:
            client.convert(Content("# Hi", "a.md"), to="html")
        with pytest.raises(NetworkError):
            client.formats()
    return failure.value.message


def test_a_certificate_that_is_itself_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    for server in serve(Formats, context):
        encrypted = f"https://localhost:{server.server_port}"
        assert "its certificate is refused" in refusal(server.server_port)
        with Client("key", base_url=encrypted, certificates=pem) as client:
            assert [pair.entry for pair in client.formats()] == [PAIR]
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        with Client("key", base_url=encrypted) as client:
            assert [pair.entry for pair in client.formats()] == [PAIR]
        assert "127.0.0.1" in refusal(server.server_port, "127.0.0.1", certificates=pem)


def test_certificates_that_are_refused_are_told_at_once(tmp_path: Path) -> None:
    handshakes = []
    expired = self_signed(tmp_path, days=-1)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(expired)
    context.sni_callback = lambda *_: handshakes.append(1)
    for server in serve(Formats, context):
        assert "expired" in refusal(server.server_port, certificates=expired)
        assert len(handshakes) == 2, "neither the conversion nor the call was repeated"


def test_no_encryption_where_some_was_expected() -> None:
    for server in serve(Formats):
        assert "does not speak TLS" in refusal(server.server_port)


@contextlib.contextmanager
def hangs_up() -> Iterator[int]:
    """A port that takes connections and breaks them off."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_what_costs_is_repeated_where_it_never_left(text: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with hangs_up() as broken:
        bases = [f"http://127.0.0.1:{port}/v2", "http://service.invalid/v2", f"https://127.0.0.1:{broken}/v2"]
        attempts: list[int] = []
        for base in bases:
            client = Client("KEY", base_url=base)
            with client, pytest.raises(NetworkError, match="cannot be reached") as caught:
                client.convert(text, to="html", retries=1, on_progress=lambda told: attempts.append(told.attempt))
            assert caught.value.is_retryable, base
            assert attempts.pop() == 1, base


def test_what_may_have_arrived_is_looked_for(text: Path) -> None:
    with hangs_up() as broken, Client("KEY", base_url=f"http://127.0.0.1:{broken}/v2") as client:
        with pytest.raises(NetworkError, match="may have been created") as caught:
            client.convert(text, to="html", retries=1)
        assert not caught.value.is_retryable


def test_certificates_that_are_none(tmp_path: Path) -> None:
    bundle = tmp_path / "authority.pem"
    bundle.write_text("nothing")
    with pytest.raises(BadRequestError, match="no certificate"):
        Client("key", certificates=bundle)
    with pytest.raises(FileNotFoundError):
        Client("key", certificates=tmp_path / "missing.pem")


# Proxies


class Proxy(Quiet):
    """Passes plain requests on, and tunnels others. Notes what it was asked."""

    asked: list[tuple[str, str, str | None]]

    def do_GET(self) -> None:
        self.asked.append(("GET", self.path, self.headers.get("proxy-authorization")))
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.path, timeout=10) as answer:
            body = answer.read()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self) -> None:
        self.asked.append(("CONNECT", self.path, self.headers.get("proxy-authorization")))
        host, port = self.path.rsplit(":", 1)
        with socket.create_connection((host, int(port)), 10) as there:
            self.send_response(200)
            self.end_headers()
            relay(self.connection, there)


#: A host that only the proxy knows.
NOWHERE = "service.invalid"


class Socks(socketserver.BaseRequestHandler):
    """Version 5 (RFC 1928) with a password (RFC 1929). Notes what it was asked."""

    asked: list[Any]

    def take(self, length: int) -> bytes:
        return b"".join(self.request.recv(1) for _ in range(length))

    def handle(self) -> None:
        _, methods = self.take(2)
        self.take(methods)
        self.request.sendall(b"\x05\x02")
        self.take(1)
        user = self.take(self.take(1)[0])
        password = self.take(self.take(1)[0])
        self.request.sendall(b"\x01\x00")
        _, _, _, kind = self.take(4)
        host = self.take(self.take(1)[0]).decode() if kind == 3 else socket.inet_ntoa(self.take(4))
        port = int.from_bytes(self.take(2), "big")
        self.asked.append((user, password, host, port))
        with socket.create_connection(("127.0.0.1" if host == NOWHERE else host, port), 10) as there:
            self.request.sendall(b"\x05\x00\x00\x01" + bytes(6))
            relay(self.request, there)


def relay(one: socket.socket, other: socket.socket) -> None:
    """Passes on what both say until one of them has ended."""
    ends = {one: other, other: one}
    while True:
        for end in select.select(list(ends), [], [], 10)[0]:
            data = end.recv(65536)
            if not data:
                return
            ends[end].sendall(data)


@pytest.fixture
def socks() -> Iterator[tuple[str, list[Any]]]:
    asked: list[Any] = []
    handler = type("Noting", (Socks,), {"asked": asked})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[Any]]]:
    asked: list[Any] = []
    for server in serve(type("Noting", (Proxy,), {"asked": asked})):
        yield f"127.0.0.1:{server.server_port}", asked


@pytest.fixture
def plain() -> Iterator[str]:
    for server in serve(Formats):
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_a_proxy(plain: str, proxy: tuple[str, list[Any]]) -> None:
    address, asked = proxy
    with Client("key", base_url=plain, proxy=f"http://me:s3cret@{address}") as client:
        assert [pair.entry for pair in client.formats()] == [PAIR]
        assert "s3cret" not in repr(client)
    assert asked == [("GET", f"{plain}/conversiontypes", "Basic bWU6czNjcmV0")]


def test_a_tunnel(encrypted: str, authority: trustme.CA, proxy: tuple[str, list[Any]], tmp_path: Path) -> None:
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    address, asked = proxy
    with Client("key", base_url=encrypted, certificates=bundle, proxy=f"http://{address}") as client:
        assert [pair.entry for pair in client.formats()] == [PAIR]
    assert asked == [("CONNECT", encrypted[len("https://") :], None)]


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_socks(plain: str, socks: tuple[str, list[Any]], scheme: str) -> None:
    address, asked = socks
    with Client("key", base_url=plain, proxy=f"{scheme}://me:s3cret@{address}") as client:
        assert [pair.entry for pair in client.formats()] == [PAIR]
        assert "s3cret" not in repr(client)
    assert asked == [(b"me", b"s3cret", "127.0.0.1", int(plain.rsplit(":", 1)[1]))]


def test_every_request_goes_by_the_proxy(
    cloudconvert_sandbox: Sandbox, socks: tuple[str, list[Any]], noise: Callable[[int], Path], tmp_path: Path
) -> None:
    """Uploads and long downloads too, which have connections of their own."""
    address, asked = socks
    port = cloudconvert_sandbox.url.rsplit(":", 1)[1]
    base = f"http://{NOWHERE}:{port}"
    with Client(cloudconvert_sandbox.key, base_url=base, proxy=f"socks5h://me:s3cret@{address}") as client:
        for upload in ("multipart", "put"):
            target = tmp_path / f"{upload}.zip"
            client.convert(noise(3 << 20), to="zip", mode="archive", save_to=target, upload=upload)
            assert target.stat().st_size > 3 << 20
    assert {host for _, _, host, _ in asked} == {NOWHERE}


def test_what_the_environment_says(plain: str, proxy: tuple[str, list[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    address, asked = proxy
    monkeypatch.setenv("http_proxy", f"http://{address}")
    with Client("key", base_url=plain) as client:
        assert [pair.entry for pair in client.formats()] == [PAIR]
    assert len(asked) == 1
    with Client("key", base_url=plain, proxy="") as client:
        assert [pair.entry for pair in client.formats()] == [PAIR]
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Client("key", base_url=plain) as client:
        assert [pair.entry for pair in client.formats()] == [PAIR]
    assert len(asked) == 1, "neither asked the proxy"


def test_a_proxy_that_is_none() -> None:
    with pytest.raises(BadRequestError, match="the proxy") as caught:
        Client("key", proxy="nonsense://user:s3cret@host")
    assert "s3cret" not in str(caught.value)


# Transports


class Recording:
    """Sends by Python's own means, and notes what was sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, request: Request) -> Response:
        self.sent.append(f"{request.method} {request.url}")
        body = b"".join(request.body)
        assert request.content_length == len(body)
        plain = urllib.request.Request(request.url, body or None, request.headers, method=request.method)
        try:
            with urllib.request.urlopen(plain, timeout=30) as answer:
                return Response(answer.status, dict(answer.headers), [answer.read()])
        except urllib.error.HTTPError as error:
            return Response(error.code, dict(error.headers), error.read())


@pytest.mark.parametrize("version", [2, 1])
def test_a_transport(cloudconvert_sandbox: Sandbox, picture: Path) -> None:
    transport = Recording()
    with cloudconvert_sandbox.client(transport=transport) as client:
        assert client.convert(picture, to="jpg").read().startswith(b"\xff\xd8")
    methods = [line.split()[0] for line in transport.sent]
    if cloudconvert_sandbox.version == 1:
        assert methods == ["POST", "POST", "POST", "GET", "GET", "DELETE"]
    else:
        assert (methods[:2], {*methods[2:-1]}, methods[-1]) == (["POST", "POST"], {"GET"}, "DELETE")


def test_a_transport_that_cannot_send(text: Path) -> None:
    class Offline:
        def send(self, request: Request) -> Response:
            raise ConnectionError(request.url)

    with Client("key", base_url="http://service", transport=Offline(), retries=1) as client:
        with pytest.raises(NetworkError, match="gave up after all retries"):
            client.convert(text, to="html")
        with pytest.raises(NetworkError):
            client.formats()


def test_what_a_request_failed_with_is_the_cause(text: Path) -> None:
    class Broken:
        def __init__(self, failure: OSError) -> None:
            self.failure = failure

        def send(self, request: Request) -> Response:
            raise self.failure

    def causes(transport: Broken | None, base_url: str = "http://service") -> list[Any]:
        with Client("key", base_url=base_url, transport=transport, retries=0) as client:
            with pytest.raises(NetworkError) as converting:
                client.convert(text, to="html")
            with pytest.raises(NetworkError) as asking:
                client.formats()
        return [converting.value.__cause__, asking.value.__cause__]

    failure = ConnectionResetError("the line broke")
    assert causes(Broken(failure)) == [failure, failure]
    for cause in causes(Broken(OSError("GET https://service/a?key=s3cret and more"))):
        assert str(cause) == "OSError: GET https://service/a and more"
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        for cause in causes(None, f"http://127.0.0.1:{bound.getsockname()[1]}"):
            assert isinstance(cause, ConnectionError)
            assert "refused" in str(cause)


def test_what_the_service_answered_has_no_cause(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    with cloudconvert_sandbox.client(retries=0) as client:
        cloudconvert_sandbox.fault("create", status=404)
        with pytest.raises(NotFoundError) as answered:
            client.convert(text, to="html")
        assert answered.value.__cause__ is None
        with pytest.raises(OutputError) as unwritten:
            client.convert(text, to="html", save_to="/dev/full")
        assert isinstance(unwritten.value.__cause__, OSError)


@pytest.mark.parametrize("answer", [None, Response("ok"), Response(200, {}, ["text"])])  # type: ignore[arg-type,list-item]
def test_a_transport_with_a_mistake(text: Path, answer: Any) -> None:
    """It is told to who wrote it, not repeated."""

    class Mistaken:
        def send(self, request: Request) -> Response:
            if answer is None:
                raise ZeroDivisionError("a mistake")
            return answer  # type: ignore[no-any-return]

    with Client("key", base_url="http://service", transport=Mistaken()) as client:
        with pytest.raises((ZeroDivisionError, TypeError)):
            client.convert(text, to="html")
        with pytest.raises((ZeroDivisionError, TypeError)):
            client.formats()


@pytest.mark.parametrize("version", [2, 1])
def test_the_log_tells_what_happens(
    cloudconvert_sandbox: Sandbox, text: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cloudconvert_sandbox.fault("create", status=503, headers={"Retry-After": "0"})
    with caplog.at_level(logging.DEBUG, "cloudconvert_kit"), cloudconvert_sandbox.client() as client:
        client.convert(text, to="html")
    said = [record.getMessage() for record in caplog.records]
    assert "- create: POST to " + cloudconvert_sandbox.url[len("http://") :] in said
    assert any(record.levelno == logging.WARNING and "503" in record.getMessage() for record in caplog.records)
    assert cloudconvert_sandbox.key not in caplog.text
    assert "/upload/" not in caplog.text, "whoever knows such a URL can use it"


@pytest.mark.parametrize("version", [2, 1])
def test_the_key_goes_to_the_base_only(cloudconvert_sandbox: Sandbox, text: Path) -> None:
    with cloudconvert_sandbox.client() as client:
        client.convert(text, to="html")
        client.processes()
    sent = {request["kind"]: request["key"] for request in cloudconvert_sandbox.requests()}
    expected = {1: {"create", "list"}, 2: {"create", "status", "delete", "list"}}[cloudconvert_sandbox.version]
    assert {kind for kind, key in sent.items() if key} == expected
    assert {"upload", "download"} <= sent.keys()


# TLS that cannot come together


def reached(context: ssl.SSLContext, **options: Any) -> tuple[str, int]:
    """How a conversion and a call fail at a server with this TLS, and how many connections they made."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        connections = 0

        def serve() -> None:
            nonlocal connections
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                connections += 1
                # Closed before the client has sent all, a connection is reset, and the client reads no alert.
                with connection, connection.dup() as plain, contextlib.suppress(OSError):
                    with contextlib.suppress(OSError):
                        context.wrap_socket(connection, server_side=True).recv(1000)
                    plain.settimeout(5)
                    while plain.recv(1000):
                        pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        said = refusal(server.getsockname()[1], **options)
        server.shutdown(socket.SHUT_RDWR)
        thread.join(10)
    return said, connections


def test_an_authority_that_nobody_knows(authority: trustme.CA, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    said, connections = reached(context, certificates=other)
    assert "its certificate is refused" in said
    assert "name the file of its authority" in said
    assert connections == 2


def test_a_certificate_for_another_name(authority: trustme.CA, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("other.example").configure_cert(context)
    own = tmp_path / "own.pem"
    authority.cert_pem.write_to_path(str(own))
    said, connections = reached(context, certificates=own)
    assert "other.example" in said
    assert connections == 2


@pytest.mark.filterwarnings("ignore:.*TLSv1:DeprecationWarning")
def test_a_server_of_the_past(authority: trustme.CA, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    authority.issue_cert("localhost").configure_cert(context)
    said, connections = reached(context)
    assert "no version of TLS" in said
    assert "does not pass by itself" in said
    assert connections == 2
    said, connections = reached(context, transport=Recording())
    assert "TLS with it is not possible" in said
    assert connections == 2, "nor by means of somebody's own"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def test_a_server_that_wants_to_know_its_clients(
    authority: trustme.CA, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    authority.issue_cert("localhost").configure_cert(context)
    own = tmp_path / "own.pem"
    authority.cert_pem.write_to_path(str(own))
    said, connections = reached(context, certificates=own)
    assert "certificate of the client" in said
    assert connections == 2
