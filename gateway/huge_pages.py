"""The venue's other memory in huge pages, too: what is too large for an arena (engine/pages.py), as a table of names.

glibc's malloc asks for huge pages only if its environment says so before the process begins.
"""

import os
import sys

TUNABLE = "glibc.malloc.hugetlb=1"


def begin_with_huge_pages() -> None:
    """Begin this process anew with that environment, once; not where GLIBC_TUNABLES already says something of it, nor
    where there is no such malloc.
    """
    said = os.environ.get("GLIBC_TUNABLES", "")
    if sys.platform != "linux" or TUNABLE.partition("=")[0] in said:
        return
    os.environ["GLIBC_TUNABLES"] = f"{said}:{TUNABLE}" if said else TUNABLE
    os.execv(sys.executable, sys.orig_argv)
