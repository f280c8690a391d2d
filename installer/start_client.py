"""Where the packed workstation starts."""

import sys

from app.start import main

sys.exit(main())
