"""The typed slots of the phrase tables: one file per type, and the table of their names.

A slot is a function from a sentence and a position to what stands there. What does not live here: what a value is used
for (the phrase tables beside the checks). Start with ``slot.py``; to add a slot, write its file and name it in ``SLOTS``.
"""

from __future__ import annotations

from . import bounds, columns, comparisons, languages, likeness, numbers, orders, personal, sizes, splits, words
from .slot import Slot

SLOTS: dict[str, Slot] = {
    "number": numbers.number,
    "whole": numbers.whole,
    "beyond": numbers.beyond,
    "beneath": numbers.beneath,
    "percent": numbers.percent,
    "seeding": numbers.seeding,
    "bound": bounds.value_bound,
    "whole_bound": bounds.whole_bound,
    "share": bounds.share_bound,
    "lost": bounds.lost,
    "comparison": comparisons.comparison,
    "similarity": bounds.similarity,
    "likeness": likeness.likeness,
    "unlikeness": likeness.unlikeness,
    "size": sizes.size,
    "exact_size": sizes.exact_size,
    "unit": sizes.unit,
    "count": sizes.count,
    "bare_count": sizes.bare_count,
    "about_count": sizes.about_count,
    "languages": languages.languages,
    "codes": languages.codes,
    "column": columns.column,
    "columns": columns.columns,
    "ticked_column": columns.ticked_column,
    "all_columns": columns.all_columns,
    "sort_keys": orders.sort_keys,
    "exact_columns": columns.exact_columns,
    "two_columns": columns.two_columns,
    "ticked_columns": columns.ticked_columns,
    "ticked_either": columns.ticked_either,
    "name": columns.new_name,
    "ticked_name": columns.ticked_name,
    "terms": words.terms,
    "bare_terms": words.bare_terms,
    "values": words.values,
    "bracketed": words.bracketed,
    "pattern": words.pattern,
    "plain_terms": words.plain_terms,
    "untidy": words.untidy,
    "start": words.start,
    "ending": words.ending,
    "kinds": personal.kinds,
    "tagged": personal.tagged,
    "replaced": personal.replaced,
    "fractions": splits.fractions,
    "held_out": splits.held_out,
    "two_splits": splits.two_splits,
    "one_split": splits.one_split,
}
