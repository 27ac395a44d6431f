"""The spec reader: plain English in, criteria with their quotes out, and everything else named as not understood.

A spec becomes tokens (``tokens``), blocks (``blocks``) and sentences (``outline``). The grammar (``grammar``) finds out
what each sentence does to what; the phrases that it meets on the way come from the tables beside the checks (``phrases``),
their typed slots from ``slots``, the words in between from ``lexicon``. Whatever no rule consumed is ``Uncovered``.
What does not live here: the checks themselves (``tools.checks``). Start with ``reader.py``.
"""
