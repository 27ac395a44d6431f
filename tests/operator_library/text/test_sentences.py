from __future__ import annotations

import pytest

from corpusmith.operator_library.text.sentences import sentence_count


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", 0),
        ("...", 0),
        ("One. Two! Three?", 3),
        ("Really?! Yes... Well.", 3),
        ("Prof. A. B. Smith met Mrs. Jones at 3.15 p.m. on Monday.", 1),
        ("See e.g. Smith et al. 2020 for more. Berlin is big.", 2),
        ("It costs 3.50. That is fine.", 2),
        ("Version 1.2.3 is out. Get it at example.com now.", 2),
        ('He said "Stop." She did (at once.) Then it rained.', 3),
        ("So did I. You did not.", 2),
        ("A title\n\nThe text begins. It ends.", 3),
        ("今日は晴れです。明日は？「雨だ。」", 3),
        ("यह एक वाक्य है। यह दूसरा है।", 2),
        ("هل تسمع؟ نعم.", 2),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, sentences: int) -> None:
    assert sentence_count(text) == sentences
