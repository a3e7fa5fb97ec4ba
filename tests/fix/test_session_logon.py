"""The first message: who may log on, and with which numbers (SES-01 to SES-07, SES-19, SES-23)."""

from datetime import time

import pytest

from fix.codec import Message
from fix.profile import Profile, Resets
from fix.schedule import Schedule
from fix.session import AWAY
from tests.fix.line import ORDER, SECOND, Line, frame, logged_on, stamp

NOON = Schedule(starts=time(14, 13, 20), ends=time(14, 13, 20))  # eight hours before the clock of these tests


class Doorman:
    """Answers every Logon with the same words."""

    def __init__(self, words: str | None) -> None:
        self.words = words

    def authenticate(self, logon: Message, now_ns: int) -> str | None:
        return None if logon.get(554) == b"secret" else self.words


def test_a_first_message_that_is_no_logon_ends_the_connection_without_a_word() -> None:
    """SES-01."""
    line = Line()
    line.connect()
    assert line.say("0", 1) == []
    assert not line.is_open()
    assert line.numbers == (1, 1)


@pytest.mark.parametrize("header", ["49=WT|56=OUTCRY", "49=CLIENT|56=DLSI"])
def test_a_logon_for_somebody_else_ends_the_connection_without_a_word(header: str) -> None:
    """SES-02."""
    line = Line()
    line.connect()
    assert line.say("A", 1, "98=0|108=30", header) == []
    assert not line.is_open()
    assert line.numbers == (1, 1)


@pytest.mark.parametrize("seconds", [-121, 121])
def test_a_logon_at_the_wrong_time_ends_the_connection_without_a_word(seconds: int) -> None:
    line = Line()
    line.connect()
    wrong = stamp(line.now_ns + seconds * SECOND)
    assert line.put(frame(f"35=A|34=1|49=CLIENT|56=OUTCRY|52={wrong}|98=0|108=30")) == []
    assert not line.is_open()


@pytest.mark.parametrize("seconds", [-120, 120])
def test_the_greatest_latency_of_a_logon_is_allowed(seconds: int) -> None:
    line = Line()
    line.connect()
    late = stamp(line.now_ns + seconds * SECOND)
    assert line.put(frame(f"35=A|34=1|49=CLIENT|56=OUTCRY|52={late}|98=0|108=30")) == ["35=A|34=1|98=0|108=30"]


def test_a_logon_of_another_version_ends_the_connection_without_a_word() -> None:
    line = Line()
    line.connect()
    text = f"35=A|34=1|49=CLIENT|56=OUTCRY|52={stamp(line.now_ns)}|98=0|108=30"
    assert line.put(frame(text, "FIX.4.2")) == []
    assert not line.is_open()


def test_who_is_not_authenticated_learns_nothing() -> None:
    """SES-02."""
    line = Line(authenticator=Doorman(""))
    assert line.log_on(1, "98=0|108=30|554=wrong") == []
    assert not line.is_open()
    assert line.session.farewell == "not authenticated"


def test_who_is_refused_with_a_reason_hears_it_and_moves_no_number() -> None:
    """SES-02: neither number may be moved by one who has not proved who he is."""
    line = Line(authenticator=Doorman("Password expired"))
    assert line.log_on(1, "98=0|108=30|554=wrong") == ["35=5|34=1|58=Password expired"]
    assert not line.is_open()
    assert line.numbers == (1, 1)
    assert line.log_on(1, "98=0|108=30|554=secret") == ["35=A|34=1|98=0|108=30"]


@pytest.mark.parametrize("words", ["", "Logins are not permitted"])
def test_a_stranger_cannot_reset_the_numbers(words: str) -> None:
    """SES-03."""
    line = Line(authenticator=Doorman(words))
    line.log_on(1, "98=0|108=30|554=secret")
    line.send()
    line.close()
    line.log_on(1, "98=0|108=30|141=Y")
    assert line.numbers == (2, 3)
    assert line.session.state.epoch == 1


def test_a_reset_must_come_with_number_one() -> None:
    """SES-04."""
    line = Line()
    text = "MsgSeqNum(34) is 5, must be 1 with ResetSeqNumFlag(141)=Y"
    assert line.log_on(5, "98=0|108=30|141=Y") == [f"35=5|34=1|58={text}"]
    assert not line.is_open()
    assert line.session.state.epoch == 1


def test_after_a_reset_both_sides_go_on_with_two() -> None:
    """SES-05, SES-06: the reply says 141=Y, and nothing from before is asked for."""
    line = logged_on()
    line.say("0", 2)
    line.send()
    line.close()
    assert line.log_on(1, "98=0|108=30|141=Y") == ["35=A|34=1|98=0|108=30|141=Y"]
    assert line.numbers == (2, 2)
    assert line.say("1", 2, "112=X") == ["35=0|34=2|112=X"]


def test_a_reset_in_the_middle_of_a_session_drops_what_was_open() -> None:
    """SES-06: a gap and a resend under way belong to the numbers before."""
    line = logged_on(Profile(resend_batch_messages=1))
    line.send()
    line.say("D", 5, ORDER)
    line.hear(line.message("2", 6, "7=1|16=0"))
    assert line.session.resending
    assert line.say("A", 1, "98=0|108=30|141=Y")[-1] == "35=A|34=1|98=0|108=30|141=Y"
    for number in (2, 3, 4):
        assert line.say("D", number, ORDER) == []
    assert [text[:9] for text in line.delivered] == ["35=D|34=2", "35=D|34=3", "35=D|34=4"]


def test_nothing_slips_out_before_the_reply_to_the_logon() -> None:
    """SES-06: what the venue says meanwhile takes its number, and waits to be asked for."""
    line = Line()
    line.connect()
    assert line.send("early") == []
    assert line.wait(5) == []
    assert line.say("A", 1, "98=0|108=30") == ["35=A|34=2|98=0|108=30"]
    assert line.say("2", 2, "7=1|16=1") == ["35=8|34=1|43=Y|58=early"]


def test_a_logon_that_is_ahead_is_answered_and_what_is_missing_is_asked_for() -> None:
    """SES-07."""
    line = Line()
    assert line.log_on(5) == ["35=A|34=1|98=0|108=30", "35=2|34=2|7=1|16=0"]
    assert line.numbers == (1, 3)
    assert line.say("D", 6, ORDER) == []
    assert line.delivered == []
    assert line.say("4", 1, "36=5|123=Y", "43=Y|49=CLIENT|56=OUTCRY") == []
    assert line.delivered == [f"35=D|34=6|{ORDER}"]
    assert line.numbers == (7, 3)


def test_a_logon_that_is_behind_is_told_the_numbers() -> None:
    """SES-07: the number expected stays, the Logout takes one."""
    line = logged_on()
    line.say("0", 2)
    line.close()
    assert line.log_on(2) == ["35=5|34=2|58=MsgSeqNum too low, expecting 3 but received 2"]
    assert not line.is_open()
    assert line.numbers == (3, 3)


def test_a_copy_of_an_old_logon_is_no_logon() -> None:
    """SES-01, SES-13."""
    line = logged_on()
    line.close()
    line.connect()
    assert line.say("A", 1, "98=0|108=30", f"43=Y|49=CLIENT|56=OUTCRY|122={stamp(line.now_ns)}") == []
    assert not line.is_open()


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ("98=0|108=4", "HeartBtInt(108) is 4, must be 5 to 60"),
        ("98=0|108=61", "HeartBtInt(108) is 61, must be 5 to 60"),
        ("98=0|108=0", "HeartBtInt(108) is 0, must be 5 to 60"),
        ("98=0", "Required tag missing (108)"),
        ("98=0|108=x", "Incorrect data format for value (108)"),
        ("98=1|108=30", "EncryptMethod(98) is 1, must be 0"),
    ],
)
def test_a_logon_that_cannot_be_met_is_told_why(fields: str, text: str) -> None:
    """SES-19; the inbound number stays, so that the next attempt may use either."""
    line = Line()
    assert line.log_on(1, fields) == [f"35=5|34=1|58={text}"]
    assert not line.is_open()
    assert line.numbers == (1, 2)


def test_a_slower_heartbeat_can_be_capped_and_the_reply_says_so() -> None:
    """SES-19."""
    line = Line(Profile(heartbeat_capped=True, heartbeat_max_s=30))
    assert line.log_on(1, "98=0|108=300") == ["35=A|34=1|98=0|108=30"]
    assert line.wait(30) == ["35=0|34=2"]


def test_a_venue_may_reset_at_every_logon_and_says_so() -> None:
    """SES-05, SES-23: also for a peer that did not ask and is far ahead."""
    line = Line(Profile(resets=Resets.ALWAYS))
    line.log_on()
    line.send()
    line.close()
    assert line.log_on(7) == ["35=A|34=1|98=0|108=30|141=Y"]
    assert line.numbers == (2, 2)


def test_a_venue_may_require_a_reset() -> None:
    """SES-23, profile crypto."""
    line = Line(Profile(resets=Resets.REQUIRED))
    assert line.log_on(1) == ["35=5|34=1|58=ResetSeqNumFlag(141)=Y is required"]
    assert line.log_on(1, "98=0|108=30|141=Y") == ["35=A|34=1|98=0|108=30|141=Y"]


def test_numbers_begin_again_when_a_trading_day_begins_and_not_when_it_ends() -> None:
    """SES-23: the reset belongs to the first Logon of the new day."""
    line = Line(Profile(schedule=NOON))
    line.log_on()
    line.send()
    line.close()
    line.now_ns += 15 * 3600 * SECOND
    assert line.log_on(2) == ["35=A|34=3|98=0|108=30"]
    line.close()
    line.now_ns += 2 * 3600 * SECOND
    assert line.numbers == (3, 4)
    assert line.log_on(1) == ["35=A|34=1|98=0|108=30|141=Y"]
    line.close()
    assert line.log_on(2) == ["35=A|34=2|98=0|108=30"]


def test_who_is_logged_on_when_the_trading_day_ends_is_logged_out() -> None:
    """SES-23."""
    line = Line(Profile(schedule=NOON, heartbeat_min_s=0, notices_s=()))
    line.log_on(1, "98=0|108=0")
    assert line.wait(16 * 3600) == ["35=5|34=2|58=The session has ended"]
    line.say("5", 2)
    assert line.session.stage == AWAY


def test_a_connection_without_a_logon_is_closed_in_the_end() -> None:
    line = Line(Profile(logon_wait_s=10))
    line.connect()
    assert line.wait(9) == []
    assert line.is_open()
    line.wait(1)
    assert not line.is_open()
    assert line.session.farewell == "no Logon came"


def test_a_second_logon_on_the_same_connection_ends_it() -> None:
    line = logged_on()
    assert line.say("A", 2, "98=0|108=30") == ["35=5|34=2|58=Logon(A) while logged on"]
    assert not line.is_open()
