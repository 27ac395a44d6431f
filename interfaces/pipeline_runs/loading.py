"""From what a command names to a pipeline: a YAML file, a Python file with a module, or a shipped pipeline's name."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from ...engine.errors import UserError, did_you_mean
from ...engine.modules import Module, trace
from ...engine.pipeline import Pipeline
from ...engine.registry import Registry
from ...operator_library.pipelines.shipped import shipped_pipelines

_SUFFIXES = (".yaml", ".yml", ".py")
CHOSEN = "PIPELINE"
"""The name in a Python file that says which of several modules is meant."""


@dataclass(frozen=True)
class LoadedPipeline:
    """A pipeline and the file that it came from; ``shipped`` when it was named."""

    pipeline: Pipeline
    origin: Path
    shipped: bool = False

    @property
    def is_python(self) -> bool:
        """Whether the file is Python, which cannot hold locks."""
        return self.origin.suffix == ".py"


def load_pipeline(named: Path, registry: Registry) -> LoadedPipeline:
    """Return the pipeline that ``named`` stands for; a file comes before a shipped name.

    A Python file is executed. Raises ``UserError`` for a file that is not there or holds no pipeline.
    """
    if named.is_file() or named.suffix in _SUFFIXES or len(named.parts) != 1:
        _refuse_missing(named)
        if named.suffix == ".py":
            return LoadedPipeline(_from_python(named, registry), named)
        return LoadedPipeline(Pipeline.from_file(named), named)
    shipped = shipped_pipelines()
    if named.name not in shipped:
        raise UserError(
            f"There is no file and no shipped pipeline `{named}`.",
            fix=f"{did_you_mean(named.name, shipped)} See: corpusmith pipeline list",
        )
    return LoadedPipeline(shipped[named.name].pipeline(), shipped[named.name].path, shipped=True)


def _refuse_missing(file: Path) -> None:
    if file.is_dir():
        raise UserError(f"{file} is a folder, not a pipeline.", fix="Name a YAML or Python file in it.")
    if not file.exists():
        beside = [each.name for each in file.parent.iterdir()] if file.parent.is_dir() else []
        known = [*(name for name in beside if name.endswith(_SUFFIXES)), *shipped_pipelines()]
        raise UserError(f"There is no pipeline file {file}.", fix=did_you_mean(file.name, known))


def _from_python(file: Path, registry: Registry) -> Pipeline:
    found = _chosen(_executed(file), file)
    if isinstance(found, Pipeline):
        return found.in_folder(file.parent)
    made = _made(found, file) if isinstance(found, type) else found
    return trace(made, registry).in_folder(file.parent)


def _made(module: type[Module], file: Path) -> Module:
    try:
        return module()
    except TypeError as error:
        name = module.__name__
        raise UserError(f"`{name}` in {file} cannot be made.", str(error), f"Write {CHOSEN} = {name}(...).") from error


def _executed(file: Path) -> ModuleType:
    place = hashlib.sha256(str(file.absolute()).encode()).hexdigest()[:8]
    spec = importlib.util.spec_from_file_location(f"corpusmith_pipeline_{place}", file)
    if spec is None or spec.loader is None:
        raise UserError(f"{file} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module
    try:
        spec.loader.exec_module(module)
    except UserError:
        raise
    except Exception as error:
        raise UserError(f"{file} cannot be loaded.", f"{type(error).__name__}: {error}", "Mend the file.") from error
    return module


def _chosen(module: ModuleType, file: Path) -> Module | type[Module] | Pipeline:
    chosen = getattr(module, CHOSEN, None)
    if isinstance(chosen, Module | Pipeline) or (isinstance(chosen, type) and issubclass(chosen, Module)):
        return chosen
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Module) and value.__module__ == module.__name__
    ]
    if len(classes) == 1:
        return classes[0]
    names = ", ".join(f"`{each.__name__}`" for each in classes)
    raise UserError(
        f"{file} holds {len(classes) or 'no'} modules.",
        f"There is {names}." if names else "A pipeline is a class with the base corpusmith.engine.modules.Module.",
        f"Say which one is the pipeline: {CHOSEN} = {classes[-1].__name__ if classes else 'YourModule'}()",
    )
