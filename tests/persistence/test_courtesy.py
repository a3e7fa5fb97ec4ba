"""What runs beside the venue is nice to it, also where Linux weighs sessions instead of processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from persistence.courtesy import SESSION_NICE, NiceChildren, make_session_nice

pytestmark = pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="no groups of sessions here")
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "input()"], start_new_session=True)
print(child.pid, flush=True)
child.wait()
"""


def nice_of_session(pid: int) -> int:
    """The number at the end of `/autogroup-25 nice 0`; an empty text is a process outside of all groups."""
    text = Path(f"/proc/{pid}/autogroup").read_text()
    return int(text.split()[-1]) if text else SESSION_NICE


def test_children_in_sessions_of_their_own_are_made_nice_once_they_are_seen() -> None:
    """As PostgreSQL's are: the parent's nice value alone would not count."""
    command = [sys.executable, "-c", PARENT]
    parent = subprocess.Popen(command, start_new_session=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    try:
        child = int(parent.stdout.readline())
        children = NiceChildren()
        while (nice_of_session(parent.pid), nice_of_session(child)) != (SESSION_NICE, SESSION_NICE):
            children.look(parent.pid)
    finally:
        parent.communicate(b"\n")


def test_a_process_that_is_gone_or_not_ours_is_left_alone() -> None:
    """Nothing is raised."""
    assert not make_session_nice(2**22 + 1)
    NiceChildren().look(2**22 + 1)
