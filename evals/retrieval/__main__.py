"""``python -m corpusmith.evals.retrieval``: print how well the operator index finds operators."""

import sys

from .measure import measure

if __name__ == "__main__":
    sys.stdout.write(measure().text() + "\n")
