"""Renews the locks in the text of a pipeline file, and leaves the rest of what a person wrote there as it is."""

from __future__ import annotations

import itertools

import yaml

from ...engine.errors import UserError
from ...engine.pipeline import Pipeline


def relocked_text(text: str, locked: Pipeline) -> str:
    """Return ``text`` with the locks of ``locked``, comments kept.

    Where the layout does not allow that (anchors, merged mappings), the pipeline is written anew.
    """
    edited = text
    for start, end, piece in reversed(_edits(text, locked)):
        edited = edited[:start] + piece + edited[end:]
    try:
        return edited if Pipeline.from_yaml(edited) == locked else locked.to_yaml()
    except UserError:
        return locked.to_yaml()


def _edits(text: str, locked: Pipeline) -> list[tuple[int, int, str]]:
    """The pieces to put in place of ``text[start:end]``, in the order of the text."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    steps = _value(root, "steps")
    if not isinstance(steps, yaml.SequenceNode):
        return []
    edits = [
        _edit(text, node, step.lock or "")
        for node, step in zip(steps.value, locked.steps, strict=False)
        if isinstance(node, yaml.MappingNode) and node.value
    ]
    return edits if all(a[1] <= b[0] for a, b in itertools.pairwise(edits)) else []


def _edit(text: str, step: yaml.MappingNode, lock: str) -> tuple[int, int, str]:
    present = _value(step, "lock")
    if present is not None:
        return present.start_mark.index, present.end_mark.index, lock
    if step.flow_style:
        end = text.rindex("}", 0, step.end_mark.index)
        return end, end, f", lock: {lock}"
    operator = _value(step, "operator") or step
    line_end = text.find("\n", operator.end_mark.index)
    place = line_end if line_end >= 0 else len(text)
    return place, place, f"\n{' ' * step.value[0][0].start_mark.column}lock: {lock}"


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)
