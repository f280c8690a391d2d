"""The real process on a real port."""

from __future__ import annotations

import contextlib
import socket
import stat
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from domain.wire.envelope import SERVER_HEADER
from server.main import main
from server.settings import SettingsError, load_settings
from tests.helpers.central_server import CLERK, PASSWORD, RunningServer, running_server
from tests.server.world import JPEG, sha256

_DEADLINE_S = 60.0


def _token(server: RunningServer) -> str:
    body = {"user": CLERK, "password": PASSWORD, "counter": "1"}
    reply = requests.post(f"{server.base_url}/v1/login", json=body, timeout=_DEADLINE_S)
    assert reply.status_code == 200, reply.text
    return str(reply.json()["token"])


@pytest.mark.timeout(300)
def test_a_killed_server_comes_back_with_tokens_and_pages(tmp_path: Path) -> None:
    name = sha256(JPEG)
    with running_server(tmp_path / "data") as server:
        headers = {"Authorization": f"Bearer {_token(server)}"}
        requests.put(f"{server.base_url}/v1/blobs/{name}", data=JPEG, headers=headers, timeout=_DEADLINE_S)
        port = urlsplit(server.base_url).port or 0
        server.process.kill()
        server.process.join(_DEADLINE_S)
    with running_server(tmp_path / "data", port=port) as server:
        me = requests.get(f"{server.base_url}/v1/me", headers=headers, timeout=_DEADLINE_S)
        page = requests.head(f"{server.base_url}/v1/blobs/{name}", headers=headers, timeout=_DEADLINE_S)

    assert (me.status_code, page.status_code) == (200, 200)
    assert len(me.raw.headers.getlist("Date")) == 1
    assert stat.S_IMODE((tmp_path / "data" / "server.key").stat().st_mode) == 0o600
    log = server.log.read_text(encoding="utf-8")
    assert "HEAD /blobs/{sha256} 200" in log
    assert "Traceback" not in log
    assert name not in log


@pytest.mark.timeout(300)
def test_a_line_that_breaks_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server:
        token = _token(server)
        address = urlsplit(server.base_url)
        with socket.create_connection((address.hostname, address.port), _DEADLINE_S) as line:
            line.sendall(
                f"PUT /v1/blobs/{sha256(JPEG)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Length: {len(JPEG)}\r\n\r\n".encode()
                + JPEG[:50]
            )
            _wait_for(lambda: any((tmp_path / "data/blobs/incoming").iterdir()))
        _wait_for(lambda: not any((tmp_path / "data/blobs/incoming").iterdir()))
        probe = requests.get(f"{server.base_url}/v1/clock", timeout=_DEADLINE_S)

    assert probe.status_code == 200
    assert "Traceback" not in server.log.read_text(encoding="utf-8")


@pytest.mark.timeout(300)
def test_garbage_instead_of_http_is_turned_away(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server:
        address = urlsplit(server.base_url)
        for garbage in (b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9.9\r\n\r\n", b"A" * 100_000 + b"\r\n\r\n"):
            with socket.create_connection((address.hostname, address.port), _DEADLINE_S) as line:
                line.sendall(garbage)
                line.shutdown(socket.SHUT_WR)
                line.recv(4096)
        probe = requests.get(f"{server.base_url}/v1/clock", timeout=_DEADLINE_S)

    assert probe.status_code == 200


@pytest.mark.timeout(300)
def test_six_hundred_silent_connections_keep_nobody_out(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server, contextlib.ExitStack() as lines:
        address = urlsplit(server.base_url)
        for _ in range(600):
            lines.enter_context(socket.create_connection((address.hostname, address.port), _DEADLINE_S))
        probe = requests.get(f"{server.base_url}/v1/clock", timeout=_DEADLINE_S)

    assert (probe.status_code, SERVER_HEADER in probe.headers) == (200, True)


@pytest.mark.timeout(300)
def test_replies_are_not_held_back(tmp_path: Path) -> None:  # Nagle's delay would make 40 ms of every reply
    with running_server(tmp_path / "data") as server, requests.Session() as session:
        times = []
        for _ in range(30):
            begun = time.perf_counter()
            session.get(f"{server.base_url}/v1/clock", timeout=_DEADLINE_S)
            times.append(time.perf_counter() - begun)

    assert min(times) < 0.035


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("gateways", "last"), [("[]", 423), ("['127.0.0.1']", 401)])
def test_only_a_known_gateway_is_believed_who_asks(tmp_path: Path, gateways: str, last: int) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "server.toml").write_text(f"gateways = {gateways}")
    body = {"user": CLERK, "password": "wrong", "counter": "1"}
    with running_server(tmp_path / "data") as server:
        statuses = [
            requests.post(
                f"{server.base_url}/v1/login",
                json=body,
                headers={"X-Forwarded-For": f"10.0.0.{number}"},
                timeout=_DEADLINE_S,
            ).status_code
            for number in range(5)
        ]

    assert statuses == [401] * 4 + [last]


def test_a_port_in_use_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code = main(["serve", "--data", str(tmp_path / "data"), "--port", str(port)])

    assert code == 2
    assert f"不能在 127.0.0.1:{port} 上提供服务" in capsys.readouterr().err


def test_a_lost_secret_stops_the_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    assert main(["init-sample", "--data", str(data)]) == 0
    (data / "server.key").unlink()

    code = main(["init-sample", "--data", str(data)])

    assert code == 2
    assert "服务器密钥不可用" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    ["login_failures = 0", "lock_minutes = '5'", "colour = 1", "x = [", "gateways = '10.1.2.3'", "gateways = ['here']"],
)
def test_bad_settings_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "server.toml").write_text(text)

    with pytest.raises(SettingsError, match=r"server\.toml"):
        load_settings(tmp_path)


def test_F11_a_byte_order_mark_in_the_settings_is_no_part_of_them(tmp_path: Path) -> None:
    (tmp_path / "server.toml").write_text("lock_minutes = 5", encoding="utf-8-sig")
    assert load_settings(tmp_path).lock_minutes == 5

    (tmp_path / "server.toml").write_text("lock_minutes = 5", encoding="utf-16")
    with pytest.raises(SettingsError, match="UTF-16"):
        load_settings(tmp_path)


def test_settings_come_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "server.toml").write_text("lock_minutes = 5\ngateways = ['10.1.2.3', '10.2.0.0/16']")

    assert load_settings(tmp_path).lock_minutes == 5
    assert load_settings(tmp_path).gateways == ("10.1.2.3", "10.2.0.0/16")
    assert load_settings(tmp_path, database="postgres://h/d").database_url == "postgresql+psycopg://h/d"


def test_whether_devices_must_be_real_is_a_setting(tmp_path: Path) -> None:
    assert not load_settings(tmp_path).real_devices_only
    (tmp_path / "server.toml").write_text("real_devices_only = true")
    assert load_settings(tmp_path).real_devices_only

    (tmp_path / "server.toml").write_text("real_devices_only = 1")
    with pytest.raises(SettingsError, match="real_devices_only"):
        load_settings(tmp_path)


def test_help_is_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])

    output = capsys.readouterr().out
    for word in ("启动服务", "建立演练机构和账号", "核对审计链", "显示一件业务的案卷"):
        assert word in output


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.01)
