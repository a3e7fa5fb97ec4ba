"""ClOrdIDs that lie in the objects they name, compiled (packed.pxd): one of up to 16 bytes as two numbers, any other as
the object it is.

To find an order by its ClOrdID then touches the order alone, and a name of 14 bytes takes 16 instead of 56. Python code
sees no difference: what is kept so is a property.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cython


def add_property(kind: type, name: str, get: Callable[[Any], object], put: Callable[[Any, Any], None]) -> None:
    """Give a compiled class what it has as a slot uncompiled."""
    if cython.compiled:
        set_attribute(kind, name, property(get, put))  # type: ignore[name-defined]  # noqa: F821
