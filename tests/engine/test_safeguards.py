"""The kill switch and cancel on disconnect, in the core (RULES section 16)."""

from engine.codes import ALL_OR_NONE, CANCEL_ON_FAILURE, DAY, GTC, GTD, POST_ONLY, STOP
from engine.commands import EnterOrder, RegisterSession
from engine.safeguard_commands import (
    BY_FIRM,
    BY_MARKET,
    BY_SESSION,
    BY_USER,
    AwaitReturn,
    CancelOnDisconnect,
    CancelOnFailure,
    Kill,
    Unkill,
)
from engine.safeguard_commands import NoteReturn as Return
from tests.model.play import Play

KILLED = "canceled 0+0 killed"
BLOCKED = "rejected 0+0 blocked"


def kill(play: Play, scope: int, name: bytes = b"") -> list[str]:
    return play.run(Kill(scope, name, b"op", b"mad", play.time_ns))


def unkill(play: Play, scope: int, name: bytes = b"") -> list[str]:
    return play.run(Unkill(scope, name, b"op", b"well again", play.time_ns))


def ends(lines: list[str]) -> list[tuple[str, str]]:
    """(ClOrdID, reason) of each event."""
    return [(line.split()[0], line.split()[-1]) for line in lines]


def test_a_kill_cancels_every_open_order_in_its_scope_in_one_command() -> None:
    """KIL-01: also stops, what an iceberg hides, and orders good till cancel; others' stay."""
    play = Play()
    play.buy("day", 5, 99)
    play.buy("gtc", 5, 98, time_in_force=GTC)
    play.buy("gtd", 5, 97, time_in_force=GTD, expire_ns=1_000)
    play.buy("stop", 5, None, ord_type=STOP, stop_ticks=110)
    play.buy("iceberg", 50, 96, display_lots=5)
    play.sell("other", 5, 105)
    before = play.exchange.tape.command
    assert ends(kill(play, BY_SESSION, b"C1")) == [
        (name, "killed") for name in ("day", "gtc", "gtd", "iceberg", "stop")
    ]
    assert play.exchange.tape.command == before + 1
    assert [order.cl_ord_id for order in play.exchange.open_orders(0, 0, 0)] == [b"other"]


def test_a_killed_session_enters_nothing_and_may_still_ask_to_cancel() -> None:
    """KIL-01, RSK-01: blocked comes before every other reason; the cancel finds that its order has gone."""
    play = Play()
    play.buy("1", 5, 99)
    kill(play, BY_SESSION, b"C1")
    assert ends(play.buy("2", 5, 99)) == [("2", "blocked")]
    assert ends(play.buy("3", 0, 99)) == [("3", "blocked")]
    assert "too_late" in play.cancel("4", "1")[0]
    assert ends(play.sell("5", 5, 105)) == [("5", "@105")]


def test_a_kill_covers_a_firm_a_user_or_the_market_also_those_who_come_later() -> None:
    """KIL-01."""
    for scope, name in ((BY_FIRM, b"F1"), (BY_USER, b"joe"), (BY_MARKET, b"")):
        play = Play(sessions=2, firms=2)
        play.run(RegisterSession(3, b"C3", 1, b"F1", user=b"joe"))
        play.buy("3", 5, 99, session=3)
        assert ends(kill(play, scope, name)) == [("3", "killed")]
        play.run(RegisterSession(4, b"C4", 1, b"F1", user=b"joe"))
        assert ends(play.buy("4", 5, 99, session=4)) == [("4", "blocked")]
        assert ends(play.buy("2", 5, 99, session=2)) == [("2", "blocked" if scope == BY_MARKET else "@99")]
        assert unkill(play, scope, name) == []
        assert ends(play.buy("5", 5, 99, session=4)) == [("5", "@99")]


def test_what_two_kills_block_stays_blocked_until_both_are_lifted() -> None:
    """KIL-01."""
    play = Play()
    kill(play, BY_MARKET)
    kill(play, BY_SESSION, b"C1")
    unkill(play, BY_MARKET)
    assert ends(play.buy("1", 5, 99)) == [("1", "blocked")]
    unkill(play, BY_SESSION, b"C1")
    unkill(play, BY_SESSION, b"C1")
    assert ends(play.buy("2", 5, 99)) == [("2", "@99")]


def three_kinds(play: Play, session: int) -> None:
    for name, tif in (("day", DAY), ("gtc", GTC), ("gtd", GTD)):
        cl_ord_id = f"{name}{session}".encode()
        expire = {"expire_ns": 10_000} if tif == GTD else {}
        play.buy(cl_ord_id.decode(), 5, 99, session=session, time_in_force=tif, **expire)


def test_cancel_on_disconnect_ends_the_sessions_orders_and_spares_the_long_lived_if_so_set() -> None:
    """KIL-03, KIL-04."""
    play = Play(sessions=3, firms=2)
    for session in (1, 2, 3):
        three_kinds(play, session)
    gone = play.run(CancelOnDisconnect(1, 0, 1, b"venue", b"connection lost"))
    assert ends(gone) == [("day1", "canceled_on_disconnect")]
    gone = play.run(CancelOnDisconnect(1, 0, 0, b"venue", b"connection lost"))
    assert [name for name, _ in ends(gone)] == ["gtc1", "gtd1"]
    gone = play.run(CancelOnDisconnect(1, 1, 0, b"venue", b"connection lost"))
    assert [name for name, _ in ends(gone)] == ["day3", "gtc3", "gtd3"], "session 3 is of firm 1 too"


def test_whose_return_is_awaited_is_part_of_what_is_replayed() -> None:
    """KIL-03: a grace window outlives a restart."""
    play = Play()
    awaited = AwaitReturn(1, 0, 1, 500, b"venue", b"connection lost")
    assert play.run(awaited) == []
    assert play.exchange.safeguards.absences == {1: awaited}
    play.run(Return(1, b"venue", b"logged on"))
    assert play.exchange.safeguards.absences == {}
    play.run(awaited)
    play.run(CancelOnDisconnect(1, 0, 1, b"venue", b"connection lost"))
    assert play.exchange.safeguards.absences == {}


def test_orders_that_say_so_end_when_the_venue_starts_again() -> None:
    """KIL-05: ExecInst(18)=Q, of whoever it is; it is no post-only order, nor does it hide that one is."""
    play = Play()
    play.sell("away", 5, 105)
    assert play.buy("q", 5, 99, exec_inst=CANCEL_ON_FAILURE) == ["q entered 0+5 @99"]
    assert play.buy("both", 5, 98, exec_inst=POST_ONLY | CANCEL_ON_FAILURE) == ["both entered 0+5 @98"]
    assert play.buy("x", 5, 105, exec_inst=POST_ONLY | CANCEL_ON_FAILURE) == ["x rejected post_only_would_trade"]
    assert play.buy("y", 5, 99, exec_inst=ALL_OR_NONE | CANCEL_ON_FAILURE) == ["y rejected all_or_none_refused"]
    assert play.buy("z", 5, 99, exec_inst=CANCEL_ON_FAILURE | 128) == ["z rejected unsupported_instruction"]
    assert play.run(CancelOnFailure(b"venue", b"start")) == [
        "q canceled 0+0 canceled_on_failure",
        "both canceled 0+0 canceled_on_failure",
    ]
    assert play.run(CancelOnFailure(b"venue", b"start")) == []


def test_an_order_may_fill_before_its_cancel() -> None:
    """KIL-04: cancels are commands in sequence like all others."""
    play = Play()
    play.buy("1", 5, 99)
    play.sell("2", 5, 99)
    assert play.run(CancelOnDisconnect(1, 0, 0, b"venue", b"connection lost")) == []


def test_a_blocked_duplicate_is_answered_as_blocked() -> None:
    """RSK-01, IDN-02: session before duplicate."""
    play = Play()
    play.buy("1", 5, 99)
    kill(play, BY_MARKET)
    order = EnterOrder(1, b"1", 1, ord("1"), 5, 99)
    assert "blocked" in play.run(order)[0]
