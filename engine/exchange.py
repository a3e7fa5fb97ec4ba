"""All books and all identities as one state machine: a command in, its events out, the same on any machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import cython

from engine.answers import cancel_answer
from engine.book import Book
from engine.call import hold
from engine.checks import entry_defect, identity_defect, keeps_priority, replace_defect, request_defect, version_defect
from engine.choices import USUAL, refused_entry, refused_replace, reopens
from engine.choices import keeps_place as keeps_place_by_display
from engine.codes import (
    AT_THE_CLOSE,
    CANCEL,
    FILLED,
    GTD,
    POST_ONLY,
    POST_ONLY_PHASE,
    REPLACE,
    TO_CANCEL,
    TO_REPLACE,
    TRADING,
)
from engine.commands import CancelOrder, Command, EnterOrder, ReplaceOrder, SetLimits
from engine.corrections import Corrections
from engine.dice import Dice
from engine.events import Event, RequestRejected, Tape, give_name
from engine.expiry import NEVER_NS, Expiries
from engine.gate import Gate
from engine.handlers import HANDLERS
from engine.instrument import Instrument
from engine.order import Order, filled_lots, filled_status, has_name, name_of, new_order
from engine.participant import REFUSALS_KEPT_MAX, Participant
from engine.pending import Pending, last_name, let_pass, note_next_due, put_off
from engine.phase import keeps_place
from engine.phase_commands import SetTradingRules
from engine.reasons import BLOCKED, DUPLICATE_CL_ORD_ID, NO_REASON, POST_ONLY_WOULD_TRADE, TOO_LATE
from engine.refusals import answer_duplicate, is_matching, is_refused_as_taker
from engine.safeguards import Safeguards
from engine.stops import elect


@cython.final
@cython.cclass
class Exchange:
    """The whole venue in memory.

    `execute` runs one command and returns its events; then `follow_up` says what must be executed next, before anything
    else: it is recorded and replayed like any other command. `books` and `participants` are indexed by their numbers,
    from 1.
    """

    __slots__ = (
        "_handlers",
        "books",
        "choices",
        "chooses",
        "corrections",
        "dice",
        "expiries",
        "gate",
        "next_expiry_ns",
        "order_id",
        "participants",
        "pending",
        "rules",
        "safeguards",
        "tape",
    )

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.tape = Tape()
        self.order_id = 0
        self.expiries = Expiries()
        self.pending = Pending()
        self.safeguards = Safeguards()
        self.corrections = Corrections()
        self.next_expiry_ns = NEVER_NS
        self.choices = USUAL
        self.chooses = False
        self.rules = SetTradingRules()
        self.dice = Dice(self.rules.seed)
        self.books: list[Book | None] = [None]
        self.participants: list[Participant | None] = [None]
        self._handlers: dict[type, Callable[[Any], None]] = {
            kind: partial(handler, self) for kind, handler in HANDLERS.items()
        }
        self._handlers[SetLimits] = self.gate.configure

    def execute(self, command: Command) -> list[Event]:
        """Run one command to its end and return what happened, in order; it takes the number `tape.command`."""
        if isinstance(command, EnterOrder):
            self._enter_order(command)
        elif isinstance(command, CancelOrder):
            self._cancel_order(command)
        elif isinstance(command, ReplaceOrder):
            self._replace_order(command)
        else:
            self._begin(command.time_ns)
            self._handlers[type(command)](command)
        self.observe()
        return self.tape.events

    def _begin(self, time_ns: int) -> None:
        """Number the next command, and let what was due by its time happen before it."""
        self.tape.start(time_ns)
        if time_ns >= self.next_expiry_ns:
            let_pass(self)

    def observe(self) -> None:
        """Show the gate the events it has not seen yet."""
        tape = self.tape
        events = tape.events
        while tape.observed < len(events):
            self.gate.observe(events[tape.observed])
            tape.observed += 1

    def follow_up(self) -> Command | None:
        """The command that must be executed next because of what just happened, or None."""
        return self.gate.follow_up()

    # -- orders -----------------------------------------------------------------------------------------------------

    def _enter_order(self, command: EnterOrder) -> None:
        self._begin(command.time_ns)
        participant = self.participants[command.session]
        assert participant is not None
        tag = participant.orders.expect(command.cl_ord_id)
        book = self.books[command.instrument]
        instrument = Instrument(0, command.symbol) if book is None else book.instrument
        order = new_order(
            participant.origin(instrument, command.account, command.self_match),
            command.cl_ord_id,
            command.side,
            command.ord_type,
            command.time_in_force,
            command.exec_inst,
            command.quantity_lots,
            command.price_ticks,
            None if command.terms is None else command.terms.copy(),
        )
        reason = BLOCKED if participant.blocked else entry_defect(command, instrument)
        if not participant.orders.claim(command.cl_ord_id, order, tag):
            first = participant.orders.get(command.cl_ord_id)
            if not self._is_free(first):
                reason = DUPLICATE_CL_ORD_ID if reason == NO_REASON else reason
                answer_duplicate(self.tape, participant, order, first, reason, command.poss_resend)
                return
            participant.orders.put(command.cl_ord_id, order)
        if reason != NO_REASON:
            self._refuse(participant, order, reason)
            return
        reason = self.gate.check(order)
        if reason != NO_REASON:
            self._refuse(participant, order, reason, self.gate.value, self.gate.limit, self.gate.limits_version)
            return
        assert book is not None
        reason = refused_entry(book, order) if self.chooses else NO_REASON
        if reason != NO_REASON:
            self._refuse(participant, order, reason)
            return
        slides = (order.exec_inst & POST_ONLY) != 0 and is_matching(instrument) and book.would_trade(order)
        if slides and not (participant.post_only_slides and book.slide_ticks(order)):
            self._refuse(participant, order, POST_ONLY_WOULD_TRADE)
            return
        self.order_id += 1
        order.order_id = self.order_id
        self.tape.entered(order)
        if slides:
            book.slide(order)
        self._bring_in(book, order)

    def _refuse(
        self, participant: Participant, order: Order, reason: int, value: int = 0, limit: int = 0, version: int = 0
    ) -> None:
        """An order that is none: its ClOrdID is used up all the same, and a possible resend of it is answered again."""
        participant.orders.put(order.cl_ord_id, None)
        if len(participant.refusals) < REFUSALS_KEPT_MAX:
            participant.refusals[order.cl_ord_id] = reason, value, limit, version
        self.tape.rejected(order, reason, value, limit, version)

    def _bring_in(self, book: Book, order: Order) -> None:
        """Let an order, new or in a new version, meet the book, and what its trades elect after it (STO-03)."""
        state = book.instrument.state
        if (state != TRADING and state != POST_ONLY_PHASE) or order.time_in_force == AT_THE_CLOSE:
            hold(book, order)
        else:
            book.enter(order)
            if book.stop_count != 0 and state == TRADING:
                elect(self, book)
        if order.time_in_force == GTD:
            self._await_expiry(order)

    def _await_expiry(self, order: Order) -> None:
        if order.leaves_lots > 0:
            self.expiries.add(order)
            note_next_due(self)

    def _is_free(self, first: Order | None) -> bool:
        """Whether a name used before may be used again (IDN-01)."""
        return self.chooses and self.choices.names_reused != 0 and (first is None or first.leaves_lots == 0)

    def _cancel_order(self, command: CancelOrder) -> None:
        self._begin(command.time_ns)
        participant = self.participants[command.session]
        assert participant is not None
        tag = participant.orders.expect(command.cl_ord_id)
        order = self.find(participant, command.orig_cl_ord_id)
        reason = self.claim(participant, command.cl_ord_id, tag, command.orig_cl_ord_id)
        if reason == NO_REASON:
            reason = command.defect
        self.cancel(command, order, reason, self.chooses)

    def cancel(self, command: CancelOrder, order: Order | None, reason: int, may_wait: bool) -> None:
        """Carry out a cancel, or refuse it for a `reason` or what is found wrong; one that `may_wait` is put off."""
        if reason == NO_REASON:
            reason = request_defect(order, command.order_id, command.instrument, command.side)
        if reason == NO_REASON and command.orig_mod_ns != 0 and order is not None:
            reason = version_defect(order, command.orig_mod_ns, command.time_ns)
        if reason == NO_REASON and order is not None and order.origin.instrument.state != TRADING:
            reason = cancel_answer(order)
        if reason != NO_REASON:
            orig = last_name(self, order, command.orig_cl_ord_id) if self.chooses else command.orig_cl_ord_id
            whose, number, symbol = command.session, command.instrument, command.symbol
            self.tape.refused(TO_CANCEL, order, reason, whose, number, symbol, command.cl_ord_id, orig)
            return
        assert order is not None
        if may_wait and put_off(self, order, command):
            return
        book = self.books[order.origin.instrument.number]
        assert book is not None
        book.remove(order)
        event = self.tape.ended(order, CANCEL, NO_REASON)
        give_name(event, command.cl_ord_id)
        event.orig_cl_ord_id = name_of(order) if self.chooses else command.orig_cl_ord_id

    def _replace_order(self, command: ReplaceOrder) -> None:
        self._begin(command.time_ns)
        participant = self.participants[command.session]
        assert participant is not None
        tag = participant.orders.expect(command.cl_ord_id)
        order = self.find(participant, command.orig_cl_ord_id)
        reason = self.claim(participant, command.cl_ord_id, tag, command.orig_cl_ord_id)
        self.replace(command, order, reason, self.chooses)

    def replace(self, command: ReplaceOrder, order: Order | None, reason: int, may_wait: bool) -> None:
        """The same of a replace."""
        participant = self.participant(command.session)
        if reason == NO_REASON:
            reason = request_defect(order, command.order_id, command.instrument, command.side)
            may_reopen = reason == TOO_LATE and self.chooses and not participant.blocked
            if may_reopen and reopens(self.choices, order, command):
                assert order is not None
                reason = identity_defect(order, command.order_id, command.instrument, command.side)
        if reason == NO_REASON and command.orig_mod_ns != 0 and order is not None:
            reason = version_defect(order, command.orig_mod_ns, command.time_ns)
        if reason == NO_REASON and order is not None:
            reason = replace_defect(command, order)
            if reason == NO_REASON and self.chooses:
                book = self.book(order.origin.instrument.number)
                assert book is not None
                reason = refused_replace(book, order, command)
        if reason != NO_REASON:
            self._refuse_replace(command, order, reason)
            return
        assert order is not None
        if command.quantity_lots > filled_lots(order):
            gate = self.gate
            stop_ticks = 0 if command.terms is None else command.terms.stop_ticks
            reason = gate.check_replace(order, command.quantity_lots, command.price_ticks, stop_ticks)
            may_not_take = (command.exec_inst & POST_ONLY) != 0 or order.origin.instrument.state == POST_ONLY_PHASE
            if reason == NO_REASON and may_not_take and is_refused_as_taker(self, order, command):
                self._refuse_replace(command, order, POST_ONLY_WOULD_TRADE)
                return
            if reason != NO_REASON:
                event = self._refuse_replace(command, order, reason)
                event.value = gate.value
                event.limit = gate.limit
                event.limits_version = gate.limits_version
                return
        if may_wait and put_off(self, order, command):
            return
        self._replace(order, command)

    def _refuse_replace(self, command: ReplaceOrder, order: Order | None, reason: int) -> RequestRejected:
        orig = last_name(self, order, command.orig_cl_ord_id) if self.chooses else command.orig_cl_ord_id
        whose, number, symbol = command.session, command.instrument, command.symbol
        return self.tape.refused(TO_REPLACE, order, reason, whose, number, symbol, command.cl_ord_id, orig)

    def _replace(self, order: Order, command: ReplaceOrder) -> None:
        """Put an order's new version into force, after all checks (CXR-05, CXR-06, CXR-10 to CXR-12)."""
        book = self.book(order.origin.instrument.number)
        assert book is not None
        released_lots = order.leaves_lots
        released_ticks = order.risk_ticks
        done_lots = filled_lots(order)
        terms = None if command.terms is None else command.terms.copy()
        stays = keeps_priority(command, order)
        if self.chooses:
            stays = stays or keeps_place_by_display(book, order, terms, command.price_ticks, command.quantity_lots)
            stays = stays and not self.choices.place_never_kept
        stays = stays and command.quantity_lots > done_lots
        if stays and order.origin.instrument.state != TRADING:
            stays = keeps_place(book, order)
        if stays:
            book.reduce(order, command.quantity_lots)
            if terms is not None and order.terms is not None:
                terms.hidden_lots = order.terms.hidden_lots
        else:
            if released_lots > 0:
                book.remove(order)
            order.quantity_lots = max(command.quantity_lots, done_lots)
            order.leaves_lots = order.quantity_lots - done_lots
            if order.leaves_lots > 0:
                order.risk_ticks = self.gate.worst_ticks
            elif command.price_ticks != 0:
                order.risk_ticks = command.price_ticks
        order.terms = terms
        order.exec_inst = command.exec_inst
        order.time_in_force = command.time_in_force
        orig_cl_ord_id = name_of(order)
        self.participant(command.session).orders.rename(order, command.cl_ord_id)
        if order.status <= FILLED:
            order.status = filled_status(order)
        self.tape.accept(order)
        event = self.tape.order(order, REPLACE, NO_REASON)
        event.orig_cl_ord_id = orig_cl_ord_id
        event.released_lots = released_lots
        event.released_ticks = released_ticks
        if stays:
            if order.time_in_force == GTD:
                self._await_expiry(order)
        elif order.leaves_lots > 0:
            if (order.exec_inst & POST_ONLY) != 0 and is_matching(order.origin.instrument) and book.would_trade(order):
                book.slide(order)
            self._bring_in(book, order)

    def find(self, participant: Participant, cl_ord_id: bytes) -> Order | None:
        """A session's order by its current ClOrdID, or that of a request that is pending; another session's is as
        unknown as none (CXR-03, CXR-05, IDN-08).
        """
        order = participant.orders.get(cl_ord_id)
        if order is None or has_name(order, cl_ord_id):
            return order
        finds = self.chooses and (self.choices.names_chained or self.pending.holds(participant.number, cl_ord_id))
        return order if finds else None

    def claim(self, participant: Participant, cl_ord_id: bytes, tag: int, orig_cl_ord_id: bytes) -> int:
        """Use up a request's own ClOrdID, which was expected (IDN-04); that of the order it names is never free."""
        orders = participant.orders
        if orders.claim(cl_ord_id, None, tag):
            return NO_REASON
        if cl_ord_id != orig_cl_ord_id and self._is_free(orders.get(cl_ord_id)):
            orders.put(cl_ord_id, None)
            return NO_REASON
        return DUPLICATE_CL_ORD_ID

    # -- many orders ------------------------------------------------------------------------------------------------

    def open_orders(self, session: int, instrument: int, side: int) -> list[Order]:
        """Open orders of a session, instrument and side (0: any), by instrument, side, price and time."""
        books = self.books[1:] if instrument == 0 else [self.books[instrument]]
        return [
            order
            for book in books
            if book is not None
            for order in book.orders()
            if session in (0, order.origin.session) and side in (0, order.side)
        ]

    # -- what is known ----------------------------------------------------------------------------------------------

    def participant(self, number: int) -> Participant:
        """The session of a number."""
        participant = self.participants[number]
        assert participant is not None, f"session {number} is not registered"
        return participant

    def book(self, number: int) -> Book | None:
        """The book of an instrument's number, None for 0."""
        return self.books[number]
