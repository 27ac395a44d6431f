"""Which language a text is written in."""

from __future__ import annotations

from ...engine.declare import operator
from ...engine.operator import Example

UNDETERMINED = "und"
SAMPLE_CHARACTERS = 2_000
_NO_LANGUAGE = "zxx"


@operator(
    kind="evaluate",
    phase="annotate",
    example=Example(
        rows=[
            {"text": "The weather was fine and we walked to the river."},
            {"text": "Das Wetter war schön und wir gingen zum Fluss."},
            {"text": "1234 + 5678"},
        ],
        becomes=[
            {"text": "The weather was fine and we walked to the river.", "language": "en"},
            {"text": "Das Wetter war schön und wir gingen zum Fluss.", "language": "de"},
            {"text": "1234 + 5678", "language": "und"},
        ],
    ),
    use_for=("keep only English documents", "split a corpus by language", "drop texts in other languages"),
    not_for=("single words", "texts that mix languages", "programming languages"),
    aliases=("language identification", "detect the language", "English only"),
)
def language(text: str) -> str:
    """The language of the text as an ISO 639-1 code such as ``en``, or ``und`` for a text in no language.

    Reads ``text``, writes ``language``. Languages without a two-letter code have their ISO 639-3 code (``ceb``). The
    first 2,000 characters from the first letter on decide. The classifier is py3langid, after Lui and Baldwin,
    "langid.py: an off-the-shelf language identification tool" (ACL 2012).
    """
    first_letter = next((position for position, character in enumerate(text) if character.isalpha()), None)
    if first_letter is None:
        return UNDETERMINED
    from py3langid import classify

    code = str(classify(text[first_letter : first_letter + SAMPLE_CHARACTERS])[0])
    return UNDETERMINED if code == _NO_LANGUAGE else code
