"""Memory in huge pages: a million orders lie in no cache, and finding one's page then costs more than reading it.

Python takes memory for small objects in arenas of a megabyte. These come, once `use_huge_pages` was called, out of one
range of addresses of which Linux is asked to make its pages huge (2 MB instead of 4 KB, madvise MADV_HUGEPAGE); what is
given back is kept for the next that are taken. Importing the engine calls it, for its orders are what fills memory.
"""

from __future__ import annotations

import cython


def use_huge_pages() -> bool:
    """Whether arenas come from huge pages now: compiled, on Linux, unless that is forbidden by limits."""
    taken = False
    if cython.compiled:
        taken = take_arenas_from_huge_pages() != 0  # type: ignore[name-defined]  # noqa: F821
    return taken
