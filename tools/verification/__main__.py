"""``python -m corpusmith.tools.verification REQUEST.json RESULT.json``"""

import sys

from .process import main

sys.exit(main(sys.argv[1:]))
