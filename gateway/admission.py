"""Who is let in: a Logon's CompID, address, certificate, password and signature, before its session hears of it
(SES-02, SES-27).

A stranger learns nothing and changes nothing. A password is checked in a thread, since it takes tens of milliseconds,
while the connection waits and the venue goes on; so is a signature.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from typing import TypeVar

from engine.safeguard_commands import ChangePassword
from fix.message import Message
from fix.tags import LOGON
from gateway import passwords
from gateway.absences import CHOICE
from gateway.acceptor import Connection
from gateway.fix_settings import Session
from gateway.logon_limits import LogonLimits
from gateway.peer import Peer
from gateway.tls import names
from gateway.venue import Venue

R = TypeVar("R")

CHECKS_AT_ONCE = 2
CHECKS_MAX = 256
WHO = b"client"


class Admission:
    """Decides on the first messages of a venue's connections."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._limits = LogonLimits(venue.settings.limits)
        self._threads = ThreadPoolExecutor(CHECKS_AT_ONCE, "password")
        self._checks: set[asyncio.Task[None]] = set()
        self._chosen: dict[Connection, str] = {}

    def close(self) -> None:
        """Let checks under way end unheard."""
        for check in self._checks:
            check.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def identify(self, connection: Connection, logon: Message, now_ns: int) -> Peer | None:
        """The peer whose Logon this is; None with the connection's `reason`, or while it `waits` or is `queued`."""
        configured, reason = self._entitled(connection, logon)
        if configured is None:
            connection.reason = reason
            return None
        if configured.must_prove and connection.verdict is None:
            self._begin(connection, logon, configured, now_ns)
            return None
        if connection.verdict:
            connection.reason = connection.verdict
            return None
        peer = self._venue.admit(configured.comp_id.encode(), now_ns)
        if peer is None:
            connection.reason = "there are more sessions than limits.sessions_max"
            return None
        if now_ns < peer.heard_from_ns:
            connection.hold(peer.heard_from_ns)
            return None
        if now_ns < peer.suspect_ns and not connection.queued:
            connection.queue(now_ns)
            return None
        peer.credentials.refusal = self._objection(connection, logon, configured)
        return peer

    def logged_on(self, peer: Peer, now_ns: int) -> None:
        """Make a new password count, in the same frame of the journal as the Logon that chose it."""
        chosen = self._chosen.pop(peer.connection, None) if peer.connection is not None else None
        if chosen is None:
            return
        configured = self._venue.settings_of(peer)
        assert configured.password is not None
        what = (chosen.encode(), configured.password.encode())
        self._venue.dispatcher.execute(ChangePassword(peer.number, *what, WHO, b"NewPassword(925)", now_ns), now_ns)

    def forget(self, connection: Connection) -> None:
        """The connection is gone."""
        self._chosen.pop(connection, None)

    # -- the checks, cheapest first ---------------------------------------------------------------------------------

    def _entitled(self, connection: Connection, logon: Message) -> tuple[Session | None, str]:
        """The settings of a session that may log on from there, or why not."""
        venue = self._venue
        if logon.msg_type != LOGON or logon.get(56) != venue.settings.venue.comp_id.encode():
            return None, f"the first message is no Logon(A) to {venue.settings.venue.comp_id}"
        comp_id = (logon.get(49) or b"").decode("latin-1")
        configured = venue.settings.fix.session(comp_id)
        if configured is None:
            return None, "unknown SenderCompID(49)"
        address = host(connection)
        if configured.addresses and not any(ip_address(address) in network for network in configured.addresses):
            return None, f"{comp_id} may not log on from {address}"
        tls = venue.settings.fix.tls
        wanted = configured.certificate or (comp_id if tls is not None and tls.certificate_names_comp_id else None)
        if wanted is not None and wanted not in names(connection.extra("peercert")):
            return None, f"{comp_id} needs a certificate for {wanted}"
        peer = venue.peer(comp_id)
        if peer is not None and peer.connection is not None:
            return None, "its session is connected already"
        if connection.verdict is None and not connection.queued:
            refusal = self._limits.refusal(address, comp_id, venue.clock.now_ns())
            if refusal:
                return None, refusal
        return configured, ""

    def _objection(self, connection: Connection, logon: Message, configured: Session) -> str | None:
        """What a client that has proven who it is did wrong in its Logon, for the Text(58) of a Logout; or None."""
        choice = logon.character(CHOICE)
        if choice and (not configured.cancel_by_logon or chr(choice) not in "NSY"):
            return f"CancelOnDisconnect({CHOICE})={chr(choice)} is not available to this session"
        if not logon.has(925):
            return None
        if configured.password is None:
            return "NewPassword(925): this session has no password"
        fault = passwords.fault(logon.get(925) or b"")
        return f"NewPassword(925) {fault}" if fault else None

    # -- passwords and signatures -------------------------------------------------------------------------------------

    def _begin(self, connection: Connection, logon: Message, configured: Session, now_ns: int) -> None:
        """Have password and signature checked; they count as wrong until they are known to be right."""
        if len(self._checks) >= CHECKS_MAX:
            connection.reason = "too many passwords are being checked"
            return
        self._limits.failed(host(connection), configured.comp_id, now_ns)
        new = logon.get(925) or b""
        connection.waits = True
        check = asyncio.get_running_loop().create_task(
            self._check(connection, configured, self._proof(logon, configured), new)
        )
        self._checks.add(check)
        check.add_done_callback(self._checks.discard)

    def _proof(self, logon: Message, configured: Session) -> Callable[[], str]:
        """What finds out, without the Logon, why it does not prove who it is from; "" if it does."""
        username = hmac.compare_digest(logon.get(553) or b"", (configured.username or "").encode())
        password = logon.get(554) or b""
        hashed = self._hash(configured) if configured.password is not None else None
        signature = configured.signature
        data, given = signature.signed(logon) if signature is not None else (b"", b"")

        def prove() -> str:
            if hashed is not None and not (passwords.is_right(hashed, password) and username):
                return "wrong Username(553) or Password(554)"
            return "wrong signature, RawData(96)" if signature and not signature.is_right(data, given) else ""

        return prove

    async def _check(self, connection: Connection, configured: Session, prove: Callable[[], str], new: bytes) -> None:
        wrong = await self._apart(prove)
        if wrong:
            connection.proceed(wrong)
            return
        self._limits.succeeded(host(connection), configured.comp_id)
        if new and not passwords.fault(new):
            self._chosen[connection] = await self._apart(passwords.hash_of, new)
        connection.proceed("")

    async def _apart(self, work: Callable[..., R], *what: object) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *what)

    def _hash(self, configured: Session) -> str:
        """The hash of the password last chosen, unless the operator has configured another one since."""
        assert configured.password is not None
        peer = self._venue.peer(configured.comp_id)
        chosen = None if peer is None else self._venue.exchange.safeguards.passwords.get(peer.number)
        if chosen is None or chosen.replaces.decode() != configured.password:
            return configured.password
        return str(chosen.password_hash.decode())


def host(connection: Connection) -> str:
    """The address a connection comes from, without the port."""
    name = connection.extra("peername")
    return str(name[0]) if name else "0.0.0.0"
