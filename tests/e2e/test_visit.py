"""The whole visit with real processes: what it leaves at the counter, at the server and in the applicant's hand."""

from __future__ import annotations

import json
import subprocess
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import zxingcpp
from PIL import Image

from tests.e2e.play import ANSWERS, Play, play
from tests.helpers.central_server import running_server

AT_THE_COUNTER = (
    "登录-wangfang",
    "选择事项",
    "填写表单",
    "高拍仪预览",
    "材料齐全",
    "群众核对",
    "群众签名",
    "签名完成",
    "受理完成",
    "回执已打印",
    "群众屏清空",
)
AT_THE_COUNTY = ("登录-lijun", "复核", "复核通过")
NEW_TO_THE_APPLICANT = ("选择事项", "群众核对", "群众签名", "受理完成", "群众屏清空")
APPLICANT = ("乌兰·测试", "159999200402290118", ANSWERS["AAE005"], "东升嘎查一组8号")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Play, Path]:
    """One visit for all tests of this module."""
    out, work = tmp_path_factory.mktemp("out"), tmp_path_factory.mktemp("work")
    return play(out / "pictures", work, say=lambda text: None), work


@pytest.mark.timeout(300)
def test_IM_6c_township_accepts_county_reviews_and_the_case_is_archived(played: tuple[Play, Path]) -> None:
    archive = played[0].archive

    assert archive is not None
    manifest = json.loads((archive / "manifest.json").read_text(encoding="utf-8"))
    files = manifest["files"]
    assert {name for name in files if name.startswith("pages/")} == {
        str(page.relative_to(archive)) for page in (archive / "pages").iterdir()
    }
    assert len([name for name in files if name.startswith("pages/")]) == 3
    assert all(sha256((archive / name).read_bytes()).hexdigest() == digest for name, digest in files.items())


@pytest.mark.timeout(300)
def test_SJZ_3_the_dossier_holds_form_signature_and_the_whole_course(played: tuple[Play, Path]) -> None:
    archive = played[0].archive

    assert archive is not None
    case = (archive / "case.json").read_text(encoding="utf-8")
    trail = (archive / "audit.json").read_text(encoding="utf-8")
    assert "159999200402290118" in case
    assert (archive / "signature.png").read_bytes().startswith(b"\x89PNG")
    assert "wangfang" in trail
    assert "lijun" in trail


@pytest.mark.timeout(300)
def test_XY_5_the_receipt_is_a_pdf_whose_code_leads_to_the_progress_page(
    played: tuple[Play, Path], tmp_path: Path
) -> None:
    pdf = played[0].out / "受理回执.pdf"

    subprocess.run(["pdftoppm", "-r", "150", "-png", str(pdf), str(tmp_path / "page")], check=True)
    (code,) = zxingcpp.read_barcodes(Image.open(next(tmp_path.glob("page*.png"))).convert("L"))
    with running_server(played[1] / "server", port=urlsplit(code.text).port or 0):
        page = requests.get(code.text, timeout=20)

    assert page.status_code == 200
    for shown in (played[0].receipt_no, "已办结", "测试镇便民服务中心", "0471-0000001"):
        assert shown in page.text


@pytest.mark.timeout(300)
def test_LS_2_the_printer_gets_the_receipt_that_the_clerk_sees(played: tuple[Play, Path]) -> None:
    pdf = played[0].out / "受理回执.pdf"

    text = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout

    assert played[0].receipt_no.replace("-", "") in "".join(text.split())


@pytest.mark.timeout(300)
def test_U4_the_applicant_reads_confirms_and_signs_in_four_touches(played: tuple[Play, Path]) -> None:
    assert 0 < played[0].touches <= 4


@pytest.mark.timeout(300)
def test_U19_a_visit_takes_no_more_than_twelve_presses_beyond_the_applicants_data(played: tuple[Play, Path]) -> None:
    assert 0 < played[0].actions <= 12


@pytest.mark.timeout(300)
def test_no_personal_data_in_the_clear_in_any_file_of_the_client(played: tuple[Play, Path]) -> None:
    folders = [played[1] / "counter-1", played[1] / "counter-2"]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    files += [folder.with_name(f"{folder.name}.log") for folder in folders]
    clear = [word.encode(code) for word in APPLICANT for code in ("utf-8", "utf-16-le", "gb18030")]
    pictures = [b"\xff\xd8\xff\xe0\x00\x10JFIF", b"\x89PNG\r\n"]  # long enough not to occur by chance

    found = [(file.name, word) for file in files for word in clear + pictures if word in file.read_bytes()]

    assert len(files) > 4
    assert found == []


@pytest.mark.timeout(300)
def test_CARD_4_the_customers_screen_follows_the_visit_beside_the_clerks(played: tuple[Play, Path]) -> None:
    clerk, customer = (_pictures(played[0].out, screen) for screen in ("柜员屏", "群众屏"))
    followed = [step for before, step in pairwise(AT_THE_COUNTER) if customer[step] != customer[before]]

    assert tuple(clerk) == tuple(customer) == AT_THE_COUNTER + AT_THE_COUNTY
    assert all(clerk[step] != clerk[before] for before, step in pairwise(AT_THE_COUNTER))
    assert set(followed) >= set(NEW_TO_THE_APPLICANT)


def _pictures(folder: Path, screen: str) -> dict[str, bytes]:
    """What a screen showed at each step, in order."""
    files = sorted(folder.glob(f"*-{screen}.png"))
    return {file.stem[3:].removesuffix(f"-{screen}"): Image.open(file).tobytes() for file in files}


@pytest.mark.timeout(300)
def test_nothing_unexpected_was_printed_by_the_clients(played: tuple[Play, Path]) -> None:
    logs = [(played[1] / f"counter-{number}.log").read_text(encoding="utf-8") for number in (1, 2)]

    assert logs == ["", ""]
