"""A client session as the venue holds it: its number in the core, its FIX session, its connection and what was sent to
it.
"""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import cython

from fix.profile import SECOND_NS
from gateway.older_positions import OlderPositions

if TYPE_CHECKING:
    from fix.session import Session
    from fix.throttle import Throttle
    from gateway.acceptor import Connection
    from gateway.credentials import Credentials


POSITIONS_KEPT = 16_384


class Stored(Protocol):
    """Where sent messages can be read again: the journal in `directory`."""

    directory: Path

    def read_at(self, position: int) -> bytes:
        """The message whose record stands at `position`; nothing if it is gone."""


@cython.final
@cython.cclass
class Sent:
    """Where in the journal each message of the session's current epoch stands: what a ResendRequest reads (SES-10,
    SES-26).

    The latest positions are in memory, at most twice POSITIONS_KEPT; those before them in a file without a name, which
    is gone with the process: the journal is what remembers.
    """

    __slots__ = ("_older", "positions", "stored")

    def __init__(self, stored: Stored, positions: array[int]) -> None:
        self.stored = stored
        self.positions = positions
        self._older: OlderPositions | None = None
        self._keep_latest()

    def append(self, position: int) -> None:
        """The next message stands at `position`."""
        self.positions.append(position)
        if len(self.positions) >= 2 * POSITIONS_KEPT:
            self._keep_latest()

    def _keep_latest(self) -> None:
        count = len(self.positions) - POSITIONS_KEPT
        if count <= 0:
            return
        if self._older is None:
            self._older = OlderPositions(self.stored.directory)
        self._older.extend(self.positions[:count])
        self.positions = self.positions[count:]

    def restart(self) -> None:
        """A new epoch: the messages of the old one are not sent again (SES-06)."""
        self.positions = array("q")
        self._older = None

    def _between(self, begin: int, end: int) -> array[int]:
        """The positions of messages `begin` to `end`, both included."""
        found = array("q")
        older = 0 if self._older is None else self._older.count
        if self._older is not None and begin <= older:
            found.frombytes(self._older.between(begin, min(end, older)))
        found.extend(self.positions[max(begin - 1 - older, 0) : max(end - older, 0)])
        return found

    def read(self, begin: int, end: int) -> list[tuple[int, bytes]]:
        """(MsgSeqNum, message) from `begin` to `end`, both included, but for those that the journal no longer holds: a
        gap fill stands for them.
        """
        stored = self.stored
        found: list[tuple[int, bytes]] = []
        number = begin
        for position in self._between(begin, end):
            message = stored.read_at(position)
            if message:
                found.append((number, message))
            number += 1
        return found


@cython.final
@cython.cclass
class Peer:
    """One CompID: `number` is the core's, `stage` the session's when last recorded, `wire` what leaves next.

    `touched` says that the current turn has something of it to write. `copies` are the drop copies of its reports, None
    without any; a `read_only` peer is a drop copy itself. `faults` is how many faulty bytes it may still send, over all
    its connections; it is suspect until `suspect_ns`, and its next Logon is not heard before `heard_from_ns`.
    """

    __slots__ = (
        "comp_id",
        "connected_ns",
        "connection",
        "copies",
        "credentials",
        "faults",
        "firm",
        "firm_name",
        "heard_from_ns",
        "number",
        "order_age_max_ns",
        "read_only",
        "self_match",
        "sent",
        "session",
        "stage",
        "suspect_ns",
        "touched",
        "wire",
    )

    def __init__(
        self,
        number: int,
        comp_id: bytes,
        firm: int,
        firm_name: bytes,
        session: Session,
        sent: Sent,
        credentials: Credentials,
    ) -> None:
        self.number = number
        self.comp_id = comp_id
        self.firm = firm
        self.firm_name = firm_name
        self.session = session
        self.sent = sent
        self.connection: Connection | None = None
        self.faults: Throttle | None = None
        self.suspect_ns = 0
        self.heard_from_ns = 0
        self.connected_ns = 0
        self.stage = session.stage
        self.wire: list[bytes] = []
        self.touched = False
        self.copies: list[Peer] | None = None
        self.credentials = credentials
        self.read_only = False
        self.self_match = session.profile.self_match_id.encode()
        self.order_age_max_ns = session.profile.order_age_max_s * SECOND_NS
