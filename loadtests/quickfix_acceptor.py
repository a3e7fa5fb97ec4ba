"""QuickFIX's acceptor for Python, answering one ExecutionReport per order or cancel: the peer of the measurements.

As fast as it goes: messages kept in memory, nothing logged, no dictionary.
"""

from __future__ import annotations

import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path

import quickfix as fix

SETTINGS = """\
[DEFAULT]
ConnectionType=acceptor
SocketAcceptPort={port}
SocketReuseAddress=Y
SocketNodelay=Y
StartTime=00:00:00
EndTime=00:00:00
UseDataDictionary=N
[SESSION]
BeginString=FIX.4.4
SenderCompID=PEER
TargetCompID={client}
"""


class Executor(fix.Application):
    """Accepts every order and cancels what it is asked to."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0

    def onCreate(self, session: fix.SessionID) -> None:  # noqa: N802
        """QuickFIX: nothing."""

    def onLogon(self, session: fix.SessionID) -> None:  # noqa: N802
        """QuickFIX: nothing."""

    def onLogout(self, session: fix.SessionID) -> None:  # noqa: N802
        """QuickFIX: nothing."""

    def toAdmin(self, message: fix.Message, session: fix.SessionID) -> None:  # noqa: N802
        """QuickFIX: nothing."""

    def fromAdmin(self, message: fix.Message, session: fix.SessionID) -> None:  # noqa: N802
        """QuickFIX: nothing."""

    def toApp(self, message: fix.Message, session: fix.SessionID) -> None:  # noqa: N802
        """QuickFIX: nothing."""

    def fromApp(self, message: fix.Message, session: fix.SessionID) -> None:  # noqa: N802
        """QuickFIX: answer."""
        self._count += 1
        is_order = message.getHeader().getField(35) == "D"
        report = fix.Message()
        report.getHeader().setField(35, "8")
        for tag in (11, 38, 54, 55, 60):
            report.setField(tag, message.getField(tag))
        if is_order:
            for tag in (40, 44, 59):
                report.setField(tag, message.getField(tag))
        else:
            report.setField(41, message.getField(41))
        state = "0" if is_order else "4"
        number = str(self._count)
        leaves = message.getField(38) if is_order else "0"
        for tag, value in ((6, "0"), (14, "0"), (17, number), (37, number), (39, state), (150, state), (151, leaves)):
            report.setField(tag, value)
        fix.Session.sendToTarget(report, session)


def serve(client: str) -> None:
    """Listen on a free port until the process is ended."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "acceptor.cfg")
        path.write_text(SETTINGS.format(port=port, client=client))
        settings = fix.SessionSettings(str(path))
    application = Executor()
    acceptor = fix.SocketAcceptor(application, fix.MemoryStoreFactory(), settings)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    acceptor.start()
    print(f"port {port}", flush=True)
    while not ended.wait(0.2):
        pass
    acceptor.stop()


if __name__ == "__main__":
    serve(sys.argv[1])
