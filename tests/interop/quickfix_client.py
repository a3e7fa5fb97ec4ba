"""PyPI's QuickFIX as an initiator with a dictionary and full validation, as its users run it."""

from __future__ import annotations

import itertools
import queue
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import quickfix

from tests.gateway.reports import Reports
from tests.interop.settings_file import write_settings_file

ANSWER_S_MAX = 30.0
STOCK_DICTIONARY = Path(sys.prefix) / "share" / "quickfix" / "FIX44.xml"
ORDER_NUMBERS = itertools.count(1)
Fields = dict[int, str]


def fields_of(message: quickfix.Message) -> Fields:
    """A message by tag; QuickFIX has validated it."""
    parts = (part.partition("=") for part in message.toString().split("\x01")[:-1])
    return {int(tag): value for tag, _, value in parts}


class QuickFixClient(quickfix.Application):
    """One QuickFIX initiator; `came` are the application messages it accepted, `complaints` what it rejected."""

    def __init__(self, directory: Path, comp_id: str, port: int, dictionary: Path, reset: bool = False) -> None:
        super().__init__()
        self.comp_id = comp_id
        self.came: queue.Queue[Fields] = queue.Queue()
        self.reports = Reports()
        self.logons: queue.Queue[str] = queue.Queue()
        self.complaints: list[Fields] = []
        self.resend_requests = 0
        self._session: Any = None
        self._events = directory / "log"
        settings_file = write_settings_file(directory, comp_id, port, dictionary, reset=reset)
        settings = quickfix.SessionSettings(str(settings_file))
        self._parts = (quickfix.FileStoreFactory(settings), settings, quickfix.FileLogFactory(settings))
        self._initiator: Any = None

    # -- quickfix calls these; what they raise would be lost

    def onCreate(self, session: Any) -> None:
        self._session = session

    def onLogon(self, session: Any) -> None:
        self.logons.put("on")

    def onLogout(self, session: Any) -> None:
        self.logons.put("out")

    def toAdmin(self, message: Any, session: Any) -> None:
        sent = fields_of(message)
        if sent[35] == "3":
            self.complaints.append(sent)
        self.resend_requests += sent[35] == "2"

    def toApp(self, message: Any, session: Any) -> None:
        sent = fields_of(message)
        if sent[35] == "j":
            self.complaints.append(sent)

    def fromAdmin(self, message: Any, session: Any) -> None:
        received = fields_of(message)
        if received[35] == "3":
            self.came.put(received)

    def fromApp(self, message: Any, session: Any) -> None:
        self.came.put(fields_of(message))

    # -- tests call these

    def start(self) -> None:
        """Connect and log on."""
        store, settings, log = self._parts
        self._initiator = quickfix.SocketInitiator(self, store, settings, log)
        self._initiator.start()
        self.wait_for_logon("on")

    def return_anew(self) -> None:
        """It connects again by itself."""
        self.wait_for_logon("on")

    def wait_for_logon(self, what: str) -> None:
        """Until the session is "on", or "out"."""
        while self.logons.get(timeout=ANSWER_S_MAX) != what:
            pass

    def stop(self, force: bool = False) -> None:
        """Log out and disconnect; with `force` without a word."""
        if self._initiator is not None:
            self._initiator.stop(force)
            self._initiator = None

    def send_fields(self, msg_type: str, fields: Mapping[int, str]) -> None:
        """Send an application message."""
        message = quickfix.Message()
        message.getHeader().setField(quickfix.MsgType(msg_type))
        for tag, value in fields.items():
            message.setField(quickfix.StringField(tag, value))
        assert quickfix.Session.sendToTarget(message, self._session)

    def close(self) -> None:
        """Be gone, if it has not been stopped."""
        self.stop(force=True)

    def send(self, msg_type: str, **fields: object) -> str:
        """Send an application message, fields by `t` and tag (t55="AAPL"); the ClOrdID(11) it bears."""
        cl_ord_id = str(fields.setdefault("t11", f"{self.comp_id}-{next(ORDER_NUMBERS)}"))
        if msg_type == "AF":
            del fields["t11"]
        elif msg_type in ("D", "F", "G", "q"):
            fields["t60"] = f"{datetime.now(UTC):%Y%m%d-%H:%M:%S.%f}"[:-3]
        self.send_fields(msg_type, {int(name[1:]): str(value) for name, value in fields.items()})
        return cl_ord_id

    def expect(self, msg_type: str, **fields: object) -> Fields:
        """The next message, which must be of this type with these fields; a report must follow from those before."""
        message = self.came.get(timeout=ANSWER_S_MAX)
        wanted = {35: msg_type} | {int(name[1:]): str(value) for name, value in fields.items()}
        got = {tag: message.get(tag) for tag in wanted}
        assert got == wanted, message
        if msg_type == "8":
            self.reports.see(message)
        return message

    def log_complaints(self) -> list[str]:
        """Lines of QuickFIX's event log that speak of a fault, but for a connection's that a killed venue cuts."""
        words = ("reject", "invalid", "error", "unsupported", "too low", "not found", "required")
        lines = [line for log in self._events.glob("*.event.current.log") for line in log.read_text().splitlines()]
        return [line for line in lines if any(word in line.lower() for word in words) and "Socket Error" not in line]
