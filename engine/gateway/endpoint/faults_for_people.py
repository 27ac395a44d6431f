"""What a fault of the wire means for the run: a row to quarantine, or a reason to stop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ...errors import EndpointError, RowError
from .faults import PassingError, RefusedError, UnusableError


@contextmanager
def faults_for_people() -> Iterator[None]:
    """Raise ``RowError`` or ``EndpointError``, as ``Models`` promises, for a ``WireError`` within."""
    try:
        yield
    except RefusedError as error:
        raise RowError(f"{error} ({error.kind})") from error
    except PassingError as error:
        raise RowError(f"The endpoint gave no answer, tried again in vain. {error}") from error
    except UnusableError as error:
        raise EndpointError(str(error), fix=error.fix) from error
