"""``python -m corpusmith.evals.speed [NAME ...] [--gigabytes N]``: measure and print, all or what is named."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from . import cluster, demo_run, engine, gateway, large_input, workers

_GIGABYTES = 1.0


def _measures(gigabytes: float) -> dict[str, Callable[[], Iterator[str]]]:
    """By name, what yields the lines of a measure as they come."""
    return {
        "engine": lambda: map(engine.text, engine.measure()),
        "workers": lambda: iter([workers.text(workers.measure())]),
        "cluster": lambda: iter([cluster.text(cluster.measure())]),
        "gateway": lambda: iter([gateway.text(gateway.measure())]),
        "memory": lambda: iter([large_input.text(large_input.measure(gigabytes))]),
        "demo": lambda: iter([demo_run.text(demo_run.measure())]),
    }


def main() -> None:
    """Measure what the command line names."""
    known = list(_measures(_GIGABYTES))
    parser = argparse.ArgumentParser(prog="python -m corpusmith.evals.speed", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of {', '.join(known)}; all by default")
    parser.add_argument("--gigabytes", type=float, default=_GIGABYTES, help="the input of `memory` (10 takes minutes)")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(known):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there is {', '.join(known)}")
    for name in asked.names or known:
        sys.stdout.write(f"{name}\n")
        for line in _measures(asked.gigabytes)[name]():
            sys.stdout.write("".join(f"  {part}\n" for part in line.splitlines()))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
