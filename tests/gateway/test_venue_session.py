"""FIX sessions at a real venue, over real sockets; every cell of specs/session.md is played in tests/fix."""

from __future__ import annotations

import pytest

from tests.gateway.conftest import MakeClient
from tests.gateway.fix_client import FixClient, GoneError, standing, utc_now
from tests.gateway.venue_process import VenueProcess


def dropped(client: FixClient) -> bool:
    """Whether the venue closed the connection without a word."""
    with pytest.raises(GoneError):
        client.read()
    return True


def test_a_logon_is_answered_with_the_heartbeat_interval_in_use(stranger: MakeClient) -> None:
    """SES-19: any CompID is welcome by the template."""
    alice = stranger()
    assert standing(alice.log_on({108: 25}), (34, 98, 108, 141)) == ("1", "0", "25", None)


def test_a_first_message_that_is_no_logon_ends_the_connection_unanswered(stranger: MakeClient) -> None:
    """SES-01."""
    alice = stranger()
    alice.connect()
    alice.send("0")
    assert dropped(alice)


@pytest.mark.parametrize("wrong", [{"target": "ELSEWHERE"}, {"sent": utc_now(-3_600)}, {"begin": "FIX.4.2"}])
def test_a_logon_that_is_not_for_this_venue_and_hour_is_dropped(stranger: MakeClient, wrong: dict[str, str]) -> None:
    """SES-02: it learns nothing, and no number changes."""
    alice = stranger()
    alice.connect()
    alice.send("A", {98: 0, 108: 30}, **wrong)
    assert dropped(alice)
    alice.next_out = 1
    assert alice.log_on()[34] == "1"


def test_a_heartbeat_interval_out_of_range_is_refused_in_words(stranger: MakeClient) -> None:
    """SES-19."""
    alice = stranger()
    alice.connect()
    alice.send("A", {98: 0, 108: 61})
    assert "HeartBtInt" in alice.receive("5")[58]
    assert dropped(alice)


def test_a_listed_session_needs_its_password(stranger: MakeClient, venue: VenueProcess) -> None:
    """SES-02, SES-03: a wrong one changes nothing, not even with ResetSeqNumFlag(141)=Y."""
    secret = stranger("SECRET")
    right = {553: "user", 554: "correct-horse"}
    secret.log_on(right)
    secret.log_out()
    for wrong in ({}, {553: "user"}, {553: "user", 554: "wrong"}, {553: "other", 554: "correct-horse"}, {141: "Y"}):
        secret.connect()
        secret.send("A", {98: 0, 108: 30, **wrong}, number=1)
        assert dropped(secret)
    assert secret.log_on(right)[34] == "3"
    kept = b"".join(path.read_bytes() for path in (venue.data_dir / "journal").glob("*.journal"))
    assert b"553=user\x01" in kept
    assert b"correct-horse" not in kept


def test_a_second_logon_of_a_connected_session_is_dropped_and_the_first_lives(stranger: MakeClient) -> None:
    """SES-20."""
    alice = stranger()
    alice.log_on()
    twin = stranger(alice.comp_id)
    twin.connect()
    twin.send("A", {98: 0, 108: 30}, number=2)
    assert dropped(twin)
    alice.send("1", {112: "still there?"})
    assert alice.read()[112] == "still there?"


def test_a_test_request_is_answered_with_its_id(client: MakeClient) -> None:
    """SES-18."""
    alice = client()
    alice.send("1", {112: "PING"})
    assert standing(alice.read(), (35, 112)) == ("0", "PING")


def test_a_logout_is_answered_and_numbers_go_on_at_the_next_logon(client: MakeClient) -> None:
    """SES-21, SES-22."""
    alice = client()
    assert alice.log_out()[34] == "2"
    assert alice.log_on()[34] == "3"


def test_a_malformed_message_is_rejected_and_takes_its_number(client: MakeClient) -> None:
    """SES-16, SES-17."""
    alice = client()
    alice.send("D", {11: "1", 55: "AAPL", 60: utc_now(), 38: 1, 40: 1})
    assert standing(alice.receive("3"), (45, 372, 371, 373)) == ("2", "D", "54", "1")
    alice.send("D", {11: "1", 54: 1, 55: "AAPL", 60: "soon", 38: 1, 40: 1})
    assert standing(alice.receive("3"), (45, 371, 373)) == ("3", "60", "6")
    alice.send("1", {112: "PING"})
    assert alice.read()[112] == "PING"


def test_an_unsupported_message_is_refused_as_business(client: MakeClient) -> None:
    """VAL-01: BusinessMessageReject(j) 380=3."""
    alice = client()
    alice.send("V", {262: "MD", 263: 0, 264: 0, 267: 1, 269: 0, 146: 1, 55: "AAPL"})
    assert standing(alice.receive("j"), (45, 372, 380)) == ("2", "V", "3")


def test_a_garbled_message_is_ignored_and_asked_for_again(client: MakeClient) -> None:
    """SES-15, SES-08."""
    alice = client()
    good = alice.encode("1", {112: "LOST"})
    alice.write(good[:-4] + b"000\x01" if not good.endswith(b"10=000\x01") else good[:-4] + b"001\x01")
    alice.send("1", {112: "NEXT"})
    assert standing(alice.receive("2"), (7, 16)) == ("2", "0")


def test_a_number_used_before_ends_the_session_in_words(client: MakeClient) -> None:
    """SES-07."""
    alice = client()
    alice.send("1", {112: "PING"}, number=1)
    assert alice.receive("5")[58] == "MsgSeqNum too low, expecting 2 but received 1"
    assert dropped(alice)


def test_a_message_may_come_in_pieces_and_many_in_one(client: MakeClient) -> None:
    """TCP keeps no boundaries."""
    alice = client()
    whole = alice.encode("1", {112: "A"})
    for byte in whole:
        alice.write(bytes([byte]))
    assert alice.read()[112] == "A"
    alice.write(b"".join(alice.encode("1", {112: str(number)}) for number in range(500)))
    assert [alice.read()[112] for _ in range(500)] == [str(number) for number in range(500)]


def test_reports_missed_while_away_are_recovered_by_a_resend_request(client: MakeClient, symbol: str) -> None:
    """SES-07, SES-10, SES-11, SES-22, KIL-04: what happened to the order in between arrives once, marked as resent."""
    alice, bob = client(), client()
    alice.enter("A1", "buy", 100, "99.00", symbol=symbol)
    alice.receive("8")
    alice.hang_up()
    bob.enter("B1", "sell", 30, "99.00", symbol=symbol)
    bob.enter("B2", "sell", 20, "99.00", symbol=symbol)
    bob.reports_of(4)
    assert alice.log_on()[34] == "5", "two reports were numbered while she was away"
    missed = alice.recover()
    assert [standing(report, (34, 150, 14, 43)) for report in missed] == [("3", "F", "30", "Y"), ("4", "F", "50", "Y")]
    bob.enter("B3", "sell", 10, "99.00", symbol=symbol)
    assert alice.receive("8")[14] == "60"


def test_all_that_was_ever_said_can_be_asked_for_again(client: MakeClient, symbol: str) -> None:
    """SES-10, SES-11: the client compares each resent message with what it got before."""
    alice = client()
    for number in range(20):
        alice.enter(str(number), "buy", 1, "99.00", symbol=symbol)
        alice.send("1", {112: str(number)})
    alice.reports_of(20)
    assert alice.read()[112] == "19"
    alice.next_in = 1
    assert len(alice.recover()) == 20


def test_a_logon_with_reset_begins_both_numbers_anew_and_the_book_stays(client: MakeClient, symbol: str) -> None:
    """SES-04 to SES-06."""
    alice = client()
    alice.enter("1", "buy", 100, "99.00", symbol=symbol)
    alice.receive("8")
    alice.log_out()
    assert standing(alice.log_on(reset=True), (34, 141)) == ("1", "Y")
    alice.cancel("2", "1", "buy", 100, symbol=symbol)
    assert standing(alice.receive("8"), (34, 150)) == ("2", "4")


def test_a_client_that_sends_too_fast_is_refused_but_may_always_cancel(client: MakeClient, symbol: str) -> None:
    """SES-24: of this session one message a second, two at once."""
    calm = client("CALM")
    calm.enter(f"{symbol}-1", "buy", 100, "99.00", symbol=symbol)
    calm.receive("8")
    orders = [calm.order(f"{symbol}-{number}", "buy", 100, "99.00", symbol=symbol) for number in range(2, 8)]
    calm.write(b"".join(orders))
    answers = [calm.receive() for _ in orders]
    assert standing(answers[-1], (35, 372, 380)) == ("j", "D", "0")
    calm.cancel(f"{symbol}-8", f"{symbol}-1", "buy", 100, symbol=symbol)
    assert calm.receive("8")[150] == "4"


def test_an_order_that_was_long_under_way_is_stale_but_may_always_be_canceled(client: MakeClient, symbol: str) -> None:
    """VAL-08: of this session none older than a minute; of others, however old."""
    late = utc_now(later_s=-61)
    prompt = client("PROMPT")
    prompt.enter(f"{symbol}-1", "buy", 100, "99.00", symbol=symbol, tag_60=late)
    assert standing(prompt.receive("8"), (150, 39, 103, 58)) == ("8", "8", "8", "TransactTime(60) is too old")
    prompt.enter(f"{symbol}-2", "buy", 100, "99.00", symbol=symbol, tag_60=utc_now(later_s=-30))
    assert prompt.receive("8")[150] == "0"
    prompt.replace(f"{symbol}-3", f"{symbol}-2", "buy", 50, "99.00", symbol=symbol, tag_60=late)
    assert standing(prompt.receive("9"), (102, 39, 58)) == ("99", "0", "TransactTime(60) is too old")
    prompt.cancel(f"{symbol}-4", f"{symbol}-2", "buy", 100, symbol=symbol, tag_60=late)
    assert prompt.receive("8")[150] == "4"
    other = client()
    other.enter("1", "buy", 100, "99.00", symbol=symbol, tag_60="20010101-00:00:00")
    assert other.receive("8")[150] == "0"
