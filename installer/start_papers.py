"""Where the packed program that makes papers starts."""

import sys

from app.printing import main

sys.exit(main())
