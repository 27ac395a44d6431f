"""The wall of streaming workers: the engine's sandboxed steps run behind it, over the same launch path as trials."""

from __future__ import annotations

from ..engine.errors import UserError
from .launch.job import Job, Tier
from .launch.staging import Staging
from .limits import Limits
from .outcome import Ending
from .supervision.supervisor import Supervisor


class ConfinedProcess:
    """A worker behind a wall, with what it started; see ``WalledProcess`` of the engine."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    def kill(self) -> None:
        """End the whole tree and wait until it is gone."""
        self._supervisor.stop()

    def ending(self, seconds: float) -> str | None:
        """How it ended, in a few words; see ``WalledProcess`` of the engine."""
        ending = self._supervisor.wait(seconds)
        if ending and ending.outcome == "infrastructure":
            raise UserError("The sandbox failed.", f"{ending.detail}.", "Ask corpusmith doctor.")
        return ending.detail if ending else None


class ConfiningWall:
    """Starts workers behind a wall of one tier; see ``Wall`` of the engine."""

    def __init__(self, tier: Tier, limits: Limits) -> None:
        self._tier, self._limits = tier, limits

    @property
    def tier(self) -> str:
        """The kind of wall, for the manifest."""
        return self._tier.name

    def start(self, module: str, read: int, write: int) -> ConfinedProcess:
        """Run ``module READ WRITE`` behind the wall; see ``Wall`` of the engine."""
        try:
            staging = Staging()
        except OSError as error:
            raise UserError(
                "The sandbox could not be prepared.",
                f"A folder for temporary files cannot be made: {error.strerror}.",
                "Make room there, or name another one in TMPDIR.",
            ) from error

        def ended(ending: Ending, _: list[int]) -> Ending:
            staging.remove()
            return ending

        job = Job(self._limits, module, (str(read), str(write)), (read, write))
        supervisor = Supervisor(self._tier.launch(job, staging), self._limits, ended, job.descriptors)
        supervisor.start()
        return ConfinedProcess(supervisor)
