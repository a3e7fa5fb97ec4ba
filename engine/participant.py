"""A session as the exchange knows it: for whom it acts and which identifiers it has used."""

from __future__ import annotations

import cython

from engine.instrument import Instrument
from engine.names import Names
from engine.order import Origin

ORIGINS_MAX = 10_000  # accounts of a session in an instrument whose orders share

REFUSALS_KEPT_MAX = 10_000
"""How many of a day's refused orders are remembered for a possible resend; later ones are duplicates like others."""


@cython.final
@cython.cclass
class Participant:
    """One session as the exchange knows it; `orders` has every ClOrdID it used today with its order, if there is one
    (IDN-01); `refusals` says why there is none: reason, value, limit and version of the limit (IDN-03). `origins`
    are by instrument number, account and identifier, `recent` is the last of them; `blocked` says that a Kill keeps it
    from entering orders (KIL-01).
    """

    __slots__ = (
        "blocked",
        "comp_id",
        "firm",
        "firm_name",
        "number",
        "orders",
        "origins",
        "post_only_slides",
        "recent",
        "refusals",
        "self_trade",
        "user",
    )

    def __init__(
        self,
        number: int,
        comp_id: bytes,
        firm: int,
        self_trade: int,
        post_only_slides: int = 0,
        firm_name: bytes = b"",
        user: bytes = b"",
    ) -> None:
        self.number = number
        self.comp_id = comp_id
        self.firm = firm
        self.self_trade = self_trade
        self.post_only_slides = post_only_slides
        self.firm_name = firm_name
        self.user = user
        self.blocked = False
        self.orders = Names()
        self.refusals: dict[bytes, tuple[int, int, int, int]] = {}
        self.origins: list[dict[object, Origin]] = []
        self.recent: Origin | None = None

    def origin(self, instrument: Instrument, account: bytes, self_match: bytes) -> Origin:
        """What the session's orders for an account in an instrument have in common, those of one identifier."""
        found = self.recent
        is_same = found is not None and found.instrument is instrument and found.account == account
        if is_same and found.self_match == self_match:  # type: ignore[union-attr]
            return found  # type: ignore[return-value]
        while len(self.origins) <= instrument.number:
            self.origins.append({})
        known = self.origins[instrument.number]
        key = (account, self_match) if self_match else account
        found = known.get(key)
        if found is None or found.instrument is not instrument:
            found = Origin(self.number, self.firm, account, instrument, self.self_trade, self_match)
            if instrument.number != 0 and len(known) < ORIGINS_MAX:
                known[key] = found
        self.recent = found
        return found
