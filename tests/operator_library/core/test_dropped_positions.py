from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusmith.operator_library.core.dropped_positions import DroppedPositions


@given(st.lists(st.booleans()))
def test_it_is_the_dict_that_it_stands_for(flags: list[bool]) -> None:
    dropped = DroppedPositions(np.array(flags, dtype=np.bool_), "because")
    plain = {position: "because" for position, flag in enumerate(flags) if flag}
    assert dropped == plain
    assert (list(dropped), len(dropped), sorted(dropped.items())) == (list(plain), len(plain), sorted(plain.items()))
    assert all((position in dropped) == (position in plain) for position in range(-2, len(flags) + 2))


def test_a_kept_position_has_no_reason() -> None:
    with pytest.raises(KeyError):
        DroppedPositions(np.array([True, False]), "because")[1]
