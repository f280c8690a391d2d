"""Settings: four layers, each value with its source; nothing misspelt passes; the start stays light."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from app.notices.faults import FaultCode
from app.notices.texts import fault_notice
from app.settings import Endpoint, SettingsFault, default_data_folder, load_settings
from app.sync.endpoint import addresses_on
from hardware.device import DeviceConfig
from hardware.kinds.id_card_reader import ID_CARD_READER

_FILE = """
counter = "3号窗口"
retain_days = 30
zoom = 1.25

[[endpoints]]
url = "https://10.1.2.3:8443/"
profile = "专网"

[[endpoints]]
url = "https://vpn.example.cn"
profile = "VPN"
valid_from = 2026-12-01T08:00:00+08:00

[[devices]]
kind = "id_card_reader"
driver = "sam_serial"
options = { port = "/dev/ttyUSB0" }

[customer_screen]
name = "HDMI-2"
serial = "SN-1"
"""


def written(folder: Path, text: str, name: str = "zonggui.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def fault_of(folder: Path, text: str) -> SettingsFault:
    with pytest.raises(SettingsFault) as caught:
        load_settings(file=written(folder, text))
    return caught.value


def test_a_file_sets_everything_that_it_names(tmp_path: Path) -> None:
    settings = load_settings(file=written(tmp_path, _FILE))

    assert (settings.counter, settings.retain_days, settings.zoom) == ("3号窗口", 30, 1.25)
    assert settings.endpoints[0] == Endpoint(url="https://10.1.2.3:8443", profile="专网")
    assert settings.endpoints[1].valid_from == datetime(2026, 12, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    assert settings.devices == (
        DeviceConfig(kind=ID_CARD_READER, driver="sam_serial", options={"port": "/dev/ttyUSB0"}),
    )
    assert settings.customer_screen.serial == "SN-1"


def test_several_devices_of_a_kind_and_hosts_of_their_own(tmp_path: Path) -> None:
    reader = 'kind = "id_card_reader"\ndriver = "id_card_reader.sam_serial"\n'
    text = f'[[devices]]\nid = "左"\n{reader}host = "旧"\n[[devices]]\nid = "右"\n{reader}simulated = true\n'
    settings = load_settings(file=written(tmp_path, f'{text}[device_hosts]\n"旧" = "/opt/old/zonggui-devices"\n'))

    assert [(one.id, one.host, one.simulated) for one in settings.devices] == [("左", "旧", False), ("右", "", True)]
    assert settings.device_hosts == {"旧": Path("/opt/old/zonggui-devices")}
    fault = fault_of(tmp_path, f"[[devices]]\n{reader}[[devices]]\n{reader}")
    assert (fault.code, fault.facts["key"]) == (FaultCode.SETTINGS_ID_TAKEN, "devices.1.id")
    assert "id_card_reader" in fault.facts["id"]


def test_a_kind_that_there_is_not_is_told_with_those_there_are(tmp_path: Path) -> None:
    fault = fault_of(tmp_path, '[[devices]]\nkind = "teleporter"\ndriver = "teleporter.x"')

    assert (fault.code, fault.facts["key"]) == (FaultCode.SETTINGS_WRONG_VALUE, "devices.0.kind")
    assert "signature_pad" in fault.facts["wanted"]


def test_policy_beats_file_and_the_command_line_beats_both(tmp_path: Path) -> None:
    file = written(tmp_path, 'counter = "file"\nretain_days = 5\nzoom = 1.5')
    policy = written(tmp_path, 'counter = "policy"\nretain_days = 3', "policy.toml")

    settings = load_settings(file=file, policy=policy, arguments={"counter": "argument", "zoom": None})

    assert (settings.counter, settings.retain_days, settings.zoom) == ("argument", 3, 1.5)
    assert settings.sources["counter"] == "command line"
    assert settings.sources["retain_days"] == str(policy)
    assert settings.sources["zoom"] == str(file)
    assert settings.sources["endpoints"] == "default"


@pytest.mark.parametrize("layer", ["file", "policy"])
def test_F15_a_file_that_was_named_and_is_not_there_is_a_fault(tmp_path: Path, layer: str) -> None:
    path = tmp_path / "none.toml"
    with pytest.raises(SettingsFault) as caught:
        load_settings(file=path) if layer == "file" else load_settings(policy=path)

    assert caught.value.code is FaultCode.SETTINGS_UNREADABLE
    assert caught.value.facts["file"].endswith("none.toml")


def test_F15_bytes_of_the_command_line_that_are_no_text_are_refused() -> None:
    with pytest.raises(SettingsFault) as caught:
        load_settings(arguments={"counter": os.fsdecode("三号窗口".encode("gb18030"))})

    assert (caught.value.code, caught.value.facts["key"]) == (FaultCode.SETTINGS_WRONG_VALUE, "counter")


def test_F11_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "zonggui.toml"
    path.write_text('counter = "3号窗口"', encoding="utf-8-sig")

    assert load_settings(file=path).counter == "3号窗口"


@pytest.mark.parametrize(("encoding", "named"), [("gb18030", "GB18030"), ("utf-16", "UTF-16")])
def test_F11_another_encoding_is_named(tmp_path: Path, encoding: str, named: str) -> None:
    path = tmp_path / "zonggui.toml"
    path.write_bytes('counter = "窗口"'.encode(encoding))

    with pytest.raises(SettingsFault) as caught:
        load_settings(file=path)

    assert caught.value.code is FaultCode.SETTINGS_SYNTAX
    assert named in caught.value.facts["why"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, FaultCode.SETTINGS_FILE_UNREADABLE), (b"no certificate", FaultCode.SETTINGS_NO_CERTIFICATE)],
)
def test_F9_an_authority_that_is_not_there_is_named_at_the_start(
    tmp_path: Path, content: bytes | None, code: FaultCode
) -> None:
    authority = tmp_path / "ca.pem"
    if content is not None:
        authority.write_bytes(content)

    fault = fault_of(tmp_path, f"ca_file = '{authority}'")

    assert (fault.code, fault.facts["key"]) == (code, "ca_file")
    assert "ca.pem" in fault_notice(fault.code, fault.facts).why


def test_the_command_line_gives_endpoints_as_plain_addresses() -> None:
    settings = load_settings(arguments={"endpoints": ["http://127.0.0.1:8000/"], "data_folder": "/data"})

    assert settings.endpoints == (Endpoint(url="http://127.0.0.1:8000"),)
    assert settings.data_folder == Path("/data")


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("countre = 'x'", FaultCode.SETTINGS_UNKNOWN_KEY, "countre"),
        ("counter = 3", FaultCode.SETTINGS_WRONG_TYPE, "counter"),
        ("retain_days = true", FaultCode.SETTINGS_WRONG_TYPE, "retain_days"),
        ("retain_days = 1.5", FaultCode.SETTINGS_WRONG_TYPE, "retain_days"),
        ("retain_days = 0", FaultCode.SETTINGS_WRONG_VALUE, "retain_days"),
        ("zoom = nan", FaultCode.SETTINGS_WRONG_VALUE, "zoom"),
        ("use_system_proxy = 'yes'", FaultCode.SETTINGS_WRONG_TYPE, "use_system_proxy"),
        ("endpoints = 'x'", FaultCode.SETTINGS_WRONG_TYPE, "endpoints"),
        ("[[endpoints]]\nurl = 'ftp://x'", FaultCode.SETTINGS_WRONG_VALUE, "endpoints.0.url"),
        ("[[endpoints]]\nurl = 'https://user@x'", FaultCode.SETTINGS_WRONG_VALUE, "endpoints.0.url"),
        ("[[endpoints]]\nprofile = 'x'", FaultCode.SETTINGS_WRONG_TYPE, "endpoints.0.url"),
        ("[[endpoints]]\nurl='http://x'\nvalid=1", FaultCode.SETTINGS_UNKNOWN_KEY, "endpoints.0.valid"),
        ("[[endpoints]]\nurl='http://x'\nvalid_from='1.12.'", FaultCode.SETTINGS_WRONG_TYPE, "endpoints.0.valid_from"),
        ("[[devices]]\nkind='toaster'\ndriver='x'", FaultCode.SETTINGS_WRONG_VALUE, "devices.0.kind"),
        (
            "[[devices]]\nkind='document_camera'\ndriver='x'\noptions={n=1}",
            FaultCode.SETTINGS_WRONG_TYPE,
            "devices.0.options.n",
        ),
        ("customer_screen = 2", FaultCode.SETTINGS_WRONG_TYPE, "customer_screen"),
        ("not toml", FaultCode.SETTINGS_SYNTAX, ""),
    ],
)
def test_bad_input_is_a_fault_that_names_file_and_key(tmp_path: Path, text: str, code: FaultCode, key: str) -> None:
    fault = fault_of(tmp_path, text)

    assert (fault.code, fault.facts.get("key", "")) == (code, key)
    told = fault_notice(fault.code, fault.facts)
    assert "…" not in told.what + told.why + told.next
    assert fault.facts["file"].endswith("zonggui.toml")


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault) as caught:
        load_settings(file=tmp_path)

    assert caught.value.code is FaultCode.SETTINGS_UNREADABLE


def test_a_file_that_is_not_utf8_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "zonggui.toml"
    path.write_bytes('counter = "窗口"'.encode("gb18030"))

    with pytest.raises(SettingsFault) as caught:
        load_settings(file=path)

    assert caught.value.code is FaultCode.SETTINGS_SYNTAX


def test_the_data_folder_follows_the_platform() -> None:
    assert default_data_folder({"XDG_DATA_HOME": "/x"}) == Path("/x/zonggui")
    assert default_data_folder({}).name == "zonggui"
    assert load_settings().data_folder.name == "zonggui"


def test_im4_an_address_takes_over_at_its_published_time() -> None:
    switch = datetime(2026, 12, 1, tzinfo=UTC)
    endpoints = (
        Endpoint(url="https://old", profile="专网"),
        Endpoint(url="https://new", profile="专网", valid_from=switch),
        Endpoint(url="https://vpn", profile="VPN"),
        Endpoint(url="https://later", profile="later", valid_from=switch),
    )

    assert addresses_on(endpoints, switch - timedelta(seconds=1)) == ("https://old", "https://vpn")
    assert addresses_on(endpoints, switch) == ("https://new", "https://vpn", "https://later")
    assert addresses_on((), switch) == ()


_START = """
import sys
import app.settings, app.store.store, app.store.keys, app.store.vault
import app.sync.loop, app.sync.line, app.sync.report
heavy = {"pydantic", "requests", "urllib3", "keyring", "cryptography", "argon2", "sqlcipher3", "PySide6"}
print(sorted(heavy & set(sys.modules)))
"""


def test_the_start_of_the_client_loads_neither_network_nor_cryptography() -> None:
    done = subprocess.run([sys.executable, "-c", _START], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_U19_how_pages_are_taken_and_receipts_printed_is_one_of_two_words() -> None:
    settings = load_settings(arguments={"take_page": "key", "print_receipt": "auto"})
    assert (settings.take_page, settings.print_receipt) == ("key", "auto")

    for key in ("take_page", "print_receipt"):
        with pytest.raises(SettingsFault) as caught:
            load_settings(arguments={key: "sometimes"})
        assert caught.value.facts["key"] == key


_WRONG = """countre = "3号窗口"
retain_days = 0

[[endpoints]]
url = "https://10.1.2.3:8443/"

[[endpoints]]
url = "ftp://x"
profile = 3

[[devices]]
kind = "toaster"
driver = "x"
"""


def test_every_fault_of_every_layer_is_told_at_once_with_its_line_and_what_to_write(tmp_path: Path) -> None:
    policy = written(tmp_path, "zoom = 'large'", "policy.toml")
    with pytest.raises(SettingsFault) as caught:
        load_settings(file=written(tmp_path, _WRONG), policy=policy, arguments={"take_page": "sometimes"})

    found = [(one.facts["key"], one.facts["line"]) for one in caught.value.all]
    assert found == [
        ("countre", " 第 1 行"),
        ("retain_days", " 第 2 行"),
        ("endpoints.1.url", " 第 8 行"),
        ("endpoints.1.profile", " 第 9 行"),
        ("devices.0.kind", " 第 12 行"),
        ("zoom", " 第 1 行"),
        ("take_page", ""),
    ]
    told = [fault_notice(one.code, one.facts) for one in caught.value.all]
    assert "counter" in told[0].why, "what it may be called"
    assert "1–3650" in told[1].why
    assert "policy.toml 第 1 行 中的“zoom”应为：数字" in told[5].why


@pytest.mark.parametrize("text", ["counter = x", "not toml", '[[devices]\nkind = "a"', 'a = "open', "a = 1\na = 2"])
def test_what_is_no_toml_is_told_by_line_and_in_chinese(tmp_path: Path, text: str) -> None:
    why = fault_of(tmp_path, text).facts["why"]

    assert re.match(r"第 \d+ 行看不懂：", why)
    assert text.splitlines()[-1 if text.startswith("a = 1") else 0] in why
    assert "名称 = 值" in why
    assert not re.search(r"[A-Za-z]{3,} [a-z]{3,}", why.replace(text, "")), "no words of the reader"


def test_a_file_that_is_not_there_is_told_in_chinese(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault) as caught:
        load_settings(file=tmp_path / "none.toml")

    assert caught.value.facts["why"] == "没有这个文件或文件夹"
