"""``python -m cloudconvert_kit``."""

import sys

from .cli import main

sys.exit(main())
