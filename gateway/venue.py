"""The venue's parts put together: recovered from the journal, brought in line with the settings, ready for turns.

What the settings say and the recovered state does not (a new symbol, another limit) becomes commands, journaled like
all others, so that the journal alone explains the state.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import time_ns

from engine.book import Book
from engine.codes import STP_CANCEL_BOTH, STP_CANCEL_NEWEST, STP_CANCEL_OLDEST, STP_DECREMENT, STP_NONE
from engine.commands import EndDay, ExpireOrders, RegisterSession, SetLimits
from engine.entry import RestrictEntry
from engine.exchange import Exchange
from engine.instrument import Instrument
from engine.safeguard_commands import CancelOnFailure
from engine.safeguards import not_to_outlive_the_venue
from fix.dictionary import Dictionary
from fix.orders import Orders
from fix.parser import Parser
from fix.profile import Profile
from fix.reports import Reports
from fix.session import AWAY, Session
from fix.state import State
from fix.throttle import Throttle
from fix.writer import Writer
from gateway.board import Board
from gateway.clock import Clock
from gateway.credentials import Credentials
from gateway.dispatcher import APPLICATIONS, Dispatcher
from gateway.fix_settings import Session as SessionSettings
from gateway.listing import define_instrument, set_limits
from gateway.order_settings import set_order_choices
from gateway.peer import Peer, Sent
from gateway.phases import PhaseKeeper
from gateway.problems import SettingsError
from gateway.settings import Settings
from persistence.journal import Journal
from persistence.recovery import Recovered, Tell, nobody, replay
from risk.gate import RiskGate

VENUE = b"venue"
SELF_TRADE_MODES = {
    "none": STP_NONE,
    "cancel_newest": STP_CANCEL_NEWEST,
    "cancel_oldest": STP_CANCEL_OLDEST,
    "cancel_both": STP_CANCEL_BOTH,
    "decrement": STP_DECREMENT,
}


class Venue:
    """All parts of one venue in one process; `started_ns` is when it was put together.

    `start` is the snapshot it was recovered from, and `replayed` how many commands came after that.
    """

    def __init__(
        self,
        settings: Settings,
        dictionary: Dictionary,
        journal: Journal,
        end_soon: Callable[[bool], None],
        failed: Callable[[Exception], None],
        tell: Tell = nobody,
        read_ns: Callable[[], int] = time_ns,
    ) -> None:
        self.settings = settings
        self.gate = RiskGate()
        self.exchange = Exchange(self.gate)
        recovered = replay(journal, self.exchange, tell)
        self.start = recovered.start
        self.replayed = recovered.commands - (self.start.commands if self.start else 0)
        self.clock = Clock(recovered.last_time_ns, read_ns)
        self.started_ns = self.clock.now_ns()
        self.parser = Parser(dictionary, settings.limits.message_bytes_max)
        self.journal = journal
        self._comp_id = settings.venue.comp_id.encode()
        self._writer = Writer(message_bytes_max=settings.limits.message_bytes_max)
        self._peers: dict[bytes, Peer] = {}
        self._firms: dict[bytes, int] = {}
        self._drop_copies: list[tuple[Peer, SessionSettings]] = []
        self.board = Board(self.exchange, self._writer)
        ends = settings.venue.day_ends_at
        self.dispatcher = Dispatcher(
            self.exchange,
            Orders(ends.hour * 3_600 + ends.minute * 60 + ends.second),
            Reports(settings.venue.money_decimals, settings.orders.stop_election == "triggered"),
            journal,
            self._writer,
            Parser(dictionary, settings.limits.message_bytes_max),
            self.clock,
            end_soon,
            failed,
            self.board,
        )
        self._readmit(recovered)
        self._begin_periods(self.started_ns)
        self._admit_drop_copies()
        self._list_instruments()
        self._set_limits()
        self._choose()
        self._cancel_on_failure()
        self._phases = PhaseKeeper(settings, self.exchange, self.dispatcher.execute, self.clock.now_ns())
        self._day = self.trading_day(recovered.last_time_ns or self.started_ns)
        self.tick(self.started_ns)

    # -- from the journal and the settings ----------------------------------------------------------------------------

    def _readmit(self, recovered: Recovered) -> None:
        """The sessions as they were, with their numbers and where their messages stand."""
        for register in recovered.registrations:
            state, positions = recovered.session(register.number)
            self._admit(register, State(*state), positions)

    def _admit_drop_copies(self) -> None:
        """Drop copies are there before anybody trades, or they would miss what happened until their first Logon."""
        now_ns = self.clock.now_ns()
        for listed in self.settings.fix.sessions:
            if listed.is_drop_copy and self.admit(listed.comp_id.encode(), now_ns) is None:
                raise SettingsError([f"limits.sessions_max: no room for the drop copy {listed.comp_id}"])

    def _list_instruments(self) -> None:
        """Define what is new; what may not change must not (its units, or it would revalue what is journaled)."""
        now_ns = self.clock.now_ns()
        known = {book.instrument.symbol: book.instrument for book in self.exchange.books[1:] if book is not None}
        for listed in self.settings.instruments:
            old = known.get(listed.symbol.encode())
            number = len(self.exchange.books) if old is None else old.number
            wanted = define_instrument(number, listed, self.settings.venue.money_decimals, now_ns)
            if old is None or old.reference_ticks != wanted.reference_ticks:
                self.dispatcher.execute(wanted, now_ns)
            units = ("price_scale", "tick_units", "quantity_scale", "lot_units", "tick_value")
            if old is not None and any(getattr(old, unit) != getattr(wanted, unit) for unit in units):
                where = f"instruments[{listed.symbol}]"
                raise SettingsError([f"{where}: tick_size, lot_size, money_decimals cannot change in this data_dir"])
        instruments = [book.instrument for book in self.exchange.books[1:] if book is not None]
        self.dispatcher.orders.instruments = {instrument.symbol: instrument for instrument in instruments}
        self.dispatcher.reports.instruments[1:] = instruments

    def _set_limits(self) -> None:
        """Put the configured limits into force where they differ from those in force."""
        firms = {firm: self._firm(firm.encode()) for firm in self.settings.risk.firms}
        instruments = {symbol.decode(): listed.number for symbol, listed in self.dispatcher.orders.instruments.items()}
        in_force = self.gate.limits.rows
        version = max((row.version for row in in_force.values()), default=0) + 1
        now_ns = self.clock.now_ns()
        wanted = set_limits(self.settings, version, firms, instruments, VENUE, b"settings", now_ns)
        kept = {(row.firm, row.instrument) for row in wanted}
        lifted = [
            SetLimits(version, firm, instrument, who=VENUE, why=b"settings", time_ns=now_ns)
            for firm, instrument in in_force
            if (firm, instrument) not in kept
        ]
        for row in wanted + lifted:
            old = in_force.get((row.firm, row.instrument))
            if old is None or _values(old) != _values(row):
                self.dispatcher.execute(row, now_ns)

    def _choose(self) -> None:
        """Make the configured choices where others are in force."""
        wanted = set_order_choices(self.settings.orders, VENUE, b"settings", self.clock.now_ns())
        in_force = self.exchange.choices
        if replace(wanted, who=in_force.who, why=in_force.why, time_ns=in_force.time_ns) != in_force:
            self.dispatcher.execute(wanted, wanted.time_ns)

    def _cancel_on_failure(self) -> None:
        """End the orders that shall not outlive the venue, whatever ended it (KIL-05)."""
        if not_to_outlive_the_venue(self.exchange):
            self.dispatcher.execute(CancelOnFailure(VENUE, b"start", self.started_ns), self.started_ns)

    # -- sessions -----------------------------------------------------------------------------------------------------

    @property
    def peers(self) -> list[Peer]:
        """Every CompID ever registered, by number."""
        return list(self._peers.values())

    def peer(self, comp_id: str) -> Peer | None:
        """The session of a CompID, None if it never logged on."""
        return self._peers.get(comp_id.encode())

    def admit(self, comp_id: bytes, now_ns: int) -> Peer | None:
        """The session of a CompID that may log on, registered if it is new; None where there is no room for it."""
        return self._peers.get(comp_id) or self._register(comp_id, now_ns)

    def settings_of(self, peer: Peer) -> SessionSettings:
        """The settings of a session that may log on."""
        configured = self.settings.fix.session(peer.comp_id.decode("latin-1"))
        assert configured is not None, "nobody logs on without settings"
        return configured

    def _register(self, comp_id: bytes, now_ns: int) -> Peer | None:
        configured = self.settings.fix.session(comp_id.decode("latin-1"))
        if configured is None or len(self._peers) >= self.settings.limits.sessions_max:
            return None
        firm_name = configured.firm_name.encode()
        prevention = configured.self_trade_prevention or self.settings.risk.self_trade_prevention
        register = RegisterSession(
            number=len(self.dispatcher.peers),
            comp_id=comp_id,
            firm=self._firm(firm_name),
            firm_name=firm_name,
            self_trade=SELF_TRADE_MODES[prevention],
            post_only_slides=int(configured.post_only_slides),
            open_orders_max=configured.open_orders_max,
            user=(configured.username or "").encode(),
            time_ns=now_ns,
        )
        self.dispatcher.execute(register, now_ns)
        return self._admit(register, State(started_ns=now_ns), array("q"))

    def _admit(self, register: RegisterSession, state: State, positions: array[int]) -> Peer:
        configured = self.settings.fix.session(register.comp_id.decode("latin-1"))
        profile = Profile() if configured is None else configured.rules()
        credentials = Credentials()
        sent = Sent(self.journal, positions)
        session = Session(
            self._comp_id, register.comp_id, profile, state, self._writer, sent, APPLICATIONS, credentials
        )
        peer = Peer(register.number, register.comp_id, register.firm, register.firm_name, session, sent, credentials)
        limits = self.settings.limits
        if limits.faulty_bytes_per_s:
            peer.faults = Throttle(limits.faulty_bytes_per_s, limits.faulty_bytes_at_once)
        assert register.number == len(self.dispatcher.peers)
        self.dispatcher.peers.append(peer)
        self._peers[register.comp_id] = peer
        self._firms.setdefault(register.firm_name, register.firm)
        self._connect_copies(peer, configured)
        return peer

    def _connect_copies(self, peer: Peer, configured: SessionSettings | None) -> None:
        """A drop copy sees those it is entitled to, and is seen by none."""
        if configured is not None and configured.is_drop_copy:
            peer.read_only = True
            self._drop_copies.append((peer, configured))
            for other in self.peers:
                self._copy(other, peer, configured)
            return
        for copy, entitled in self._drop_copies:
            self._copy(peer, copy, entitled)

    def _copy(self, peer: Peer, copy: Peer, entitled: SessionSettings) -> None:
        sessions, firms = entitled.drop_copy_sessions, entitled.drop_copy_firms
        seen = peer.comp_id.decode("latin-1") in sessions or peer.firm_name.decode("latin-1") in firms
        if seen and not peer.read_only:
            peer.copies = [*(peer.copies or ()), copy]

    def _firm(self, name: bytes) -> int:
        return self._firms.setdefault(name, len(self._firms) + 1)

    def firm_name(self, number: int) -> str:
        """The name of a firm's number."""
        return next(name.decode() for name, firm in self._firms.items() if firm == number)

    def _begin_periods(self, now_ns: int) -> None:
        """Begin the numbers anew of whoever is away and whose period has come, before anything is said (SES-23): so the
        end of a Day order at this moment is told in the new period, and can be asked for.
        """
        for peer in self._peers.values():
            if peer.session.stage == AWAY and 0 < peer.session.next_tick_ns <= now_ns:
                peer.session.tick(now_ns)
                self.dispatcher.touch(peer)

    # -- books and days -----------------------------------------------------------------------------------------------

    def books(self) -> list[Book]:
        """Every book, by instrument number."""
        return [book for book in self.exchange.books[1:] if book is not None]

    def instrument(self, symbol: str) -> Instrument:
        """The instrument of a symbol; SettingsError if it is not traded here."""
        instrument = self.dispatcher.orders.instruments.get(symbol.encode("utf-8", "replace"))
        if instrument is None:
            raise SettingsError([f"{symbol} is not traded here"])
        return instrument

    def tick(self, now_ns: int) -> None:
        """Let what is due expire, phases follow one another, and the trading day end if it is over, also one that ended
        while the venue was down. Who is there is logged out only thereafter, so that it hears of all this.
        """
        self._begin_periods(now_ns)
        if now_ns >= self.exchange.next_expiry_ns:
            self.dispatcher.execute(ExpireOrders(VENUE, b"clock", now_ns), now_ns)
        self._phases.tick(now_ns)
        for peer in self.board.tick(now_ns):
            self.dispatcher.touch(peer)
        today = self.trading_day(now_ns)
        if today != self._day:
            self.dispatcher.execute(EndDay(self._day, VENUE, b"calendar", now_ns), now_ns)
            self._day = today

    @property
    def entry_reason(self) -> int:
        """Why no new orders are let in, 0 if they are."""
        return self.books()[0].instrument.entry_reason

    def restrict_entry(self, reason: int, value: int, limit: int) -> None:
        """Let no new orders in for a reason, or with 0 let them in again; nothing if that is so already."""
        if any(book.instrument.entry_reason != reason for book in self.books()):
            now_ns = self.clock.now_ns()
            self.dispatcher.execute(RestrictEntry(reason, VENUE, b"disk", value, limit, now_ns), now_ns)

    def trading_day(self, time_ns: int) -> int:
        """The trading day YYYYMMDD a moment belongs to: days change at venue.day_ends_at, UTC, and bear the later
        date's name.
        """
        ends = self.settings.venue.day_ends_at
        ends_s = ends.hour * 3600 + ends.minute * 60 + ends.second
        moment = datetime.fromtimestamp(time_ns // 1_000_000_000, UTC) + timedelta(seconds=-ends_s % 86_400)
        return int(moment.strftime("%Y%m%d"))


def _values(limits: SetLimits) -> SetLimits:
    return replace(limits, version=0, who=b"", why=b"", time_ns=0)
