"""Where the packed workstation starts."""

import sys

from app.main import main

sys.exit(main())
