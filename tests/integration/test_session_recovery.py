"""K4, K7: after a damaged store work goes on, without the server too, and what is readable comes back by a button."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from app import main
from app.store.mark import Mark
from tests.helpers.builders import M01, a_card
from tests.helpers.central_server import CLERK, PASSWORD, RunningServer
from tests.helpers.session_harness import a_person, a_workplace

_DEAD = "http://127.0.0.1:9"


def begun(folder: Path, url: str, number: int) -> Path:
    """An account with an unfinished visit; its database."""
    with a_workplace(folder, url) as clerk:
        clerk.login(CLERK, PASSWORD)
        visit = clerk.session.new_visit()
        assert visit is not None
        visit.identifying.take_card(a_card(a_person(number)))
        visit.choosing.choose(M01)
    (path,) = folder.glob("accounts/*/store-*.db")
    return path


def set_aside_at_login(folder: Path, url: str) -> None:
    with a_workplace(folder, url) as clerk:
        clerk.session.account.login(CLERK, PASSWORD)
        assert clerk.session.state.clerk is None
        assert clerk.code in ("store_behind", "store_damaged", "store_lost")
        assert clerk.session.state.notice is not None
        assert "set-aside-" in clerk.session.state.notice.why


@pytest.mark.parametrize("harm", ["garbage", "gone"])
def test_K4_the_right_password_opens_a_new_store_without_the_server(
    server: RunningServer, tmp_path: Path, harm: str
) -> None:
    path = begun(tmp_path, server.base_url, 81)
    path.unlink() if harm == "gone" else path.write_bytes(b"garbage" * 1000)
    set_aside_at_login(tmp_path, _DEAD)

    with a_workplace(tmp_path, _DEAD) as clerk:
        clerk.session.account.login(CLERK, "wrong")
        assert clerk.code == "password_wrong"
        clerk.login(CLERK, PASSWORD)

        assert clerk.session.state.clerk is not None
        assert clerk.session.state.clerk.name == "王芳"
        assert clerk.session.new_visit() is not None


def test_K7_the_button_brings_back_what_is_readable(server: RunningServer, tmp_path: Path) -> None:
    path = begun(tmp_path, server.base_url, 82)
    Mark(path).write(1_000_000)  # it had more in it
    set_aside_at_login(tmp_path, server.base_url)

    with a_workplace(tmp_path, server.base_url) as clerk:
        clerk.login(CLERK, PASSWORD)
        assert clerk.session.state.to_recover == 1
        assert not clerk.session.state.drafts

        clerk.session.recovering.recover()

        assert clerk.code == "recovered"
        assert clerk.session.state.to_recover == 0
        drafts = clerk.session.state.drafts
        assert len(drafts) == 1
        clerk.session.resume(drafts[0].visit)
        assert clerk.visit.state.module == M01


def test_K7_the_command_does_so_too(
    server: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = begun(tmp_path, server.base_url, 83)
    path.write_bytes(b"")
    set_aside_at_login(tmp_path, server.base_url)
    (place,) = tmp_path.glob("accounts/*/set-aside-*")

    def command(password: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
        code = main.main(["--data", str(tmp_path), "--recover", CLERK])
        return code, capsys.readouterr().out

    assert command("wrong")[0] == 1
    code, said = command(PASSWORD)

    assert (code, "找回了 0 件" in said) == (0, True)
    assert (place / "recovered.txt").exists()
    assert "没有需要找回的数据" in command(PASSWORD)[1]


def test_K3_a_page_that_goes_bad_while_the_program_runs_is_told_and_set_aside_at_the_next_login(
    server: RunningServer, tmp_path: Path
) -> None:
    path = begun(tmp_path, server.base_url, 84)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    with a_workplace(tmp_path, server.base_url) as clerk:
        clerk.login(CLERK, PASSWORD)
        clerk.wait_for(lambda: clerk.code == "store_suspect", "the word about the damage")

    set_aside_at_login(tmp_path, server.base_url)
