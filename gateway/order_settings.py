"""The [orders] section: where exchanges differ in what becomes of an order; specs/rules.md has each key by its rule."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.choices import SetOrderChoices
from engine.codes import ELECTION_ROUNDS_MAX, ICEBERG_PARTS_MAX
from gateway.fields import Flag, Section

# For each choice of two words: the field of SetOrderChoices, and the word that is not the usual one.
WORDS = {
    "cl_ord_ids": ("names_reused", "once_while_open"),
    "replace_names": ("names_chained", "any"),
    "replace_filled": ("filled_reopened", "reopened"),
    "replace_priority": ("place_never_kept", "never_kept"),
    "replace_to_done": ("replace_to_done_refused", "refused"),
    "replace_crossing": ("replace_crossing_refused", "refused"),
    "market_unmet": ("market_unmet_refused", "refused"),
    "market_resting": ("market_resting_refused", "refused"),
    "market_remainder": ("market_rest_priced", "rests"),
    "unfilled": ("unfilled_expires", "expired"),
    "minimum_quantity": ("minimum_refused", "refused"),
    "iceberg_display_change": ("place_kept_by_display", "keeps_place"),
    "iceberg_trades": ("parts_apart", "apart"),
    "stop_reached": ("stop_reached_refused", "refused"),
    "stop_order": ("stops_by_age", "oldest"),
    "stop_risk": ("elected_checked", "checked_again"),
    "day_end": ("days_done", "done_for_day"),
    "pending_second": ("pending_second_refused", "refused"),
}


PENDING_MS_MAX = 60_000
"""How long a cancel or replace may be pending."""


class Orders(Section):
    """The choices; each key is explained where its rule stands."""

    cl_ord_ids: Literal["once_a_day", "once_while_open"] = "once_a_day"
    replace_names: Literal["last", "any"] = "last"
    replace_filled: Literal["refused", "reopened"] = "refused"
    replace_priority: Literal["kept_by_less", "never_kept"] = "kept_by_less"
    replace_to_done: Literal["filled", "refused"] = "filled"
    replace_crossing: Literal["trades", "refused"] = "trades"
    market_unmet: Literal["canceled", "refused"] = "canceled"
    market_resting: Literal["accepted", "refused"] = "accepted"
    market_remainder: Literal["canceled", "rests"] = "canceled"
    unfilled: Literal["canceled", "expired"] = "canceled"
    minimum_quantity: Literal["kept", "refused"] = "kept"
    day_end: Literal["expired", "done_for_day"] = "expired"
    good_till_renewal: Flag = True
    iceberg_display_change: Literal["loses_place", "keeps_place"] = "loses_place"
    iceberg_trades: Literal["together", "apart"] = "together"
    iceberg_smaller_percent: Annotated[int, Field(strict=True, ge=0, le=90)] = 0
    iceberg_parts_max: Annotated[int, Field(strict=True, ge=1, le=ICEBERG_PARTS_MAX)] = ICEBERG_PARTS_MAX
    stop_reached: Literal["elected", "refused"] = "elected"
    stop_order: Literal["nearest", "oldest"] = "nearest"
    stop_risk: Literal["held", "checked_again"] = "held"
    stop_rounds_max: Annotated[int, Field(strict=True, ge=1, le=1_000)] = ELECTION_ROUNDS_MAX
    stop_election: Literal["restated", "triggered"] = "restated"
    pending_ms: Annotated[int, Field(strict=True, ge=0, le=PENDING_MS_MAX)] = 0
    pending_second: Literal["waits", "refused"] = "waits"


def set_order_choices(orders: Orders, who: bytes, why: bytes, time_ns: int) -> SetOrderChoices:
    """The command that makes the choices of the settings; `stop_election` is the reports' alone."""
    chosen = {field: int(getattr(orders, key) == word) for key, (field, word) in WORDS.items()}
    return SetOrderChoices(
        **chosen,
        nights_silent=int(not orders.good_till_renewal),
        parts_smaller_percent=orders.iceberg_smaller_percent,
        parts_max=orders.iceberg_parts_max,
        election_rounds_max=orders.stop_rounds_max,
        pending_ms=orders.pending_ms,
        who=who,
        why=why,
        time_ns=time_ns,
    )
