"""A day's end with the engines of others: Day orders expire, the session ends, and its numbers begin again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gateway.test_venue_schedule import before_a_boundary
from tests.interop.engine import expect, send
from tests.interop.engines import ONE_EACH, making, prepare


@pytest.mark.parametrize("name", ONE_EACH)
def test_an_engine_lives_through_a_day_end_and_a_reset(name: str, tmp_path: Path) -> None:
    """SES-05, SES-06, SES-23, SES-28: it hears of the end before it comes, and of its orders before it is logged out;
    then it logs on again, begins at 1 with the venue, and asks for nothing of the day before.
    """
    prepare(name, tmp_path)
    with before_a_boundary(tmp_path, ("ENGINE",)) as (venue, _), making(name, venue.port, tmp_path) as engine:
        engine.start()
        day, kept = (
            send(engine, "D", t55="AAPL", t54="1", t38=5, t40="2", t44="140.00", t21="1", t59=life) for life in "01"
        )
        for cl_ord_id in (day, kept):
            expect(engine, "8", t11=cl_ord_id, t150="0")
        expect(engine, "B")
        expect(engine, "8", t11=day, t150="C", t39="C")
        expect(engine, "8", t11=kept, t150="D", t378="1")
        engine.return_anew()
        canceled = send(engine, "F", t41=kept, t55="AAPL", t54="1", t38=5)
        assert int(expect(engine, "8", t11=canceled, t150="4")[34]) <= 3
        engine.stop()
        assert engine.resend_requests == 0
        assert engine.came.empty()
        engine.start()
        again = send(engine, "D", t55="AAPL", t54="1", t38=5, t40="2", t44="140.00", t21="1")
        expect(engine, "8", t11=again, t150="0")
        engine.stop()
        assert engine.resend_requests == 0
