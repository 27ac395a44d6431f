"""``python -m corpusmith.evals.speed``: run the measure and print it."""

from __future__ import annotations

import sys

from .measure import measure, text

if __name__ == "__main__":
    sys.stdout.write(text(measure()) + "\n")
