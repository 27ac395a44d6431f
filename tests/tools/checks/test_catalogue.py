from __future__ import annotations

import subprocess
import sys

import pytest

from corpusmith.engine.errors import UserError
from corpusmith.tools.checks.catalogue import describe, rule, rules, template, templates


def test_a_wrong_name_gets_the_nearest_one() -> None:
    with pytest.raises(UserError, match="Did you mean `near_duplicates`"):
        template("near_duplicate")
    with pytest.raises(UserError, match="Did you mean `length`"):
        rule("lenght")


def test_every_check_and_rule_is_filed_under_its_own_name_and_says_what_it_is() -> None:
    for name, entry in (*templates().items(), *rules().items()):
        assert entry.name == name
        assert entry.summary.endswith(".")
        assert type(entry).__doc__
        assert type(entry).__module__.endswith(f".{name}")


def test_a_check_is_described_from_its_name_and_parameters() -> None:
    params = {"rule": "length", "params": {"column": "text", "unit": "words", "min": 50}}
    assert describe("every_row", params) == "Every row's `text` has at least 50 words."
    assert describe("row_count", {"min": 2000}) == "The output has at least 2,000 rows."


def test_no_check_is_imported_before_it_is_asked_for() -> None:
    program = "import sys, corpusmith.tools.checks.catalogue; print([m for m in sys.modules if '.rules' in m or '.dataset' in m])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
