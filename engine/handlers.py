"""Which function obeys which command: all but orders, their cancels and replaces, which the exchange obeys itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine import safeguards
from engine.choices import SetOrderChoices, set_order_choices
from engine.commands import (
    CancelOrders,
    DefineInstrument,
    EndDay,
    ExpireOrders,
    HaltInstrument,
    MassCancel,
    RegisterSession,
    RequestMassStatus,
    RequestStatus,
    ResumeInstrument,
)
from engine.corrections import correct_trade
from engine.entry import RestrictEntry, restrict_entry
from engine.expiry import end_day, expire_orders
from engine.inquiries import answer_mass_status, answer_status
from engine.mass import cancel_orders, mass_cancel
from engine.pending import after_what_is_pending
from engine.phase import advance_phase, halt_instrument, resume_instrument, set_phase, set_trading_rules
from engine.phase_commands import AdvancePhase, SetPhase, SetTradingRules
from engine.registration import define_instrument, register_session
from engine.trade_commands import CorrectTrade

if TYPE_CHECKING:
    from engine.exchange import Exchange

HANDLERS: dict[type, Callable[[Exchange, Any], None]] = {
    MassCancel: mass_cancel,
    RequestStatus: answer_status,
    RequestMassStatus: answer_mass_status,
    RegisterSession: register_session,
    DefineInstrument: define_instrument,
    HaltInstrument: halt_instrument,
    ResumeInstrument: resume_instrument,
    CancelOrders: cancel_orders,
    EndDay: after_what_is_pending(end_day),
    ExpireOrders: expire_orders,
    SetTradingRules: set_trading_rules,
    SetOrderChoices: after_what_is_pending(set_order_choices),
    SetPhase: set_phase,
    RestrictEntry: restrict_entry,
    AdvancePhase: advance_phase,
    CorrectTrade: correct_trade,
    **safeguards.HANDLERS,
}
