"""Lines: reading each sentence in its place, with what the headings and the lines above its list lend to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .asides import core, is_reason, replace_tokens, restates, without_brackets, without_label
from .clause import Clause
from .columns import ColumnNames
from .context import asks, is_context, is_summary, only_clean, opens_as_context
from .facts import Fact
from .grammar import UNKNOWN, Manner, read_clauses
from .headings import Heading, heading, is_plain_title, named_languages, named_numbers, names_a_demand, opener
from .lexicon import Lexicon
from .outline import Line
from .places import names_column
from .scan import Scan
from .tokens import Token

LONGEST_SENTENCE = 300
TOLD = "says how the input is, or how the output must be?"
_ASKING = ("only", "no", "must", "at_least", "at_most", "keep", "drop", "remove", "mask", "without", "fix")


@dataclass(frozen=True)
class Piece:
    """A stretch of the spec: what it says, or why it is not understood."""

    start: int
    end: int
    facts: tuple[Fact, ...] = ()
    why: str | None = None
    title_of: tuple[str, ...] = ()
    """For a heading that names languages: their codes. The spec may ask for them further down."""
    summary: bool = False
    """A sentence that only announces the rest, if there is a rest."""


@dataclass
class LineReader:
    """Reads the lines of one spec, in order."""

    lexicon: Lexicon
    columns: ColumnNames
    _roles: dict[int, Heading] = field(default_factory=dict)
    _told: set[int] = field(default_factory=set)
    """Where sentences begin that were read together with the one before them."""

    def read(self, line: Line) -> list[Piece]:
        """Return what a line says."""
        if line.label or line.tokens[0].start in self._told:
            return []
        if line.block.kind == "heading":
            return self._heading(line)
        if line.block.kind == "code":
            return [_unread(line.tokens, "a block of code; say in words what it is for")]
        roles = [(parent, self._role(parent)) for parent in line.parents]
        doubt = next((parent for parent, role in roles if role.role == "doubtful" or role.unknown), None)
        if doubt is not None:
            return [] if self._is_context(line) else [_unread(line.tokens, f"stands under {_shown(doubt)}")]
        told = next((parent for parent, role in roles if role.role == "telling"), None)
        if told is not None:
            quiet = not asks(self._scan(line.tokens), 0)
            return [] if quiet else [_unread(line.tokens, f"stands under {_shown(told)}, which only describes")]
        if line.opens_list:
            return self._opener(line)
        if line.children:
            role = self._role(line).role
            if role != "title":
                return self._scoping(line) if role == "doubtful" else self._frame(line)
        return self._sentence(line)

    def _role(self, line: Line) -> Heading:
        key = line.tokens[0].start
        if key not in self._roles:
            scan = self._scan(line.tokens)
            if line.block.kind == "heading":
                self._roles[key] = heading(scan, is_title=line.is_title)
            else:
                self._roles[key] = self._above_list(line, scan)
        return self._roles[key]

    def _above_list(self, line: Line, scan: Scan) -> Heading:
        """What a line above a list lends to it: nothing when it is a demand of its own or only says for which rows."""
        clauses = self._clauses(line.tokens, Manner(in_item=True))
        if line.goes_on:
            return Heading("doubtful")
        if not _understood(clauses):
            return opener(scan) if line.opens_list else Heading("open", tuple(line.tokens))
        scoping = not self._demands(line, scan) or any(clause.open_list for clause in clauses)
        return Heading("doubtful" if scoping else "title")

    def _heading(self, line: Line) -> list[Piece]:
        role = self._role(line)
        scan = self._scan(line.tokens)
        complete = self._clauses(line.tokens, Manner(in_item=True))
        if _understood(complete) and self._demands(line, scan):
            self._roles[line.tokens[0].start] = Heading("title")
            return _pieces(scan, complete)
        if role.role == "frame":
            return self._frame(line)
        doubtful = role.role == "doubtful" or (names_a_demand(scan) and not is_plain_title(scan))
        if role.role != "telling" and (doubtful or named_numbers(scan)):
            languages = named_languages(scan) if role.role == "title" and not named_numbers(scan) else ()
            why = "a heading that may ask for something"
            only_named = line.is_title and only_clean(scan) and not languages and not named_numbers(scan)
            return [Piece(*_span(line.tokens), why=why, title_of=languages, summary=only_named)]
        return []

    def _opener(self, line: Line) -> list[Piece]:
        role = self._role(line)
        scan = self._scan(line.tokens)
        if _understood(self._clauses(line.tokens, Manner(in_item=True))) and role.role == "title":
            return self._alone(line, scan)
        if role.role in ("title", "telling") or is_context(scan) or is_summary(scan):
            if role.role != "telling":
                describing = is_context(scan) and any(
                    scan.one_of("telling_verbs", at) is not None for at in range(len(scan))
                )
                told = Heading("doubtful") if describing else replace(role, role="title")
                self._roles[line.tokens[0].start] = told
            return []
        if role.role == "doubtful":
            return self._scoping(line)
        return self._frame(line)

    def _scoping(self, line: Line) -> list[Piece]:
        """A demand above a list, or words that only say for which rows the list holds."""
        if self._demands(line, self._scan(line.tokens)):
            return self._alone(line, self._scan(line.tokens))
        return [_unread(line.tokens, "says for which rows the list holds; checks hold for all rows")]

    def _demands(self, line: Line, scan: Scan) -> bool:
        """Say whether a line with lines under it demands something itself; *French documents* only says for which rows."""
        return not line.children or any(
            scan.one_of(name, at) is not None for at in range(len(scan)) for name in _ASKING
        )

    def _frame(self, line: Line) -> list[Piece]:
        """A line that lends its words is accounted for when a line under it is read with them."""
        direct = [child for child in line.children if child.block.kind in ("item", "paragraph", "table")]
        acting = self._role(line).role == "frame" and bool(direct) and all(map(self._acts, direct))
        if acting or any(self._with_parents(child) is not None for child in direct):
            return []
        return [_unread(line.tokens, UNKNOWN)]

    def _sentence(self, line: Line) -> list[Piece]:
        line = replace(line, tokens=core(self._scan(line.tokens)))
        scan = self._scan(line.tokens)
        if self._says_nothing(line, scan):
            return []
        if len(line.tokens) > LONGEST_SENTENCE:
            return [_unread(line.tokens, f"a sentence of more than {LONGEST_SENTENCE} words")]
        lending = [role for role in map(self._role, line.parents) if role.role in ("frame", "open")]
        if lending:
            found = self._with_parents(line)
            if found is not None:
                return found
            if lending[-1].role == "open" or not self._acts(line):
                if is_context(scan, carried_on=self._goes_on_telling(line)):
                    return []
                alone = self._with_own_verb(line, scan, lending[-1])
                if alone is not None:
                    return alone
                return [_unread(line.tokens, f"stands under {_shown(line.parents[-1])}, and does not fit it")]
        return (
            self._continuing(line) or self._cleaned_away(line) or self._completed(line, scan) or self._alone(line, scan)
        )

    def _cleaned_away(self, line: Line) -> list[Piece] | None:
        """Under *Cleaning*, *HTML tags* and nothing more are to be taken out."""
        if line.block.kind != "item" or not any(self._role(parent).listing for parent in line.parents):
            return None
        tokens = [replace(line.tokens[0], kind="word", text="mask"), *line.tokens]
        clauses = self._clauses(tokens, Manner(in_item=True))
        if _understood(clauses) and not _understood(self._clauses(line.tokens, Manner(in_item=True))):
            return _pieces(self._scan(tokens), clauses, from_token=1)
        return None

    def _completed(self, line: Line, scan: Scan) -> list[Piece] | None:
        """Read *Sort by year. Descending.* as one sentence: the second says more about the very demand of the first."""
        after = line.following
        if after is None or after.children or self._is_context(after):
            return None
        manner = Manner(in_item=line.block.kind == "item")
        first = self._clauses(line.tokens, manner)
        if not _understood(first) or _understood(self._clauses(after.tokens, manner)):
            return None
        end = line.tokens[-1].end
        for joint in ([], [Token("mark", ",", end, end, ",")]):
            tokens = [*line.tokens, *joint, *after.tokens]
            both = self._clauses(tokens, manner)
            if _understood(both) and _checks(both) == _checks(first):
                self._told.add(after.tokens[0].start)
                return _pieces(self._scan(tokens), both)
        return None

    def _with_own_verb(self, line: Line, scan: Scan, above: Heading) -> list[Piece] | None:
        """A whole sentence stands by itself under *What to keep*; under *What must go* only one with a modal does."""
        if above.role != "frame":
            return None
        clauses = self._clauses(line.tokens, Manner())
        keeping = any(scan.lexicon.words("keep") & {token.text} for token in above.frame)
        obliging = any(scan.one_of("must", at) is not None for at in range(len(scan)))
        whole = _understood(clauses) and all(clause.strong for clause in clauses)
        return _pieces(scan, clauses) if whole and (keeping or obliging) else None

    def _is_context(self, line: Line) -> bool:
        return self._says_nothing(line, self._scan(line.tokens)) or is_context(self._scan(line.tokens))

    def _continuing(self, line: Line) -> list[Piece] | None:
        """Read the second half of *Each document must:*, which says nothing alone."""
        above = line.parents[-1] if line.parents and line.parents[-1].opens_list else None
        frame = self._role(above).frame if above is not None else ()
        alone = self._clauses(line.tokens, Manner(in_item=True))
        if not frame or _understood(alone):
            return None
        tokens = [*frame, *line.tokens]
        clauses = self._clauses(tokens, Manner(in_item=True, lent=len(frame)))
        return _pieces(self._scan(tokens), clauses, from_token=len(frame)) if _understood(clauses) else None

    def _alone(self, line: Line, scan: Scan) -> list[Piece]:
        scan.after_column = line.previous is not None and self._names_column(line.previous)
        filtering = any(self._role(parent).filtering for parent in line.parents)
        manner = Manner(in_item=line.block.kind in ("item", "table"), listed_as_filter=filtering)
        scan, clauses = self._set_aside(scan, manner)
        if opens_as_context(scan) and any(clause.facts and not clause.strong for clause in clauses):
            return [] if is_context(scan) else [_unread(line.tokens, TOLD)]
        if not any(clause.facts for clause in clauses):
            if is_context(scan, carried_on=self._goes_on_telling(line)):
                return []
            if is_summary(scan):
                return [Piece(*_span(line.tokens), why="names no requirement", summary=True)]
        return _pieces(scan, clauses)

    def _set_aside(self, scan: Scan, manner: Manner) -> tuple[Scan, list[Clause]]:
        """Read a sentence, where need be without its label and without brackets that say the same again."""
        clauses = read_clauses(scan, manner)
        if _understood(clauses):
            return scan, clauses
        labelled = replace_tokens(scan, without_label(scan))
        if len(labelled) < len(scan):
            found = self._set_aside(labelled, manner)
            if any(clause.facts for clause in found[1]):
                return found
        tokens, inside = without_brackets(scan)
        if inside and tokens:
            outer = replace_tokens(scan, tokens)
            reduced = read_clauses(outer, manner)
            scans = [self._scan(inner) for inner in inside if inner]
            if _understood(reduced) and all(restates(inner, reduced) or is_reason(inner) for inner in scans):
                return outer, reduced
        return scan, clauses

    def _goes_on_telling(self, line: Line) -> bool:
        """Say whether the sentences before it in its paragraph only describe."""
        previous = line.previous
        if previous is None:
            return False
        return is_context(self._scan(previous.tokens), carried_on=self._goes_on_telling(previous))

    def _names_column(self, line: Line) -> bool:
        scan = self._scan(line.tokens)
        return any(names_column(scan, at) for at in range(len(scan)))

    def _says_nothing(self, line: Line, scan: Scan) -> bool:
        if line.block.kind == "table":
            return all(
                scan.one_of("table_head", at) is not None or token.text in (":", "|")
                for at, token in enumerate(line.tokens)
            )
        return scan.skip("neutral", 0) == len(scan) or (line.colon and is_plain_title(scan))

    def _with_parents(self, line: Line) -> list[Piece] | None:
        """Read a line with the words that stand above it; ``None`` where that is not understood to the last word."""
        lending = [role for role in map(self._role, line.parents) if role.role in ("frame", "open")]
        prefixes = [lending[-1].frame] if lending else []
        if len(lending) > 1:
            prefixes.append((*lending[-2].frame, *lending[-1].frame))
        for prefix in prefixes:
            tokens = [*prefix, *line.tokens]
            if len(tokens) > LONGEST_SENTENCE:
                continue
            scan, clauses = self._set_aside(self._scan(tokens), Manner(in_item=True, lent=len(prefix)))
            if _understood(clauses) and scan.tokens[: len(prefix)] == tokens[: len(prefix)]:
                return _pieces(scan, clauses, from_token=len(prefix))
        return None

    def _acts(self, line: Line) -> bool:
        """Say whether a line begins with an action of its own."""
        scan = self._scan(line.tokens)
        start = scan.skip("neutral", 0)
        return any(scan.one_of(name, start) is not None for name in ("keep", "drop", "remove", "strip", "mask", "fix"))

    def _clauses(self, tokens: Sequence[Token], manner: Manner) -> list[Clause]:
        return read_clauses(self._scan(tokens), manner) if len(tokens) <= LONGEST_SENTENCE else []

    def _scan(self, tokens: Sequence[Token]) -> Scan:
        return Scan(tokens, self.lexicon, self.columns)


def _understood(clauses: Sequence[Clause]) -> bool:
    return bool(clauses) and all(clause.why is None and clause.facts for clause in clauses)


def _checks(clauses: Sequence[Clause]) -> list[tuple[str, object]]:
    return [(fact.check, fact.column) for clause in clauses for fact in clause.facts]


def _pieces(scan: Scan, clauses: Sequence[Clause], from_token: int = 0) -> list[Piece]:
    pieces = []
    for clause in clauses:
        start, end = max(clause.start, from_token), clause.end
        if start < end:
            pieces.append(Piece(*scan.quote(start, end), clause.facts, clause.why))
    return pieces


def _unread(tokens: Sequence[Token], why: str) -> Piece:
    return Piece(*_span(tokens), why=why)


def _span(tokens: Sequence[Token]) -> tuple[int, int]:
    return tokens[0].start, tokens[-1].end


def _shown(line: Line) -> str:
    return '"' + " ".join(token.raw for token in line.tokens[:8]) + '"'
