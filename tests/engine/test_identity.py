"""Which order a name means, and whose (RULES.md section 5)."""

from engine.codes import BUY, MASS_ALL, SELL
from engine.commands import EnterOrder, MassCancel, RequestMassStatus, RequestStatus
from engine.participant import REFUSALS_KEPT_MAX
from engine.reasons import QUANTITY_OFF_LOT
from tests.model.play import Play


def test_a_name_is_used_up_by_every_kind_of_request() -> None:
    """IDN-01: D, F, G and q share one space of ClOrdIDs."""
    play = Play()
    play.buy("order", 5, 99)
    play.replace("replace", "order", 6, 99)
    play.cancel("cancel", "unknown")
    play.mass_cancel("mass", instrument=2)
    play.buy("refused", 5, 99, defect=QUANTITY_OFF_LOT)
    for used in ("order", "replace", "cancel", "mass", "refused"):
        assert play.buy(used, 5, 99)[0].endswith("duplicate_cl_ord_id")
        assert play.replace(used, "replace", 7, 99)[0].endswith("duplicate_cl_ord_id")
        assert play.cancel(used, "replace")[0].endswith("duplicate_cl_ord_id")
        assert play.mass_cancel(used) == [f"{used} mass_canceled 0 duplicate_cl_ord_id"]


def test_a_request_under_a_used_name_is_refused_with_how_its_order_stands() -> None:
    """IDN-04: also where the name is that of the order it asks for."""
    play = Play()
    play.buy("a", 5, 99)
    assert play.cancel("a", "a") == ["a<a cancel_rejected new duplicate_cl_ord_id"]
    assert play.replace("a", "a", 6, 99) == ["a<a replace_rejected new duplicate_cl_ord_id"]
    assert play.cancel("a", "none") == ["a<none cancel_rejected rejected duplicate_cl_ord_id"]


def test_two_sessions_may_use_the_same_name() -> None:
    """IDN-01: unique per SenderCompID."""
    play = Play()
    assert play.buy("a", 5, 99, 1) == ["a entered 0+5 @99"]
    assert play.buy("a", 6, 99, 2) == ["a entered 0+6 @99"]
    assert play.cancel("c", "a", 2) == ["c<a canceled 0+0"]
    assert play.status("a") == ["a is 0+5 @99 new"]


def test_a_duplicate_is_answered_with_how_the_first_order_stands() -> None:
    """IDN-02: not with OrdStatus Rejected, which would tell the client that its live order is dead."""
    play = Play()
    play.buy("a", 5, 99)
    assert play.buy("a", 7, 98) == ["a rejected 0+5 new duplicate_cl_ord_id"]
    play.sell("s", 2, 99)
    assert play.buy("a", 7, 98) == ["a rejected 2+3 partially_filled duplicate_cl_ord_id"]
    play.cancel("c", "a")
    assert play.buy("a", 7, 98) == ["a rejected 2+0 canceled duplicate_cl_ord_id"]
    assert play.depth() == ([], [])


def test_a_duplicate_that_is_wrong_besides_does_not_kill_the_first_order_either() -> None:
    """IDN-02 with RSK-01: the reason is the first in the published order, the status the first order's."""
    play = Play()
    play.buy("a", 5, 99)
    assert play.buy("a", 5, 99, defect=QUANTITY_OFF_LOT) == ["a rejected 0+5 new quantity_off_lot"]
    play.halt()
    assert play.buy("a", 5, 99) == ["a rejected 0+5 new not_trading"]


def test_a_duplicate_of_a_name_since_replaced_is_answered_under_that_name() -> None:
    """IDN-02: the answer carries the ClOrdID of the request it answers."""
    play = Play()
    play.buy("a", 5, 99)
    play.replace("b", "a", 6, 99)
    assert play.buy("a", 5, 99) == ["a rejected 0+6 new duplicate_cl_ord_id"]
    assert play.enter("a", "buy", 5, 99, poss_resend=True) == ["a is 0+6 @99 new"]


def test_a_duplicate_of_a_rejected_order_is_rejected() -> None:
    play = Play()
    play.buy("a", 5, 99, defect=QUANTITY_OFF_LOT)
    assert play.buy("a", 5, 99) == ["a rejected duplicate_cl_ord_id"]


def test_a_resent_order_that_is_known_is_answered_with_its_state() -> None:
    """IDN-03, also while trading is halted."""
    play = Play()
    play.buy("a", 5, 99)
    assert play.enter("a", "buy", 5, 99, poss_resend=True) == ["a is 0+5 @99 new"]
    play.halt()
    assert play.enter("a", "buy", 5, 99, poss_resend=True) == ["a is 0+5 @99 new"]


def test_a_resent_order_that_was_refused_is_answered_with_that_refusal_again() -> None:
    """IDN-03: whatever is wrong with it now; the day's end forgets it."""
    play = Play()
    play.buy("a", 5, 99, defect=QUANTITY_OFF_LOT)
    assert play.enter("a", "buy", 5, 99, poss_resend=True) == ["a rejected quantity_off_lot"]
    play.halt()
    assert play.enter("a", "buy", 5, 99, poss_resend=True) == ["a rejected quantity_off_lot"]
    play.resume()
    assert play.cancel("b", "none") == ["b<none cancel_rejected rejected unknown_order"]
    assert play.enter("b", "buy", 5, 99, poss_resend=True) == ["b rejected duplicate_cl_ord_id"]
    play.end_day()
    assert play.enter("a", "buy", 5, 99, poss_resend=True) == ["a entered 0+5 @99"]


def test_so_many_refusals_are_remembered_and_no_more() -> None:
    """IDN-03: memory is bounded."""
    play = Play()
    for number in range(REFUSALS_KEPT_MAX + 1):
        play.buy(str(number), 5, 99, defect=QUANTITY_OFF_LOT)
    last = str(REFUSALS_KEPT_MAX)
    assert play.enter("0", "buy", 5, 99, poss_resend=True) == ["0 rejected quantity_off_lot"]
    assert play.enter(last, "buy", 5, 99, poss_resend=True) == [f"{last} rejected duplicate_cl_ord_id"]


def test_a_resent_order_that_is_not_known_is_new() -> None:
    """IDN-03"""
    assert Play().enter("a", "buy", 5, 99, poss_resend=True) == ["a entered 0+5 @99"]


def test_a_cancel_of_nothing_says_rejected_and_leaves_the_name_free() -> None:
    """IDN-05: the OrigClOrdID is not consumed."""
    play = Play()
    assert play.cancel("c", "a") == ["c<a cancel_rejected rejected unknown_order"]
    assert play.replace("r", "a", 5, 99) == ["r<a replace_rejected rejected unknown_order"]
    assert play.buy("a", 5, 99) == ["a entered 0+5 @99"]


def test_a_status_request_is_answered_with_the_current_state() -> None:
    """IDN-06"""
    play = Play()
    play.buy("a", 5, 99)
    assert play.status("a") == ["a is 0+5 @99 new"]
    play.sell("s", 2, 99)
    assert play.status("a") == ["a is 2+3 @99 partially_filled"]


def test_a_status_request_for_an_unknown_order_is_answered_with_rejected() -> None:
    """IDN-06"""
    play = Play()
    play.buy("a", 5, 99)
    for strange in ("b", "A"):
        assert play.status(strange) == [f"{strange} is rejected unknown_order"]
    assert play.status("a", instrument=2) == ["a is rejected unknown_order"]
    assert play.status("a", side=SELL) == ["a is rejected unknown_order"]
    assert play.run(RequestStatus(1, b"a", 1, BUY, order_id=7)) == ["a is rejected unknown_order"]


def test_a_mass_status_request_is_answered_order_by_order() -> None:
    """IDN-07: the total on each, the last one marked, the request's id echoed."""
    play = Play()
    play.buy("a", 5, 98)
    play.buy("b", 5, 99)
    play.buy("other", 5, 99, 2)
    play.enter("c", "sell", 5, 105, 1, 2)
    assert play.mass_status() == ["b is 0+5 @99 new", "a is 0+5 @98 new", "c is 0+5 @105 new"]
    answers = [(e.request_id, e.reports_total, e.last_report) for e in play.order_events()]
    assert answers == [(b"ask", 3, False), (b"ask", 3, False), (b"ask", 3, True)]
    assert play.mass_status(instrument=2) == ["c is 0+5 @105 new"]
    assert play.mass_status(side=SELL) == ["c is 0+5 @105 new"]


def test_a_mass_status_request_that_finds_nothing_gets_one_answer() -> None:
    """IDN-07"""
    play = Play()
    assert play.mass_status() == [" is rejected unknown_order"]
    (event,) = play.order_events()
    assert (event.reports_total, event.last_report) == (0, True)


def test_a_request_for_all_orders_is_about_all_whatever_symbol_it_names() -> None:
    """IDN-07, KIL-02"""
    play = Play()
    play.buy("a", 5, 99)
    play.enter("b", "buy", 5, 99, 1, 2)
    assert play.run(RequestMassStatus(1, b"q", MASS_ALL, 2)) == ["a is 0+5 @99 new", "b is 0+5 @99 new"]
    assert play.run(MassCancel(1, b"m", MASS_ALL, 2))[0] == "m mass_canceled 2"


def test_a_status_request_changes_nothing() -> None:
    """IDN-06"""
    play = Play()
    play.buy("a", 5, 99)
    play.status("a")
    play.mass_status()
    assert play.depth() == ([(99, 5)], [])
    assert play.sell("s", 5, 99)[-1] == "a traded 5@99 5+0"


def test_another_sessions_order_is_as_unknown_as_none() -> None:
    """IDN-08: the answers do not differ, whether or not the order exists."""
    play = Play(firms=1)
    play.buy("a", 5, 99, 1)
    number = play.order("a").order_id
    for orig in ("a", "never"):
        assert play.cancel(f"c{orig}", orig, 2) == [f"c{orig}<{orig} cancel_rejected rejected unknown_order"]
        assert play.replace(f"r{orig}", orig, 1, 99, 2) == [f"r{orig}<{orig} replace_rejected rejected unknown_order"]
        assert play.status(orig, 2) == [f"{orig} is rejected unknown_order"]
        assert play.cancel(f"n{orig}", orig, 2, order_id=number)[0].endswith("rejected unknown_order")
    assert play.mass_cancel("m", 2) == ["m mass_canceled 0"]
    assert play.depth() == ([(99, 5)], [])


def test_the_next_day_the_names_of_dead_orders_are_free_again() -> None:
    """IDN-01: unique per trading day, and among open orders."""
    play = Play()
    play.buy("day", 5, 99)
    play.buy("gtc", 5, 98, time_in_force=ord("1"))
    play.buy("old", 5, 97, time_in_force=ord("1"))
    play.replace("new", "old", 6, 97, time_in_force=ord("1"))
    play.end_day()
    assert play.run(EnterOrder(1, b"day", 1, BUY, 5, 99)) == ["day entered 0+5 @99"]
    assert play.buy("gtc", 5, 99) == ["gtc rejected 0+5 new duplicate_cl_ord_id"]
    assert play.buy("new", 5, 99) == ["new rejected 0+6 new duplicate_cl_ord_id"]
    assert play.buy("old", 5, 99) == ["old entered 0+5 @99"]
    assert play.cancel("c", "new") == ["c<new canceled 0+0"]
