"""Where the workstation starts.

Before anything is loaded, Python's collector is told to rest: a start makes no garbage, and to look for some takes one
part in twenty of it. From then on ``app.main`` collects on the UI thread.
"""

import gc

gc.disable()

from app.main import main as main  # noqa: E402

if __name__ == "__main__":
    raise SystemExit(main())
