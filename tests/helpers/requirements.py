"""Which requirements a test names."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable
from functools import cache

_ID = re.compile(r"\b[A-Z]{2,4}-[0-9]{1,2}[a-z]?\b")


@cache
def requirements_of(test: Callable[..., object]) -> frozenset[str]:
    """The ids in a test, in the comment above it and at the head of its file, as ``-k`` takes them: ``IM_6b``."""
    test = inspect.unwrap(test)
    head = sys.modules[test.__module__].__doc__
    texts = (head or "", inspect.getcomments(test) or "", inspect.getsource(test))
    return frozenset(found.replace("-", "_") for text in texts for found in _ID.findall(text))
