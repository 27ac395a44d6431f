"""What tests of the engine share: the library's operators."""

from __future__ import annotations

import pytest

import corpusmith.operator_library
from corpusmith.engine.registry import Registry


@pytest.fixture(scope="session")
def library() -> Registry:
    """The operators of the library."""
    made = Registry()
    made.add_package(corpusmith.operator_library)
    return made
