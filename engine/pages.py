"""Memory in huge pages: a million orders lie in no cache, and finding one's page then costs more than reading it.

Python takes memory for small objects in arenas of a megabyte. These come, once `use_huge_pages` was called, out of one
range of addresses of which Linux is asked to make its pages huge (2 MB instead of 4 KB, madvise MADV_HUGEPAGE); what is
given back is kept for the next that are taken. Importing the engine calls it, for its orders are what fills memory.

A page is made when it is first touched, and a huge one takes a while: up to 14 ms where the machine is itself a guest
that must ask its host for memory. A venue does not wait for that: it has a thread that touches pages ahead of it.
"""

from __future__ import annotations

import cython


def use_huge_pages() -> bool:
    """Whether arenas come from huge pages now: compiled, on Linux, unless limits forbid it."""
    done = False
    if cython.compiled:
        done = take_arenas_from_huge_pages() != 0  # type: ignore[name-defined]  # noqa: F821
    return done


def stay_ahead() -> bool:
    """Whether a thread touches the next 32 MB of them before they are taken, as long as the process lives."""
    done = False
    if cython.compiled:
        done = touch_ahead() != 0  # type: ignore[name-defined]  # noqa: F821
    return done


def first_address() -> int:
    """Where that range begins; 0 without one."""
    first = 0
    if cython.compiled:
        first = first_of_range()  # type: ignore[name-defined]  # noqa: F821
    return first
