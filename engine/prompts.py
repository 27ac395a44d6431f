"""Prompt templates: files with a version, rendered with strict variables into the messages of one request.

A template file is YAML: ``name``, ``version``, ``system``, ``examples``, ``user`` and, where the answer is structured,
``schema``. ``system`` and ``user`` are jinja2 templates; ``user`` may name settings (of the operator, trusted) and data (of the
row, fenced: see ``fencing.py``), ``system`` settings alone. A setting hides data of its name. ``row`` stands for all data;
a ``user`` part that names none is followed by them.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import RowError, UserError, did_you_mean
from .fencing import DATA_RULE, Data, fence_for
from .models import Message
from .operator import RowFields
from .pipeline import explain_validation

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

MAX_CHARACTERS = 20_000
WHOLE_ROW = "row"
"""What a template calls all data together, one after another."""


class PromptExample(BaseModel):
    """One worked example: what the row holds, and the answer that is wanted, as text or as the value of the schema."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    """Settings that differ from those of the request, where an example only fits certain ones."""
    answer: str | dict[str, Any] | list[Any]

    def answer_text(self) -> str:
        """Return the answer as a model would write it."""
        return self.answer if isinstance(self.answer, str) else orjson.dumps(self.answer).decode()


class PromptTemplate(BaseModel):
    """A prompt with its parts. Make one from a file, or from a line of text with ``PromptTemplate(user=...)``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "prompt"
    version: str = "1"
    system: str = ""
    examples: tuple[PromptExample, ...] = ()
    user: str = Field(min_length=1)
    answer_schema: dict[str, Any] | None = Field(default=None, alias="schema")

    @classmethod
    def from_file(cls, path: Path) -> PromptTemplate:
        """Return the template in a YAML file. Raises ``UserError`` when there is none, naming what is wrong with it."""
        try:
            return _parsed(path.read_text(encoding="utf-8"), path.name)
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"Cannot read the prompt {path.name}.", type(error).__name__) from error

    def render(
        self, data: Mapping[str, Any], settings: Mapping[str, Any] | None = None, limit: int = MAX_CHARACTERS
    ) -> list[Message]:
        """Return the messages for one row: the system part, the examples, the request.

        ``limit`` is the number of characters of a value that are shown. Raises ``UserError`` for a variable that is neither
        in ``data`` nor in ``settings`` and for a template that is no jinja2, which fail for every row, and ``RowError`` for
        a template that this row does not fit.
        """
        given = dict(settings or {})
        system = self._filled(self.system, given)
        messages = [Message(role="system", content="\n\n".join(part for part in (system, DATA_RULE) if part))]
        for example in self.examples:
            messages.append(self._request(example.data, {**given, **example.settings}, limit))
            messages.append(Message(role="assistant", content=example.answer_text()))
        return [*messages, self._request(data, given, limit)]

    def fields(self, settings: Collection[str] = ()) -> RowFields:
        """Return the data that a request for a row shows: what the template names besides ``settings``, else all of it.

        What is only asked for, as in ``{% if title is defined %}`` or with the filter ``default``, need not be there.
        Raises ``UserError`` for a template that is no jinja2.
        """
        import jinja2

        try:
            named = _named(self.user).difference(settings)
            optional = named.intersection(_asked_for(self.user))
        except jinja2.TemplateSyntaxError as error:
            raise UserError(f"The prompt `{self.name}` cannot be filled in.", str(error)) from error
        needed = named - optional - {WHOLE_ROW}
        return RowFields(needed, optional, rest=WHOLE_ROW in named or not needed)

    def _request(self, data: Mapping[str, Any], settings: Mapping[str, Any], limit: int) -> Message:
        fence = fence_for(data.values(), limit)
        fenced = {name: Data(name, value, fence) for name, value in data.items()}
        whole_row = "\n\n".join(str(value) for value in fenced.values())
        text = self._filled(self.user, {**fenced, **settings, WHOLE_ROW: whole_row})
        named = _named(self.user).intersection({*fenced, WHOLE_ROW}).difference(settings)
        return Message(role="user", content=text if named else f"{text}\n\n{whole_row}".strip())

    def _filled(self, source: str, variables: Mapping[str, Any]) -> str:
        import jinja2
        from jinja2.exceptions import SecurityError

        try:
            unknown = sorted(_named(source).difference(variables))
            return _compiled(source).render(variables).strip()
        except (jinja2.TemplateSyntaxError, SecurityError) as error:
            raise UserError(f"The prompt `{self.name}` cannot be filled in.", str(error)) from error
        except Exception as error:
            if isinstance(error, jinja2.UndefinedError) and unknown:
                known = did_you_mean(unknown[0], variables)
                raise UserError(
                    f"The prompt `{self.name}` names `{unknown[0]}`, which it is not given.", fix=known
                ) from error
            raise RowError(f"the prompt `{self.name}` cannot be filled in for this row: {error}") from error


@functools.lru_cache(maxsize=64)
def _parsed(text: str, origin: str) -> PromptTemplate:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UserError(f"The prompt {origin} is not YAML.", " ".join(str(error).split())) from error
    if not isinstance(content, dict):
        raise UserError(f"{origin} holds no prompt.", fix="A prompt is a mapping with `user` and perhaps `system`.")
    try:
        return PromptTemplate.model_validate({"name": Path(origin).stem, **content})
    except ValidationError as error:
        raise UserError(f"{origin} is no valid prompt.", explain_validation(error)) from error


def syntax_problem(source: str) -> str | None:
    """Return what is wrong with a template's syntax, or ``None``."""
    import jinja2

    try:
        _environment().parse(source)
    except jinja2.TemplateSyntaxError as error:
        return f"line {error.lineno}: {error.message}"
    return None


@functools.lru_cache(maxsize=256)
def _named(source: str) -> frozenset[str]:
    """The variables that a template names."""
    from jinja2 import meta

    return frozenset(meta.find_undeclared_variables(_environment().parse(source)))


@functools.lru_cache(maxsize=256)
def _asked_for(source: str) -> frozenset[str]:
    """The variables that a template can do without: it asks whether they are there, or jinja2 has one of that name."""
    from jinja2 import nodes

    tree = _environment().parse(source)
    asked = [test.node for test in tree.find_all(nodes.Test) if test.name in ("defined", "undefined")]
    asked += [test.node for test in tree.find_all(nodes.Filter) if test.name in ("default", "d") and test.node]
    return frozenset([*_environment().globals, *(node.name for node in asked if isinstance(node, nodes.Name))])


@functools.lru_cache(maxsize=256)
def _compiled(source: str) -> Template:
    return _environment().from_string(source)


@functools.lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    """Templates may come from models, so they can neither reach into Python objects nor read files."""
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
