"""The tool that changes the code on purpose changes what it says, and nothing else."""

from __future__ import annotations

import ast

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
    assert all(ast.dump(ast.parse(text)) != ast.dump(ast.parse(_SOURCE)) for text in changed)


def test_the_draw_is_the_same_for_the_same_seed() -> None:
    assert draw(20, 7) == draw(20, 7)
    assert draw(20, 7) != draw(20, 8)
