"""Pipelines as Python classes: a ``Module`` composes operators in ``forward`` and is the same data as its YAML form.

What lives here: modules and their tracing (``module.py``, ``tracing.py``), the names that tables get (``table_names.py``),
and the way back from a pipeline to a class (``python_code.py``). What does not: the pipeline as data (``pipeline.py``),
and whether it can run (``checking``). ``forward`` is called once with symbols instead of rows. Start with ``module.py``.
"""

from .calls import OperatorCall, operators
from .module import Module, trace
from .python_code import class_name_of, to_python
from .symbols import Dataset, FittedArtifact
from .top_ups import top_up
from .tracing import OutputOf, output

__all__ = [
    "Dataset",
    "FittedArtifact",
    "Module",
    "OperatorCall",
    "OutputOf",
    "class_name_of",
    "operators",
    "output",
    "to_python",
    "top_up",
    "trace",
]
