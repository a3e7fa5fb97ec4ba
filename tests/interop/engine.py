"""What every client engine of the interop tests can do, and what they share."""

from __future__ import annotations

import itertools
import queue
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from tests.gateway.reports import Reports

ANSWER_S_MAX = 30.0
ORDER_NUMBERS = itertools.count(1)
Fields = dict[int, str]


class Engine(Protocol):
    """One FIX engine as initiator; numbers and messages outlive its connections.

    `came` are the messages its application was given, session Rejects included, `reports` follows those expected,
    `complaints` its own Rejects of what the venue said, `resend_requests` how often it asked.
    """

    comp_id: str
    came: queue.Queue[Fields]
    reports: Reports
    complaints: list[Fields]
    resend_requests: int

    def start(self) -> None:
        """Connect and log on, and return when it is."""

    def return_anew(self) -> None:
        """After the venue's Logout at the end of a period: log on again, and return when it is."""

    def stop(self, force: bool = False) -> None:
        """Log out and disconnect; with `force` without a word."""

    def send_fields(self, msg_type: str, fields: Mapping[int, str]) -> None:
        """Send an application message."""


def send(engine: Engine, msg_type: str, **fields: object) -> str:
    """Send an application message, fields by `t` and tag (t55="AAPL"); the ClOrdID(11) it bears."""
    cl_ord_id = str(fields.pop("t11", f"{engine.comp_id}-{next(ORDER_NUMBERS)}"))
    whole = {int(name[1:]): str(value) for name, value in fields.items()}
    if msg_type in ("D", "F", "G", "H", "q"):
        whole[11] = cl_ord_id
    if msg_type in ("D", "F", "G", "q"):
        whole[60] = f"{datetime.now(UTC):%Y%m%d-%H:%M:%S.%f}"[:-3]
    engine.send_fields(msg_type, whole)
    return cl_ord_id


def expect(engine: Engine, msg_type: str, **fields: object) -> Fields:
    """The next message, which must be of this type with these fields; a report must follow from those before it."""
    message = engine.came.get(timeout=ANSWER_S_MAX)
    wanted = {35: msg_type} | {int(name[1:]): str(value) for name, value in fields.items()}
    assert {tag: message.get(tag) for tag in wanted} == wanted, message
    if msg_type == "8":
        engine.reports.see(message)
    return message


def fields_of(message: str, soh: str = "\x01") -> Fields:
    """A message by tag."""
    parts = (part.partition("=") for part in message.split(soh) if part)
    return {int(tag): value for tag, _, value in parts}
