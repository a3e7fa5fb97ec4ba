"""specs/matching.md's table of phases and requests, cell by cell, played into the engine (PHA-01)."""

from pathlib import Path

import pytest

from engine.codes import (
    AT_THE_CLOSE,
    AT_THE_OPENING,
    DAY,
    FOK,
    GTC,
    GTD,
    IOC,
    MARKET_TO_LIMIT,
    PHASE_NAMES,
    POST_ONLY,
    STOP,
    STOP_LIMIT,
)
from tests.model.play import Play

SPEC = (Path(__file__).parents[2] / "specs" / "matching.md").read_text()
PHASES = {name: phase for phase, name in PHASE_NAMES.items()}
ORDERS: dict[str, list[tuple[int | None, dict[str, int]]]] = {
    "limit": [
        (97, {}),
        (97, {"time_in_force": GTC}),
        (97, {"display_lots": 1}),
        (97, {"time_in_force": GTD, "expire_ns": 9}),
    ],
    "post_only": [(97, {"exec_inst": POST_ONLY})],
    "market": [(None, {}), (None, {"ord_type": MARKET_TO_LIMIT}), (None, {"time_in_force": GTC})],
    "stop": [(None, {"ord_type": STOP, "stop_ticks": 120}), (120, {"ord_type": STOP_LIMIT, "stop_ticks": 120})],
    "immediate": [(97, {"time_in_force": IOC}), (97, {"time_in_force": FOK}), (None, {"time_in_force": IOC})],
    "at_the_opening": [(97, {"time_in_force": AT_THE_OPENING}), (None, {"time_in_force": AT_THE_OPENING})],
    "at_the_close": [(97, {"time_in_force": AT_THE_CLOSE}), (None, {"time_in_force": AT_THE_CLOSE})],
}


def table() -> dict[tuple[str, str], str]:
    """(phase, request): "yes", or the reason."""
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in SPEC.splitlines() if line.startswith("| ")
    ]
    start = next(at for at, line in enumerate(lines) if line[0] == "phase")
    head = lines[start]
    rows = [line for line in lines[start + 1 :] if line[0] in PHASES and len(line) == len(head)]
    return {(line[0], request): cell for line in rows for request, cell in zip(head[1:], line[1:], strict=True)}


CELLS = table()


def test_every_phase_and_every_request_has_a_cell() -> None:
    assert {phase for phase, _ in CELLS} == set(PHASES)
    assert {request for _, request in CELLS} == {*ORDERS, "replace", "reduce", "cancel"}


@pytest.mark.parametrize(("phase", "request_kind"), CELLS)
def test_every_cell_is_what_the_venue_does(phase: str, request_kind: str) -> None:
    """PHA-01: the request is accepted, or refused for the reason that stands there."""
    said = CELLS[phase, request_kind]
    for at in range(len(ORDERS.get(request_kind, "x"))):
        play = Play()
        play.buy("day", 5, 95)
        play.buy("gtc", 5, 95, time_in_force=GTC)
        play.phase(PHASES[phase])
        if request_kind in ORDERS:
            ticks, terms = ORDERS[request_kind][at]
            line = play.buy("x", 2, ticks, **terms)[0]
            refusal = f"x rejected {said}"
        elif request_kind == "cancel":
            line = play.cancel("x", "day")[0]
            refusal = f"x<day cancel_rejected new {said}"
            assert play.cancel("y", "gtc")[0] == "y<gtc canceled 0+0", "GTC orders may be canceled in every phase"
        else:
            lots, price = (4, 95) if request_kind == "reduce" else (5, 96)
            line = play.replace("x", "day", lots, price)[0]
            refusal = f"x<day replace_rejected new {said}"
        assert line == refusal if said != "yes" else "rejected" not in line


def test_in_the_post_only_phase_a_replace_may_not_trade() -> None:
    """PHA-01: also one of an order that is not post-only."""
    play = Play()
    play.buy("b", 5, 95)
    play.sell("s", 5, 99)
    play.phase(PHASES["post_only"])
    assert play.replace("x", "b", 5, 99) == ["x<b replace_rejected new post_only_would_trade"]
    assert play.buy("p", 5, 99, exec_inst=POST_ONLY) == ["p rejected post_only_would_trade"]
    assert play.buy("q", 5, 98, exec_inst=POST_ONLY, time_in_force=DAY) == ["q entered 0+5 @98"]
