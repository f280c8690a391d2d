"""Each reference of the shipped catalogue, broken by machine in its file, is found with file and line."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import resources
from domain.catalogue.parse import parse_catalogue
from domain.catalogue.reading import CatalogueError
from resources.places import places_in

CATALOGUE = resources.folder() / "catalogue"

_KINDS: dict[str, tuple[str, str, str]] = {
    # kind of reference: files, the line and the name in it (group 1), what is said of it
    "fact in a rule": ("rules/rules.toml", r'fact = "([a-z]\w+)"', "no fact or field"),
    "field in a rule": ("rules/rules.toml", r'fact = "([A-Z]\w+)"', "no fact or field"),
    "code in a rule": ("rules/rules.toml", r'"AA\w+", op = "eq", value = "(\w+)"', "is none of its codes"),
    "told text in a rule": (
        "rules/rules.toml",
        r'op = "(?:in|eq)", value = \[?"([^"\d][^"]*)"',
        "is none of its codes",
    ),
    "operator in a rule": ("rules/rules.toml", r'op = "(\w+)"', "not a comparison"),
    "chain of a rule": ("rules/rules.toml", r'^chain = "(\w+)"', "no chain"),
    "act of a rule": ("rules/rules.toml", r'^act = "(\w+)"', "is not one of"),
    "unknown of a rule": ("rules/rules.toml", r'^unknown = "(\w+)"', "is not one of"),
    "fact in a fact": ("rules/facts.toml", r'fact = "([\w.]+)"', "no fact or field"),
    "type of a fact": ("rules/facts.toml", r'^type = "(\w+)"', "is not one of"),
    "maker of a fact": ("rules/facts.toml", r'^maker = "(\w+)"', "is not one of"),
    "field in a form": ("items/*.toml", r'\{ id = "(\w+)"', "no field"),
    "fact in a form": ("items/*.toml", r'fact = "([\w.]+)"', "no fact or field"),
    "text in a form": ("items/*.toml", r'op = "\w+", value = \[?"([^"]+)"', "is none of its codes"),
    "attribute of the card": ("items/*.toml", r'card = "(\w+)"', "is not one of"),
    "word for a default": ("items/*.toml", r'default = "([a-z_]+)"', "is neither a value of"),
    "code of a default": ("items/*.toml", r'default = "(\d+)"', "is neither a value of"),
    "material of a module": ("items/*.toml", r'^id = "(MT\d+)"', "no material"),
    "rule of a module": ("items/*.toml", r'^rules = \[.*"(\w+)"\]', "no business rule"),
    "paper of a module": ("items/*.toml", r'^papers = \[.*"(\w+)"\]', "no paper"),
    "chain of a module": ("items/*.toml", r'^chain = "(\w+)"', "no chain"),
    "mode of a module": ("items/*.toml", r'^mode = "([^"]+)"', "is not one of"),
    "fact that a module registers": ("items/*.toml", r'^registers = "(\w+)"', "no fact"),
    "check of a field": ("forms/fields.toml", r'^checks = \["(\w+)"', "no check"),
    "codes of a field": ("forms/fields.toml", r'^codes = "(\w+)"', "no code list"),
    "kind of a field": ("forms/fields.toml", r'^kind = "(\w+)"', "is not one of"),
    "mask of a field": ("forms/fields.toml", r'^mask = "(\w+)"', "is not one of"),
    "fact in a check": ("forms/checks.toml", r'fact = "(\w+)"', "no fact or field"),
    "text in a check": ("forms/checks.toml", r'op = "eq", value = "([^"]+)"', "is none of its codes"),
    "field in a check": ("forms/checks.toml", r'field = "(\w+)"', "no field"),
    "kind of a check": ("forms/checks.toml", r'^kind = "(\w+)"', "is not one of"),
    "role of an exclusion": ("chains/roles.toml", r'^roles = \["(\w+)", "\w+"\]', "no role"),
    "mode of a risk": ("chains/risks.toml", r'^mode = "([^"]+)"', "is not one of"),
    "key": ("*/*.toml", r"^(hint|note|source|level|family|act|maker|legal_days|min_pages) = ", "unknown key"),
}


def _breaks() -> Iterator[tuple[str, str, int, str, str]]:
    """Each reference of each kind: kind, file, line number, the line broken, what must be said."""
    for kind, (files, pattern, said) in _KINDS.items():
        for path in sorted(CATALOGUE.glob(files)):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                for found in re.finditer(pattern, line):
                    broken = f"{line[: found.start(1)]}{found.group(1)}zz{line[found.end(1) :]}"
                    yield kind, path.relative_to(CATALOGUE).as_posix(), number, broken, said


BREAKS = list(_breaks())


def test_each_kind_of_reference_is_there_to_be_broken() -> None:
    assert Counter(one[0] for one in BREAKS).keys() == _KINDS.keys()


def test_the_shipped_files_have_no_fault() -> None:
    parse_catalogue(resources.load_catalogue_data(), resources.find_catalogue_places)


@pytest.mark.parametrize("kind", _KINDS)
def test_a_broken_reference_is_found_with_file_and_line(kind: str, tmp_path: Path) -> None:
    root = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE, root)
    broken = [one for one in BREAKS if one[0] == kind]
    for _, name, number, line, said in broken[:: max(1, len(broken) // 3)]:
        whole = (CATALOGUE / name).read_text(encoding="utf-8").splitlines()
        whole[number - 1] = line
        (root / name).write_text("\n".join(whole), encoding="utf-8")

        with pytest.raises(CatalogueError) as raised:
            parse_catalogue(resources.load_catalogue_data(root), lambda: resources.find_catalogue_places(root))

        assert any(f.startswith(f"{name}:{number}: ") and said in f for f in raised.value.faults), raised.value.faults
        shutil.copy(CATALOGUE / name, root / name)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "items").mkdir()
    (tmp_path / "items" / "X.toml").write_text("a = 1\nb = = 2\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"items/X\.toml: .*line"):
        resources.load_catalogue_data(tmp_path)


def test_places_of_everything_that_toml_can_write() -> None:
    text = (
        'a = "x # no comment"  # comment\n'
        "'b.c'.d = [1, { e = 2, f = [ 3 ] },\n"
        "  # between\n"
        '  """two\n'
        'lines""", ]\n'
        "[t]\n"
        "k = 2026-01-01T00:00:00Z\n"
        "[[l]]\n"
        "[[l.m]]\n"
        "n = '''\n'''\n"
        "[[l.m]]\n"
        "[l.m.o]\n"
        "p = true\n"
        "[[l]]\n"
        "q.r = 1\n"
    )

    places = places_in(text, Counter({"l": 2}))

    assert places == {
        "a": 1,
        "b.c": 2,
        "b.c.d": 2,
        "b.c.d[0]": 2,
        "b.c.d[1]": 2,
        "b.c.d[1].e": 2,
        "b.c.d[1].f": 2,
        "b.c.d[1].f[0]": 2,
        "b.c.d[2]": 4,
        "t": 6,
        "t.k": 7,
        "l": 8,
        "l[2]": 8,
        "l[2].m": 9,
        "l[2].m[0]": 9,
        "l[2].m[0].n": 10,
        "l[2].m[1]": 12,
        "l[2].m[1].o": 13,
        "l[2].m[1].o.p": 14,
        "l[3]": 15,
        "l[3].q": 16,
        "l[3].q.r": 16,
    }
