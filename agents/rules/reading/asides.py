"""Asides: what may be set aside in a sentence because it asks for nothing: courtesies, reasons, labels, restatements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .clause import Clause
from .context import asks, is_context, names_a_property
from .facts import Fact, NotUnderstoodError, settled
from .labels import label_end
from .places import ROWS, Head
from .predicates import predicates
from .scan import Scan
from .tokens import Token

_BREAKS = (",", ";", "-", "–", "—")


def core(scan: Scan) -> Sequence[Token]:
    """Return a sentence's tokens without the opening of a polite question and without the half that only gives a reason."""
    tokens = scan.tokens[_after_courtesy(scan) :]
    inner = replace_tokens(scan, tokens)
    for at in range(1, len(tokens)):
        start = inner.one_of("consequence", at)
        if start is not None and inner.word(start) not in ("that", "much", "many", "as", ""):
            end = at - 1 if inner.word(at - 1) in _BREAKS else at
            if end < at and is_reason(replace_tokens(scan, tokens[:end])):
                return tokens[start:]
        set_off = inner.word(at - 1) in _BREAKS
        because = inner.one_of("reason", at) is not None and (set_off or inner.word(at) in ("because", "so", "in"))
        if because and not asks(inner, at) and not _numbers(inner, at):
            return tokens[: at - 1] if set_off else tokens[:at]
    return tokens


def replace_tokens(scan: Scan, tokens: Sequence[Token]) -> Scan:
    """Return a scan of other tokens with the same words and columns known."""
    return replace(scan, tokens=tokens, memory={})


def without_label(scan: Scan) -> Sequence[Token]:
    """Return the tokens after a label such as *Length:*, all of them where none stands."""
    end = label_end(scan)
    return scan.tokens[end:] if end < len(scan) else scan.tokens


def without_brackets(scan: Scan) -> tuple[list[Token], list[Sequence[Token]]]:
    """Return the tokens outside of brackets, and what stood in each pair."""
    outside, inside = list[Token](), list[Sequence[Token]]()
    at = 0
    while at < len(scan):
        end = scan.closing(at, ")") if scan.word(at) == "(" else len(scan)
        if end < len(scan):
            inside.append(scan.tokens[at + 1 : end])
            at = end + 1
        else:
            outside.append(scan.tokens[at])
            at += 1
    return outside, inside


def restates(scan: Scan, clauses: Sequence[Clause]) -> bool:
    """Say whether the words of a bracket say again, of the same column, what the clauses around it say."""
    known = [fact for clause in clauses for fact in clause.facts]
    start = scan.skip("neutral", scan.after("that_is", 0))
    if start == len(scan):
        return True
    heads = [ROWS, *(Head((fact.column,)) for fact in known if fact.column is not None)]
    for head in heads:
        try:
            found = predicates(scan, start, head, finite=True)
        except NotUnderstoodError:
            continue
        whole = found is not None and found.end == len(scan)
        if found is not None and whole and all(any(_alike(fact, other) for other in known) for fact in found.facts):
            return True
    return False


def _alike(one: Fact, other: Fact) -> bool:
    return one.check == other.check and one.column == other.column and bool(_senses(one) & _senses(other))


def _senses(fact: Fact) -> frozenset[str]:
    """What a fact demands, and what its opposite does, as far as checks hold either."""
    found = set()
    for side in (fact, fact.denied()):
        try:
            made = settled(side)
        except NotUnderstoodError:
            continue
        found.add(f"{made.check} {sorted(made.params.items(), key=str)}")
    return frozenset(found)


def _after_courtesy(scan: Scan) -> int:
    start = _after_greeting(scan)
    end = scan.one_of("polite", scan.skip("neutral", start))
    if end is not None:
        return scan.skip("neutral", end)
    return start if start < len(scan) and scan.word(start - 1) in (",", "!", ":") else 0


def _after_greeting(scan: Scan) -> int:
    """Return the position after *hey team,* or *hi, quick one for the annotators:*."""
    start = scan.skip("courtesy", 0)
    colon = scan.closing(start, ":")
    greeted = start > 0 and colon < min(start + 12, len(scan) - 1)
    inside = replace_tokens(scan, scan.tokens[start:colon])
    quiet = greeted and not asks(inside, 0) and not _numbers(inside, 0) and not names_a_property(inside)
    return colon + 1 if quiet else start


def is_reason(scan: Scan) -> bool:
    """A declarative half sentence that asks for nothing: *the texts are used to train a model*."""
    if is_context(scan):
        return True
    told = scan.one_of("narrator", scan.skip("neutral", 0)) is not None
    told = told or any(scan.one_of("reason_mark", at) is not None for at in range(len(scan)))
    return told and not asks(scan, 0) and not _numbers(scan, 0) and not names_a_property(scan)


def _numbers(scan: Scan, start: int) -> bool:
    return any(token.kind == "number" for token in scan.tokens[start:])
