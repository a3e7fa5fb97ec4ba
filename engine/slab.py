"""Memory for the objects of one class, end to end: Python's own allocator serves every size, and a message that enters
an order would spend 150 of its 1,600 instructions there.

Slabs of a megabyte come from where Python takes its arenas, which is huge pages (engine/pages.py). What is given back
is taken again first; a slab is never returned.
"""

from __future__ import annotations

import cython


def lay_end_to_end(kind: type) -> bool:
    """Whether objects of this class lie so from now on: compiled, of one class alone, not tracked by the collector."""
    done = False
    if cython.compiled:
        done = place_end_to_end(kind) != 0  # type: ignore[name-defined]  # noqa: F821
    return done
