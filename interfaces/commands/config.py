"""``corpusmith config``: what is set, and where that was said."""

from __future__ import annotations

import os
from pathlib import Path

from ...engine.gateway.configuration.config import load_config
from ...memory.workspace import Workspace
from ..rendering.config_text import config_text, shown_settings
from ..terminal import console, print_json


def show(workspace: Path | None, *, origin: bool, as_json: bool) -> int:
    """Print every setting and its value, with ``origin`` also where it comes from; of a key only whether it is set."""
    config = load_config(Workspace.locate(workspace).root)
    shown = shown_settings(config.settings, os.environ)
    if as_json:
        print_json([setting._asdict() for setting in shown])
    else:
        console().print(config_text(shown, origin=origin), soft_wrap=True)
    return 0
