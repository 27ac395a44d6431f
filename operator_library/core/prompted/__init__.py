"""Operators that ask a model, row by row: generate, judge, filter, refine, extract, label, translate, compare, vote.

What lives here: value-form operators over ``context.models`` and, under ``prompts/``, their templates (``engine/prompts.py``
renders them). What does not: prompts that know a domain, and vectors (``core/vectors``). Start with ``judging.py``. Every
operator here asks for a shape of answer rather than searching prose for one, and an answer that does not come quarantines its row.
"""
