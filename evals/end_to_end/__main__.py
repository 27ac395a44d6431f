"""``python -m corpusmith.evals.end_to_end [--tasks GLOB] [--keep DIR]``: run the tasks, grade them, report."""

import sys

from .measure import main

if __name__ == "__main__":
    sys.exit(main())
