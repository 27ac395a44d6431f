"""The grammar of a sentence: which clauses it holds, and which of its words no clause accounts for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .actions import LEAVE_ALONE, action
from .clause import Clause, denied, furthest, meant
from .context import summary_end
from .facts import Fact, NotUnderstoodError
from .fragments import fragment
from .modals import modal
from .nouns import noun
from .phrases import longest
from .places import ROWS, Head, location, names_column
from .scan import Scan
from .statements import continued, refused, statement

UNKNOWN = "no check covers this"
CONDITIONAL = "depends on a condition or names an exception; checks hold for all rows"
OF_OTHERS = "changes what another sentence says; say all of it there"
SCOPE = "what stands before the colon may say for which rows this holds"
WHICH_COLUMN = "of which column?"
WISH = 'is a wish; write "must" for a demand'
BESIDES = "narrows which rows are meant, or is it a demand of its own? Write two sentences"
ONE_MORE = "one more kind of row to drop, or a demand of its own? Write it as a sentence"


@dataclass(frozen=True)
class Manner:
    """How a sentence stands in the spec."""

    in_item: bool = False
    lent: int = 0
    """How many tokens at its start were lent by the line above its list (*Drop:*)."""
    listed_as_filter: bool = False
    """It stands under a heading such as *Filters*, which leaves open whether rows stay or go."""


def read_clauses(scan: Scan, manner: Manner) -> list[Clause]:
    """Return the clauses of a sentence in order; those with a ``why`` are what is not understood."""
    if _refers_back(scan):
        return [Clause(0, len(scan), why="does this mean the column, or the whole row? Name it")]
    harmless = _but_columns(scan)
    for name, why in (("condition", CONDITIONAL), ("soft", WISH)):
        places = (at for at in range(len(scan)) if at not in harmless and not _compares_ways(scan, at))
        if any(scan.one_of(name, at) is not None for at in places):
            return [Clause(0, len(scan), why=why)]
    if scan.one_of("speaking_of_others", scan.skip("neutral", 0)) is not None:
        return [Clause(0, len(scan), why=OF_OTHERS)]
    clauses: list[Clause] = []
    at = _after_announcement(scan, scan.skip("neutral", 0))
    head = ROWS
    while at < len(scan):
        previous = clauses[-1] if clauses else None
        found = _accounted(scan, at, manner, head, previous)
        if previous is not None and _narrows_what_went_before(scan, previous, at):
            found = [Clause(previous.start, found[-1].end, why=BESIDES)]
            clauses.pop()
        elif previous is not None and _of_that_column(previous, found[0]):
            found = [Clause(at, found[-1].end, why=WHICH_COLUMN)]
        if _scoped_by_colon(scan, at, found[0]):
            return [*clauses, Clause(at, len(scan), why=SCOPE)]
        clauses += found
        clause = found[0]
        head = clause.head or head
        if at == 0 and clause.why is not None and scan.one_of("scope_opener", 0) is not None:
            return [Clause(0, len(scan), why=clause.why)]
        at = scan.skip("neutral", clauses[-1].end)
    orders = [clause for clause in clauses if any(fact.check == "sorted_rows" for fact in clause.facts)]
    return clauses if len(orders) < 2 else [Clause(0, len(scan), why="two orders in one sentence")]


def _compares_ways(scan: Scan, at: int) -> bool:
    """*Rather than* and *instead of* say what is not to be done; what follows them must be accounted for."""
    return (scan.word(at), scan.word(at + 1)) in (("rather", "than"), ("instead", "of"))


def _but_columns(scan: Scan) -> range:
    """The words of *all columns except*, which names columns and makes no exception."""
    starts = (at for at in range(len(scan)) if scan.one_of("all_columns_but", at) is not None)
    start = next(starts, 0)
    return range(start, scan.after("all_columns_but", start))


def _narrows_what_went_before(scan: Scan, previous: Clause, at: int) -> bool:
    """*drop rows that have emails but no phone numbers*: one kind of row, or two demands?"""
    if scan.one_of("no", at) is None and scan.one_of("without", at) is None:
        return False
    if scan.one_of("no", previous.start) is not None:
        return False
    joint = scan.word(at - 1) if at > previous.end else ""
    counting = any(fact.check == "row_count" for fact in previous.facts)
    return (previous.open_list and joint in ("but", "and", "")) or (counting and joint == "")


def _of_that_column(previous: Clause, clause: Clause) -> bool:
    """*titles at most 100 characters, no emojis*: a property without a subject, right after one of a column."""
    if clause.why is not None or clause.head is not None or not clause.bare:
        return False
    named = [fact for fact in previous.facts if fact.column is not None or "column" in fact.params]
    described = any(fact.check in _OF_TEXTS for fact in named)
    return described and any(fact.rule and fact.over == "text" and fact.column is None for fact in clause.facts)


_OF_TEXTS = frozenset({"length", "language", "letter_case", "clean_text", "no_personal_data", "pattern", "mentions"})


def _scoped_by_colon(scan: Scan, at: int, clause: Clause) -> bool:
    """*News: drop duplicates*, *English: min 50 words*: only a demand may be explained after a colon."""
    colon = next((place for place in range(at + 1, min(at + 5, len(scan))) if scan.word(place) == ":"), None)
    if colon is None or colon + 1 == len(scan) or scan.one_of("sentence_break", colon - 1) is not None:
        return False
    if any(scan.one_of(name, at) is not None for name in ("drop", "remove", "strip", "mask", "keep", "fix")):
        return False
    if clause.why is None:
        return clause.end == colon and not clause.strong and scan.word(colon - 1) != "only"
    return clause.start == at


def _refers_back(scan: Scan) -> bool:
    """Say whether a word such as *it* or *their* may stand for a column that was named before."""
    words = [
        at for at in range(len(scan)) if scan.one_of("reference", at) is not None and not _means_the_whole(scan, at)
    ]
    return bool(words) and (scan.after_column or any(names_column(scan, at) for at in range(words[-1])))


def _means_the_whole(scan: Scan, at: int) -> bool:
    """*Give it to us as JSONL*, *as they are*: words that never stand for one column."""
    handed = scan.word(at) in ("it", "them") and scan.one_of("handed_over", at - 1) is not None
    return handed or scan.one_of("unchanged", at - 1) is not None


def _accounted(scan: Scan, at: int, manner: Manner, head: Head, previous: Clause | None) -> list[Clause]:
    """Return the clause at a position, and after it the words that nothing accounts for, if there are any."""
    clause = _gone_as_well(scan, at, previous) or clause_at(scan, at, manner, head)
    if clause is None:
        away = _takes_away(scan, at)
        return [Clause(at, _next_start(scan, at + 1, manner, strong=away), why=UNKNOWN, open_list=away)]
    if previous is not None and previous.open_list and not clause.strong:
        return [Clause(at, _next_start(scan, clause.end, manner, strong=True), why=ONE_MORE)]
    if clause.why is not None:
        return [replace(clause, end=_next_start(scan, clause.end, manner, strong=True), open_list=True)]
    end = _after_trailing(scan, clause)
    if not clause.strong and scan.one_of("added_too", end) is not None:
        return [Clause(at, scan.skip("neutral", end), why=OF_OTHERS)]
    stop = _next_start(scan, end, manner, strong=False, head=clause.head or head, previous=clause)
    if stop <= scan.skip("neutral", end):
        return [replace(clause, end=max(stop, end))]
    if clause.narrows or _distorted(scan, end, stop, clause.facts):
        return [Clause(at, _next_start(scan, end, manner, strong=True), why=UNKNOWN, open_list=True)]
    return [replace(clause, end=end), Clause(end, stop, why=UNKNOWN)]


def _gone_as_well(scan: Scan, at: int, previous: Clause | None) -> Clause | None:
    """*Rows without a text go, and rows without a score as well.*"""
    dropping = previous is not None and previous.facts and all(fact.means == "drop" for fact in previous.facts)
    if previous is None or not dropping or not previous.narrows:
        return None
    try:
        rows = noun(scan, at)
        end = scan.one_of("added_too", rows.end) if rows is not None else None
        if rows is None or rows.said is None or rows.head.columns or end is None:
            return None
        return Clause(at, end, meant(denied(rows.said), "drop"), narrows=True)
    except NotUnderstoodError:
        return None


def _after_trailing(scan: Scan, clause: Clause) -> int:
    """Return the end of a clause with the words after it that change nothing about what it says."""
    end = clause.end if clause.narrows else scan.after("only", clause.end)
    of_rows = all(fact.rule for fact in clause.facts)
    of_whole = all(fact.check not in ("length", "number_range") for fact in clause.facts)
    ways = {fact.means for fact in clause.facts}
    other_way = {("drop",): ["not_edited", "rest_stays"], ("edit",): ["not_dropped"]}.get(tuple(ways), [])  # type: ignore[arg-type]
    worded = all(fact.check in ("mentions", "no_banned_terms") for fact in clause.facts)
    names = [
        *other_way,
        *(["any_case"] if worded else []),
        "purpose",
        "trailing",
        *(["trailing_rows"] if of_rows else []),
        *(["trailing_whole", "out_of_this"] if of_whole else []),
    ]
    while (stop := max(scan.after(name, end) for name in names)) > end:
        end = stop
    return end


def _after_announcement(scan: Scan, at: int) -> int:
    """Skip *clean this crawl, ...*, which only announces the demands that follow it."""
    label = scan.one_of("label", at)
    if label is not None and scan.word(label) == ":":
        return scan.skip("neutral", label)
    end = summary_end(scan, at)
    return scan.skip("neutral", end) if scan.one_of("sentence_break", end) is not None else at


def _takes_away(scan: Scan, at: int) -> bool:
    """Say whether a word from a position on takes something away, so that what follows could be one more thing to go."""
    names = ("drop", "remove", "not", "no", "without", "dropped", "removed", "goes", "strip", "mask")
    return any(scan.one_of(name, place) is not None for place in range(at, len(scan)) for name in names)


def _distorted(scan: Scan, start: int, end: int, facts: Sequence[Fact]) -> bool:
    """Say whether words left over turn what was read into something else."""
    verb = any(
        scan.one_of(name, start) is not None for name in ("must", "may", "be", "have_finite", "goes", "trailing_whole")
    )
    return (
        verb
        or _goes_on(scan, start, facts)
        or any(scan.one_of("distorting", at) is not None for at in range(start, end))
    )


def _goes_on(scan: Scan, start: int, facts: Sequence[Fact]) -> bool:
    """Say whether words left over are part of a value or a name that was cut short: *forum-like*, *4 digits*, *1/2*."""
    token = scan.token(start)
    following = scan.token(scan.skip("neutral", start))
    glued = token is not None and token.glued and token.text not in (",", ";")
    number = following is not None and following.kind == "number"
    values = any(fact.check in _LISTING for fact in facts) and scan.one_of("sentence_break", start) is None
    elsewhere = any(fact.check == "length" for fact in facts) and location(scan, start)[0] > start
    return glued or number or values or elsewhere or scan.word(start) == ":"


_LISTING = frozenset({"allowed_values", "value_type", "mentions", "no_banned_terms"})


def _next_start(
    scan: Scan, at: int, manner: Manner, *, strong: bool, head: Head = ROWS, previous: Clause | None = None
) -> int:
    """Return where the next clause that can be read begins, counted from its comma or *and*; else the sentence's end."""
    while at < len(scan):
        if scan.one_of("sentence_break", at) is not None:
            start = scan.skip("neutral", at)
            as_well = _gone_as_well(scan, start, previous)
            clause = as_well or (clause_at(scan, start, manner, head) if start < len(scan) else None)
            if start == len(scan) or (clause is not None and _may_follow(scan, at, clause, strong)):
                return at
        elif scan.skip("neutral", at) == len(scan):
            return at
        at += 1
    return len(scan)


def _may_follow(scan: Scan, at: int, clause: Clause, strong: bool) -> bool:
    of_amount = any(fact.check == "row_count" for fact in clause.facts)
    if clause.strong and not of_amount:
        return clause.why is None or not strong
    return not strong and clause.why is None and scan.word(at) in (",", ";", "–", "—")


def clause_at(scan: Scan, at: int, manner: Manner, head: Head) -> Clause | None:
    """Return the clause that reaches furthest from a position, ``None`` where none begins."""
    key = ("clause", at, head)
    if key not in scan.memory:
        scan.memory[key] = _clause_at(scan, at, manner, head)
    found: Clause | None = scan.memory[key]
    return found


def _clause_at(scan: Scan, at: int, manner: Manner, head: Head) -> Clause | None:
    lent = at < manner.lent
    found = [_plain(scan, at, manner, lent, asked=False), continued(scan, at, head), refused(scan, at)]
    opening = scan.one_of("lead_in", at) or _holds_only(scan, at)
    if opening is not None:
        inner = _plain(scan, scan.skip("neutral_article", opening), manner, lent, asked=True)
        found.append(replace(inner, start=at, strong=True) if inner is not None else None)
    return furthest(found)


def _holds_only(scan: Scan, at: int) -> int | None:
    """Return the position of *only* in *the data set shall contain only ...*."""
    whole = scan.one_of("output", scan.skip("article", at))
    verb = modal(scan, whole) if whole is not None else None
    end = scan.one_of("have_finite", verb.end) if verb is not None and not verb.negated and not verb.permits else None
    return end if end is not None and scan.one_of("only", end) is not None else None


def _plain(scan: Scan, at: int, manner: Manner, lent: bool, *, asked: bool) -> Clause | None:
    return furthest(
        [
            _demand(scan, at),
            action(scan, at, lent=lent),
            statement(scan, at, in_item=manner.in_item or asked),
            fragment(scan, at, listed_as_filter=manner.listed_as_filter, asked=asked),
        ]
    )


def _demand(scan: Scan, at: int) -> Clause | None:
    refusal = scan.one_of("do_not", at)
    denied = longest("demand", scan, at) if refusal is not None else None
    if denied is not None:
        return Clause(at, denied[0], (replace(denied[1], means=denied[1].means or "any"),), narrows=True)
    start = scan.skip("article", refusal or at)
    hit = longest("demand", scan, start)
    if hit is None:
        return None
    end, fact = hit
    if refusal is not None:
        return (
            Clause(at, end, (fact.denied(),), narrows=True)
            if fact.check == "kept_share"
            else Clause(at, end, why=LEAVE_ALONE)
        )
    return Clause(at, end, tuple(replace(each, means=each.means or "any") for each in fact.spread()), narrows=True)
