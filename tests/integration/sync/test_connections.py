"""F9, F13, F18, F6: whom the line believes, how soon it leaves what is silent; a certificate out of time."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.notices.faults import FaultCode
from app.settings import Endpoint
from app.sync.calls.lists import list_changes
from app.sync.line import Line, LineConfig
from app.sync.reply import LineFault
from app.sync.server_time import ServerTime
from domain.refusals import Refusal
from domain.wire.login import Clock
from tests.helpers.fault_proxy import fault_proxy
from tests.integration.builders import a_counter, an_entry, ask_clock
from tests.integration.small_server import SmallServer

LONGEST_S = 3.0


class Passing:
    """Time that passes faster than it does."""

    def __init__(self) -> None:
        self.more_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.more_s


def test_F13_a_kept_connection_that_died_in_silence_costs_seconds(server: SmallServer) -> None:
    passing = Passing()
    with fault_proxy(server.url) as proxy:
        line = Line(LineConfig(endpoints=(Endpoint(url=proxy.url),)), ServerTime(passed=passing))
        line.set_token("good")
        assert isinstance(ask_clock(line), Clock)
        passing.more_s = 3600.0  # the computer slept
        proxy.silence()
        begun = time.monotonic()

        assert not isinstance(list_changes(line, 0), Refusal)

        assert time.monotonic() - begun < LONGEST_S
        assert proxy.connections == 2


def test_a_connection_in_use_is_not_tried_first(server: SmallServer) -> None:
    with fault_proxy(server.url) as proxy:
        line = Line(LineConfig(endpoints=(Endpoint(url=proxy.url),)), ServerTime(passed=lambda: 1.0))
        for _ in range(3):
            ask_clock(line)

        assert proxy.connections == 1


def test_F9_the_token_wins_over_a_netrc_and_the_authority_over_the_environment(
    server: SmallServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    line = Line(LineConfig(endpoints=(Endpoint(url=server.url),), use_system_proxy=True), ServerTime())
    line.set_token("good")

    assert not isinstance(list_changes(line, 0), Refusal), "the server knew the token"


@pytest.mark.parametrize("proxied", [True, False])
def test_F9_ca_file_wins_over_REQUESTS_CA_BUNDLE(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxied: bool
) -> None:
    ours, other = a_certificate(tmp_path, "ours"), a_certificate(tmp_path, "other")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other[0]))
    with tls_server(*ours) as url:
        right, wrong = (
            Line(
                LineConfig(endpoints=(Endpoint(url=url),), ca_file=str(file), use_system_proxy=proxied),
                ServerTime(),
            )
            for file in (ours[0], other[0])
        )

        assert isinstance(ask_clock(right), Clock)
        with pytest.raises(LineFault) as caught:
            ask_clock(wrong)

    assert caught.value.code is FaultCode.CERTIFICATE


@pytest.mark.parametrize("days", [(-20, -10), (10, 20)])
def test_F6_a_certificate_out_of_time_speaks_of_this_computers_date(tmp_path: Path, days: tuple[int, int]) -> None:
    certificate = a_certificate(tmp_path, "late", days=days)
    with tls_server(*certificate) as url:
        line = Line(LineConfig(endpoints=(Endpoint(url=url),), ca_file=str(certificate[0])), ServerTime())
        with pytest.raises(LineFault) as caught:
            ask_clock(line)

    assert caught.value.code is FaultCode.CERTIFICATE_TIME
    assert caught.value.facts["today"]


def test_F18_a_case_without_an_answer_holds_up_the_next_one_for_seconds(server: SmallServer, tmp_path: Path) -> None:
    hold, asked = threading.Event(), threading.Event()

    def answer_late(step: str) -> None:
        if step == "step-1":
            asked.set()
            hold.wait(60)

    server.before_step = answer_late
    with a_counter(tmp_path, server.url, patience_s=0.2) as counter:
        for number in (1, 2):
            counter.store.enqueue(an_entry(counter.store, number), drop_draft=None)
        try:
            report = counter.loop.run_round()
            assert asked.is_set()
            assert [receipt.case for receipt in report.receipts] == ["case-2"], "in the same round"
            assert report.waiting == 1
            assert report.unanswered == ("step-1",)
            again = counter.loop.run_round()
            assert again.waiting == 1, "it is under way and not sent twice"
        finally:
            hold.set()
        deadline = time.monotonic() + 30
        while not (late := counter.loop.run_round()).receipts:
            assert time.monotonic() < deadline
        assert [receipt.case for receipt in late.receipts] == ["case-1"]
    assert server.cases == ["case-2", "case-1"]


def a_certificate(folder: Path, name: str, *, days: tuple[int, int] = (-1, 30)) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that is its own authority, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / f"{name}.pem", folder / f"{name}.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


@contextmanager
def tls_server(certificate: Path, key: Path) -> Iterator[str]:
    """A server that knows what time it is."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Silent."""

        def do_GET(self) -> None:
            body = b'{"now": "2026-11-23T09:00:00Z", "version": "1"}'
            self.send_response(200)
            for name, value in (("X-Zonggui-Server", "test"), ("Content-Type", "application/json")):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up at the certificate is no news."""

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
