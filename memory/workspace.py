"""The workspace: the one folder in which Corpusmith keeps what outlives a run."""

from __future__ import annotations

import os
from pathlib import Path

from ..engine.errors import UserError

ENVIRONMENT_VARIABLE = "CORPUSMITH_HOME"
DEFAULT_FOLDER = ".corpusmith"
_FIX = f"Name a folder that you can write to, with `--workspace` or {ENVIRONMENT_VARIABLE}."


class Workspace:
    """The folders of a workspace; each is made when it is first asked for, none before.

    Raises ``UserError`` when ``root`` is a file, or when a folder cannot be made or written to.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().absolute()
        if self.root.exists() and not self.root.is_dir():
            raise UserError(f"The workspace {self.root} is not a folder.", fix=_FIX)

    @classmethod
    def locate(cls, flag: Path | None = None) -> Workspace:
        """Return the workspace that ``--workspace`` names, else ``CORPUSMITH_HOME``, else ``./.corpusmith``."""
        return cls(flag or Path(os.environ.get(ENVIRONMENT_VARIABLE) or DEFAULT_FOLDER))

    @property
    def operators(self) -> Path:
        """The user's own operators, one ``.py`` file or more."""
        return self._folder("operators")

    @property
    def index(self) -> Path:
        """The operator index; it can be deleted at any time."""
        return self._folder("index")

    @property
    def runs(self) -> Path:
        """The catalogue of runs and whatever a run keeps outside its output folder."""
        return self._folder("runs")

    @property
    def threads(self) -> Path:
        """Conversations and graph state, one file per thread."""
        return self._folder("threads")

    @property
    def cache(self) -> Path:
        """What can be made again at a price: model answers and artifacts by content."""
        return self._folder("cache")

    def _folder(self, name: str) -> Path:
        folder = self.root / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"The workspace folder {folder} cannot be made.", f"{error.strerror}.", _FIX) from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise UserError(f"The workspace folder {folder} cannot be written to.", fix=_FIX)
        return folder
