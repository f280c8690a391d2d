"""The tool that changes the code on purpose changes what it says, and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

from coverage import CoverageData

from tests.helpers.recording import Recording, Stage
from tests.mutants import draw, mutants_of

_SOURCE = '''
"""Words are left alone."""
@dataclass(slots=True)
def older(text: "str" = "老", limit=60, strict=True):
    return age(text) >= limit and not strict, f"{1 + 1}"
'''


def test_each_change_is_one_place_of_a_program_that_still_parses() -> None:
    data = _SOURCE.encode()
    mutants = list(mutants_of("older.py", _SOURCE))

    changed = [(data[: m.begin] + m.text.encode() + data[m.end :]).decode() for m in mutants]

    assert [m.before for m in mutants] == [
        "60",
        "True",
        "age(text) >= limit and not strict",
        "age(text) >= limit",
        "not strict",
    ]
    assert [list(m.lines) for m in mutants] == [[4], [4], [5], [5], [5]]
    assert all(ast.dump(ast.parse(text)) != ast.dump(ast.parse(_SOURCE)) for text in changed)


def test_the_draw_is_the_same_for_the_same_seed() -> None:
    assert draw(20, 7) == draw(20, 7)
    assert draw(20, 7) != draw(20, 8)


_MADE = """
LIMIT = 20
class Case:
    risk: int = 1
    def is_old(self, years=60):
        return years > LIMIT
"""


def test_a_place_that_is_run_at_an_import_tells_what_it_helps_to_make() -> None:
    made = {(mutant.before, mutant.name) for mutant in mutants_of("made.py", _MADE)}

    assert made == {("20", "LIMIT"), ("1", "risk"), ("60", "is_old"), ("years > LIMIT", "")}


def test_a_change_is_put_before_the_tests_that_run_it_and_the_quickest_file_comes_first(tmp_path: Path) -> None:
    ran = {
        "": [1, 2],
        "a.py::slow|run": [4],
        "a.py::quick|run": [3, 4],
        "b.py::only|run": [4],
        "b.py::fails_anyway|run": [4],
        "c.py::other|setup": [2],
        "f.py::uses|run": [6],
    }
    contexts = CoverageData(no_disk=True)
    for context, lines in ran.items():
        contexts.set_context(context)
        contexts.add_lines({str(tmp_path / "domain/x.py"): lines})
    seconds = {"a.py::slow": 5.0, "a.py::quick": 1.0, "b.py::only": 2.0, "c.py::other": 1.0, "d.py::far": 1.0}
    seconds |= {"e.py::names": 1.0, "f.py::uses": 2.0}
    (tmp_path / "domain").mkdir()
    (tmp_path / "domain/x.py").write_text("\n" * 5 + "return LIMIT")
    for name in "abcdf":
        (tmp_path / f"{name}.py").write_text("NO_LIMIT")
    (tmp_path / "e.py").write_text("assert x.LIMIT == 5")
    recording = Recording(root=tmp_path, contexts=contexts, seconds=seconds)

    inside = list(recording.stages("domain/x.py", range(3, 5), "", 60.0))
    at_import = list(recording.stages("domain/x.py", range(2, 3), "LIMIT", 60.0))
    never = list(recording.stages("domain/x.py", range(9, 10), "", 60.0))

    assert inside == [Stage(tests=("b.py::only", "a.py::quick", "a.py::slow"), seconds=8.0)]
    assert [stage.tests for stage in at_import] == [
        ("c.py::other",),
        ("e.py::names", "f.py::uses"),
        ("b.py::only", "a.py::quick", "a.py::slow"),
        ("d.py::far",),
    ]
    assert [stage.tests for stage in never] == [()], "a place that nothing runs is caught by nothing"

    hurried = list(recording.stages("domain/x.py", range(2, 3), "", 9.0))
    assert [stage.tests for stage in hurried] == [
        ("c.py::other",),
        (),
        ("b.py::only", "f.py::uses"),
        ("d.py::far", "e.py::names"),
    ], "the near ones leave time for the others"
