"""Cancel on disconnect: what becomes of a session's orders when it goes, and while it may come back (KIL-03, KIL-04).

A logout and a lost connection are told apart; so is the venue's own end, which is no disconnect (KIL-05). A grace
window is a command in the journal, so that it also ends after a restart of the venue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.safeguard_commands import AwaitReturn, CancelOnDisconnect, NoteReturn
from gateway.dispatcher import Dispatcher
from gateway.peer import Peer
from gateway.profile_settings import Profile

if TYPE_CHECKING:
    from engine.safeguards import Safeguards
    from fix.message import Message

WHO = b"venue"
WHY_CHARS_MAX = 200
NS_PER_S = 1_000_000_000
CHOICE = 8013
"""CancelOnDisconnect, a tag of the venue's in Logon(A): N nothing, S the session's orders, Y the firm's."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a session's going cancels, and after how long; `firm` 0 is its own orders only."""

    on_logout: bool
    on_disconnect: bool
    firm: int
    spares_gtc: int
    grace_ns: int


class Absences:
    """Watches over the sessions that are logged on; `settled` is set when the venue itself ends."""

    def __init__(self, dispatcher: Dispatcher, settings: Callable[[Peer], Profile]) -> None:
        self.settled = False
        self._dispatcher = dispatcher
        self._settings = settings
        self._terms: dict[int, Terms] = {}

    @property
    def _safeguards(self) -> Safeguards:
        found: Safeguards = self._dispatcher.exchange.safeguards
        return found

    def logged_on(self, peer: Peer, logon: Message, now_ns: int) -> None:
        """A session is there, perhaps in time; its terms are its settings', or those it asks for now."""
        self._terms[peer.number] = terms(self._settings(peer), peer.firm, logon.character(CHOICE))
        if peer.number in self._safeguards.absences:
            self._dispatcher.execute(NoteReturn(peer.number, WHO, b"logged on", now_ns), now_ns)

    def left(self, peer: Peer, logged_out: bool, now_ns: int) -> None:
        """A session is gone: cancel now, or wait for it."""
        agreed = self._terms.pop(peer.number, None)
        if agreed is None or self.settled or not (agreed.on_logout if logged_out else agreed.on_disconnect):
            return
        why = peer.session.farewell[:WHY_CHARS_MAX].encode("latin-1", "replace")
        what = (peer.number, agreed.firm, agreed.spares_gtc)
        if agreed.grace_ns:
            self._dispatcher.execute(AwaitReturn(*what, now_ns + agreed.grace_ns, WHO, why, now_ns), now_ns)
        else:
            self._dispatcher.execute(CancelOnDisconnect(*what, WHO, why, now_ns), now_ns)

    def tick(self, now_ns: int) -> None:
        """Who has not come back in time."""
        for awaited in list(self._safeguards.absences.values()):
            if awaited.until_ns <= now_ns:
                what = (awaited.session, awaited.firm, awaited.spares_gtc)
                self._dispatcher.execute(CancelOnDisconnect(*what, WHO, awaited.why, now_ns), now_ns)


def terms(settings: Profile, firm: int, choice: int) -> Terms:
    """The settings' terms; `choice` is the character in the Logon's CancelOnDisconnect(8013), 0 without one."""
    mode = {ord("N"): "none", ord("S"): "both", ord("Y"): "both"}.get(choice, settings.cancel_on_disconnect)
    scope = {ord("S"): "session", ord("Y"): "firm"}.get(choice, settings.cancel_scope)
    return Terms(
        on_logout=mode in ("logout", "both"),
        on_disconnect=mode in ("disconnect", "both"),
        firm=firm if scope == "firm" else 0,
        spares_gtc=int(settings.cancel_spares_gtc),
        grace_ns=settings.cancel_grace_s * NS_PER_S,
    )
