"""What the events of an order say, and in what order (RULES.md sections 3 and 4)."""

from engine.codes import FOK, IOC
from engine.commands import CancelOrders, EnterOrder
from engine.events import OrderEvent
from engine.reasons import CANCELED_BY_OPERATOR, QUANTITY_OFF_LOT
from tests.model.notation import STATUSES, show
from tests.model.play import Play


def test_an_order_is_entered_before_it_trades() -> None:
    """ORD-12, also if it is filled on entry."""
    play = Play()
    assert play.sell("s", 5, 100) == ["s entered 0+5 @100"]
    assert play.buy("b", 5, 100) == ["b entered 0+5 @100", "b traded 5@100 5+0", "s traded 5@100 5+0"]


def test_the_status_is_the_one_after_what_happened() -> None:
    """ORD-03: a fill is a trade, with PartiallyFilled or Filled as what the order is then."""
    play = Play()
    play.sell("s", 5, 100)
    play.buy("b", 3, 100)
    assert play.status("b") == ["b is 3+0 @100 filled"]
    assert play.status("s", 2, side=ord("2")) == ["s is 3+2 @100 partially_filled"]


def test_of_two_statuses_that_fit_the_one_of_higher_precedence_is_told() -> None:
    """ORD-04: Canceled and Expired stand above PartiallyFilled, Filled above all that has ended."""
    play = Play()
    for name in ("canceled", "expired", "reduced"):
        play.buy(name, 5, 100)
        play.sell("to-" + name, 2, 100)
        if name == "canceled":
            assert play.cancel("c", name) == ["c<canceled canceled 2+0"]
        elif name == "expired":
            assert play.end_day()[0] == "expired expired 2+0 day_ended"
        else:
            assert play.replace("r", name, 2, 100) == ["r<reduced replaced 2+0 @100 filled"]


def test_a_request_is_answered_before_anything_else_happens() -> None:
    """ORD-06 to ORD-08: nothing is pending unless that is chosen, and an order never is new and pending."""
    play = Play()
    play.buy("a", 5, 100)
    play.sell("s", 2, 100)
    assert play.replace("b", "a", 6, 100) == ["b<a replaced 2+4 @100 partially_filled"]
    play.sell("t", 4, 100)
    assert play.cancel("c", "b") == ["c<b cancel_rejected filled too_late"]
    pending = {word for word in STATUSES.values() if word.startswith("pending")}
    assert pending == {"pending_cancel", "pending_replace"}


def test_what_has_ended_changes_no_more() -> None:
    """ORD-09: neither by requests, nor by other orders, nor with the day."""
    play = Play()
    play.buy("canceled", 5, 100)
    play.cancel("c", "canceled")
    play.buy("filled", 5, 100)
    play.sell("s", 5, 100)
    play.buy("rejected", 5, 100, defect=QUANTITY_OFF_LOT)
    play.sell("t", 9, 90)
    assert play.mass_cancel("m") == ["m mass_canceled 0"]
    for name in ("canceled", "filled"):
        assert play.cancel("c-" + name, name)[0].endswith(f"cancel_rejected {name} too_late")
        assert play.replace("r-" + name, name, 9, 100)[0].endswith(f"replace_rejected {name} too_late")
    assert play.end_day() == ["t expired 0+0 day_ended", "day 20260102 ended 1"]


def test_a_fill_and_the_end_of_the_rest_are_two_events() -> None:
    """ORD-05"""
    play = Play()
    play.sell("s", 3, 100)
    lines = play.buy("b", 5, 100, time_in_force=IOC)
    assert lines == ["b entered 0+5 @100", "b traded 3@100 3+2", "s traded 3@100 3+0", "b canceled 3+0 unfilled"]


def test_every_event_has_its_own_number() -> None:
    """ORD-02: rising by one through the whole life of the venue."""
    play = Play()
    play.sell("s", 3, 100)
    play.buy("b", 5, 100)
    first = [event.sequence for event in play.events]
    play.cancel("c", "b")
    assert [event.sequence for event in play.events] == [first[-1] + 1]
    assert first == list(range(first[0], first[0] + 3))


def test_an_order_keeps_its_number_through_replaces() -> None:
    """ORD-15: the venue's number, not the client's."""
    play = Play()
    play.buy("a", 5, 99)
    number = play.order("a").order_id
    play.replace("b", "a", 6, 99)
    play.replace("c", "b", 6, 98)
    play.cancel("d", "c")
    assert {event.order_id for event in play.order_events()} == {number}


def test_both_sides_of_a_match_tell_the_same() -> None:
    """ORD-13: number, quantity, price; who came and who rested."""
    play = Play()
    play.sell("s", 5, 100)
    play.buy("b", 2, 101)
    _, taker, maker = play.order_events()
    assert (taker.match, taker.last_lots, taker.last_ticks) == (maker.match, maker.last_lots, maker.last_ticks)
    assert (taker.aggressor, maker.aggressor) == (True, False)


def test_matches_are_numbered_one_by_one() -> None:
    """ORD-13"""
    play = Play()
    play.sell("s", 1, 100)
    play.sell("t", 1, 101)
    play.buy("b", 2, 101)
    assert [event.match for event in play.order_events()] == [0, 1, 1, 2, 2]


def test_a_cancel_that_was_not_asked_for_names_no_earlier_order() -> None:
    """ORD-10: ClOrdID is the order's own, OrigClOrdID is absent, and a reason is given."""
    play = Play()
    play.buy("a", 5, 99)
    lines = play.run(CancelOrders(0, 1, CANCELED_BY_OPERATOR, b"op", b"why"))
    assert lines == ["a canceled 0+0 canceled_by_operator"]


def test_only_a_trade_has_a_last_quantity_and_price() -> None:
    """ORD-16"""
    play = Play()
    play.sell("s", 5, 100)
    play.buy("b", 5, 100, time_in_force=FOK)
    deals = [(event.last_lots, event.last_ticks) for event in play.order_events()]
    assert deals == [(0, 0), (5, 100), (5, 100)]


def test_a_rejected_order_has_nothing_and_stands_nowhere() -> None:
    """VAL-04"""
    play = Play()
    assert play.buy("a", 5, 99, defect=QUANTITY_OFF_LOT) == ["a rejected quantity_off_lot"]
    (event,) = play.order_events()
    assert (event.order_id, event.cum_lots, event.leaves_lots, event.notional) == (0, 0, 0, 0)
    assert play.depth() == ([], [])


def test_refusals_come_in_the_published_order() -> None:
    """RSK-01: instrument, phase, form, duplicate; exactly one reason."""
    play = Play()
    play.buy("a", 5, 99)
    bad = EnterOrder(1, b"a", 0, ord("1"), 0, 0, ord("P"), ord("9"), 128)
    reasons = [play.run(bad)[0].split()[-1]]
    bad.instrument = 1
    play.halt()
    reasons += [play.run(bad)[0].split()[-1]]
    play.resume()
    reasons += [play.run(bad)[0].split()[-1]]
    for field, value in (
        ("ord_type", ord("2")),
        ("time_in_force", ord("0")),
        ("exec_inst", 0),
        ("quantity_lots", 5),
        ("price_ticks", 99),
    ):
        setattr(bad, field, value)
        reasons += [play.run(bad)[0].split()[-1]]
    assert reasons == [
        "unknown_symbol",
        "not_trading",
        "unsupported_ord_type",
        "unsupported_time_in_force",
        "unsupported_instruction",
        "quantity_not_positive",
        "price_not_positive",
        "duplicate_cl_ord_id",
    ]


def test_only_buys_and_sells_are_taken() -> None:
    """VAL-03: a Side(54) the venue does not know is never taken for one it knows."""
    play = Play()
    for side in b"3456789":
        (line,) = play.run(EnterOrder(1, b"%d" % side, 1, side, 5, 100))
        assert line.endswith("rejected unsupported_side")
    assert play.depth() == ([], [])


def test_numbers_beyond_the_core_are_refused() -> None:
    """VAL-06"""
    play = Play()
    assert play.buy("a", 10**15 + 1, 1) == ["a rejected quantity_too_large"]
    assert play.buy("b", 1, 10**12 + 1) == ["b rejected price_too_large"]
    assert play.buy("c", 10**6 + 1, 10**12) == ["c rejected notional_too_large"]
    assert play.buy("d", 10**6, 10**12) == [f"d entered 0+{10**6} @{10**12}"]


def test_quantities_are_those_of_all_versions() -> None:
    """QTY-04, QTY-01: a replaced order's fills are the new version's too."""
    play = Play()
    play.buy("a", 10, 100)
    play.sell("s", 4, 100)
    assert play.replace("b", "a", 20, 101) == ["b<a replaced 4+16 @101 partially_filled"]
    assert play.sell("t", 6, 101) == ["t entered 0+6 @101", "t traded 6@101 6+0", "b traded 6@101 10+10"]
    (event,) = [e for e in play.order_events() if e.cl_ord_id == b"b"]
    assert event.notional == 4 * 100 + 6 * 101


def test_a_canceled_order_keeps_what_it_bought() -> None:
    """QTY-02, QTY-03: LeavesQty is 0, CumQty stays."""
    play = Play()
    play.buy("a", 10, 100)
    play.sell("s", 4, 100)
    assert play.cancel("c", "a") == ["c<a canceled 4+0"]


def test_the_sum_of_prices_is_exact() -> None:
    """QTY-03, QTY-05: 1000 at 100 and 9000 at 110 are 109 on average."""
    play = Play()
    play.sell("s", 1_000, 100)
    play.sell("t", 9_000, 110)
    play.buy("b", 10_000, 110)
    event = play.order_events()[-2]
    assert (event.cl_ord_id, event.notional // event.cum_lots, event.notional % event.cum_lots) == (b"b", 109, 0)


def test_the_golden_sequence_as_far_as_there_are_no_busts() -> None:
    """QTY-05: 1000 at 100, 9000 at 110 in an order of 10000, told trade by trade; a replace to 12000 comes too late."""
    play = Play()
    totals = []
    play.sell("s", 1_000, 100)
    play.buy("a", 10_000, 110)
    totals.append(play.order_events()[1])
    play.sell("t", 9_000, 110)
    totals.append(play.order_events()[-1])
    figures = [(event.cum_lots, event.leaves_lots, event.notional // event.cum_lots) for event in totals]
    assert figures == [(1_000, 9_000, 100), (10_000, 0, 109)]
    assert play.replace("b", "a", 12_000, 110) == ["b<a replace_rejected filled too_late"]


def test_the_events_handed_out_stay_as_they_were() -> None:
    """An event is a record: what happens to the order later does not change it."""
    play = Play()
    play.buy("a", 10, 100)
    (entered,) = play.events
    assert isinstance(entered, OrderEvent)
    play.sell("s", 4, 100)
    assert show(entered) == "a entered 0+10 @100"
