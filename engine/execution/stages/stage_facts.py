"""What decides the rows of a stage besides its input, its locked steps and the seed."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from typing import Any

from ...checking.model_check import identities_of
from ...distributions import distributions_of
from ...operator import Artifact, Operator
from ...pipeline import Step


def facts_of(
    step: Step, operator: Operator, artifacts: Mapping[str, Artifact], services: Mapping[str, Any]
) -> dict[str, Any]:
    """Return, as JSON, the Python and the distributions that a step runs on, its artifacts and the models that answer it."""
    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        "distributions": distributions_of(operator),
        "artifacts": {name: artifact.fingerprint for name, artifact in artifacts.items()},
        "models": identities_of(step, operator, services),
    }
