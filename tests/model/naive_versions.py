"""Where the naive exchange puts a new version of an order, and whether the phase lets it (CXR-09)."""

from typing import TYPE_CHECKING

from engine import codes, commands
from tests.model.naive_order import WAITING, NaiveOrder
from tests.model.naive_phases import says

if TYPE_CHECKING:
    from tests.model.naive_exchange import NaiveExchange


def no_replace_now(model: "NaiveExchange", command: commands.ReplaceOrder, order: NaiveOrder) -> int:
    """Why the phase refuses a new version; one that may only trade at once is refused as a new order would be."""
    reason = says(model, order.instrument, "reduce" if reduces(command, order, order.display) else "replace")
    if command.time_in_force == codes.IOC:
        reason = reason or says(model, order.instrument, "immediate")
    return reason


def reduces(command: commands.ReplaceOrder, order: NaiveOrder, display: int) -> bool:
    """Whether nothing but the quantity changes, and that not upwards, with so much shown (CXR-09)."""
    stop, new_display = (0, 0) if command.terms is None else command.terms.values()[:2]
    same = command.price_ticks == order.price and new_display == display
    same = same and (order.ord_type not in WAITING or stop == order.stop)
    return same and command.quantity_lots <= order.quantity and command.time_in_force != codes.IOC


def keeps_place(model: "NaiveExchange", command: commands.ReplaceOrder, order: NaiveOrder) -> bool:
    new_display = 0 if command.terms is None else command.terms.display_lots
    both = model.choices.place_kept_by_display and order.ord_type == codes.LIMIT and order.display and new_display
    stage = model.stages[order.instrument]
    carried = stage.phase in codes.CALLS and model.rules.amend_resets and order.number <= stage.carried
    if model.choices.place_never_kept or carried or command.quantity_lots <= order.cum:
        return False
    return reduces(command, order, new_display if both else order.display)
