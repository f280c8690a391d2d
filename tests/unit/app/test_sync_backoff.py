"""Waiting between attempts: full jitter from one second to five minutes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.sync.backoff import LONGEST_S, SHORTEST_S, delay_s


@given(attempts=st.integers(min_value=0, max_value=10**6), share=st.floats(min_value=0, max_value=1, exclude_max=True))
def test_im3_every_delay_lies_between_one_second_and_five_minutes(attempts: int, share: float) -> None:
    assert SHORTEST_S <= delay_s(attempts, lambda: share) <= LONGEST_S


def test_the_ceiling_doubles_and_the_whole_range_below_it_is_used() -> None:
    assert delay_s(3, lambda: 0.999) > 7.9
    assert delay_s(3, lambda: 0.0) == SHORTEST_S
    assert delay_s(50, lambda: 0.5) == LONGEST_S / 2
