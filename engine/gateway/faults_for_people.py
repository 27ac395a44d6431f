"""What a fault of the wire means for the run: a row to quarantine, or a reason to stop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import EndpointError, RowError
from .faults import PassingError, RefusedError, UnusableError

_GIVEN_UP_IN_A_ROW = 20


class FaultLine:
    """Turns wire errors into the errors of ``Models``; an endpoint that answers nobody any more stops the run."""

    def __init__(self) -> None:
        self._given_up = 0

    def answered(self) -> None:
        """Note that the endpoint still answers."""
        self._given_up = 0

    @contextmanager
    def mapped(self) -> Iterator[None]:
        """Raise ``RowError`` or ``EndpointError`` for a wire error within."""
        try:
            yield
        except RefusedError as error:
            raise RowError(f"{error} ({error.kind})") from error
        except UnusableError as error:
            raise EndpointError(str(error), fix=error.fix) from error
        except PassingError as error:
            raise self._for_exhausted(error) from error

    def _for_exhausted(self, error: PassingError) -> RowError | EndpointError:
        self._given_up += 1
        if self._given_up < _GIVEN_UP_IN_A_ROW:
            return RowError(f"The endpoint gave no answer, tried again in vain: {error}")
        return EndpointError(
            f"The endpoint answered none of the last {self._given_up} requests.",
            str(error),
            "Look after the endpoint, then give the same command again; what was answered is kept.",
        )
