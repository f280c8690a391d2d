"""Who an account is, for a login without the line: kept sealed, and read as versions before kept it too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.notices.faults import FaultCode
from app.session.profile import load_profile, save_profile
from app.store.faults import StoreFault
from domain.cases.values import AccountView, Office
from domain.catalogue.values import RoleId

KEY = bytes(32)
CLERK = AccountView(
    user="wangfang",
    name="王芳",
    office=Office(code="159999001", name="测试镇便民服务中心", level="乡镇", phone="0471-0000001"),
    roles=(RoleId("PUB_BIZ"),),
)
BEFORE = {
    "user": "wangfang",
    "name": "王芳",
    "roles": ["PUB_BIZ"],
    "office": ["159999001", "测试镇便民服务中心", "乡镇", "0471-0000001"],
}
"""As commit 5798e1d wrote it, in a note of the store."""


def test_what_was_kept_is_read_again_and_nobody_reads_it_without_the_key(tmp_path: Path) -> None:
    save_profile(tmp_path, KEY, CLERK)

    assert load_profile(tmp_path, KEY, note=None) == CLERK
    assert "王芳".encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    with pytest.raises(StoreFault) as caught:
        load_profile(tmp_path, bytes([1]) * 32, note=None)
    assert caught.value.code is FaultCode.PROFILE_MISSING


def test_what_the_version_before_kept_is_taken_over(tmp_path: Path) -> None:
    assert load_profile(tmp_path, KEY, note=json.dumps(BEFORE).encode()) == CLERK


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"[]",
        b'{"user": "a"}',
        json.dumps(BEFORE | {"roles": "PUB_BIZ"}).encode(),
        json.dumps(BEFORE | {"office": ["1", "2"]}).encode(),
        json.dumps(BEFORE | {"admin": True}).encode(),
    ],
)
def test_bad_input_what_is_no_profile_is_none(tmp_path: Path, note: bytes) -> None:
    with pytest.raises(StoreFault) as caught:
        load_profile(tmp_path, KEY, note=note)

    assert caught.value.code is FaultCode.PROFILE_MISSING
