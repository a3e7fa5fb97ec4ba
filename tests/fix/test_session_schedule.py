"""When a session may be used: periods, planned ends and the news of them, the greatest number (SES-23, SES-28)."""

from datetime import time

from fix.profile import Profile
from fix.schedule import Schedule
from fix.session import ACTIVE, AWAY
from tests.fix.line import ORDER, SECOND, START_NS, Journal, Line

HOUR = 3600
# The clock of these tests starts on a Tuesday at 22:13:20
EVENING = Schedule(starts=time(20, 13, 20), ends=time(23, 13, 20))
MORNING = Schedule(starts=time(6), ends=time(12))
KEPT = Schedule(starts=time(20, 13, 20), ends=time(23, 13, 20), resets=False)


def news(text: str, number: int) -> str:
    return f"35=B|34={number}|148={text}|33=1|58={text}"


def test_who_comes_outside_the_schedule_is_told_when_to_come_and_moves_no_number() -> None:
    """SES-02: LSEG answers a known client that may not log on with Logout and Text."""
    line = Line(Profile(schedule=MORNING))
    text = "Logons are not permitted before 20231115-06:00:00.000 UTC"
    assert line.log_on(1) == [f"35=5|34=1|58={text}"]
    assert not line.is_open()
    assert line.numbers == (1, 1)
    line.now_ns += 8 * HOUR * SECOND
    assert line.log_on(1) == ["35=A|34=1|98=0|108=30"]


def test_news_counts_down_before_the_end_and_logout_follows() -> None:
    """SES-28."""
    line = Line(Profile(schedule=EVENING, heartbeat_min_s=0, notices_s=(600, 60)))
    line.log_on(1, "98=0|108=0")
    assert line.wait(50 * 60 - 1) == []
    assert line.wait(1) == [news("The session ends in 600 s", 2)]
    assert line.wait(9 * 60) == [news("The session ends in 60 s", 3)]
    assert line.wait(60) == ["35=5|34=4|58=The session has ended"]
    line.say("5", 2)
    assert line.session.stage == AWAY
    assert line.log_on(3) == ["35=5|34=5|58=Logons are not permitted before 20231115-20:13:20.000 UTC"]


def test_who_comes_late_hears_only_what_is_left() -> None:
    """SES-28."""
    line = Line(Profile(schedule=EVENING, heartbeat_min_s=0, notices_s=(600, 300, 60)))
    line.now_ns += 56 * 60 * SECOND
    line.log_on(1, "98=0|108=0")
    assert line.wait(1) == [news("The session ends in 240 s", 2)]
    assert line.wait(190) == [news("The session ends in 60 s", 3)]


def test_an_end_that_is_planned_is_announced_with_its_reason() -> None:
    """SES-28: maintenance."""
    line = Line(Profile(heartbeat_min_s=0, notices_s=(60,)))
    line.log_on(1, "98=0|108=0")
    line.session.plan_end(START_NS + 100 * SECOND, "maintenance")
    assert line.wait(40) == [news("The session ends in 60 s: maintenance", 2)]
    assert line.wait(60) == ["35=5|34=3|58=maintenance"]


def test_numbers_begin_again_when_a_period_starts_and_what_is_said_then_is_kept() -> None:
    """SES-23, SES-22: a report between start and Logon has a number of the new period, and is not lost."""
    line = Line(Profile(schedule=EVENING))
    line.log_on()
    line.send("old")
    line.close()
    line.now_ns += 10 * HOUR * SECOND
    line.session.tick(line.now_ns)
    assert line.numbers == (2, 3)
    line.now_ns = line.session.next_tick_ns
    assert line.now_ns == START_NS + 22 * HOUR * SECOND
    line.session.tick(line.now_ns)
    assert (line.numbers, line.session.state.epoch) == ((1, 1), 2)
    line.send("new")
    assert line.log_on(1) == ["35=A|34=2|98=0|108=30"]
    assert line.say("2", 2, "7=1|16=1") == ["35=8|34=1|43=Y|58=new"]


def test_what_is_said_after_a_start_and_before_the_clock_ticks_is_of_the_new_period_too() -> None:
    """SES-22, SES-23: a fill in that moment would else be wiped out by the reset, and never be told."""
    line = Line(Profile(schedule=EVENING))
    line.log_on()
    line.close()
    line.now_ns = START_NS + 22 * HOUR * SECOND
    line.send("new")
    assert (line.numbers, line.session.state.epoch) == ((1, 2), 2)
    assert line.log_on(1) == ["35=A|34=2|98=0|108=30"]
    assert line.say("2", 2, "7=1|16=1") == ["35=8|34=1|43=Y|58=new"]


def test_numbers_may_go_on_over_periods() -> None:
    line = Line(Profile(schedule=KEPT))
    line.log_on()
    line.close()
    line.now_ns += 24 * HOUR * SECOND
    assert line.log_on(2) == ["35=A|34=2|98=0|108=30"]


def test_a_session_nobody_used_does_not_begin_anew() -> None:
    line = Line(Profile(schedule=EVENING))
    line.session.state.started_ns = START_NS
    for _ in range(3):
        line.now_ns = line.session.next_tick_ns
        line.session.tick(line.now_ns)
    assert line.session.state.epoch == 1
    assert line.log_on(1) == ["35=A|34=1|98=0|108=30"]


def test_what_is_recorded_decides_the_next_reset_as_what_is_remembered_does() -> None:
    """SES-22, SES-23: a restart of the venue changes nothing."""
    journal = Journal()
    line = Line(Profile(schedule=EVENING), journal)
    line.log_on()
    line.close()
    line.turn()
    again = Line(Profile(schedule=EVENING), journal)
    assert again.session.next_tick_ns == line.session.next_tick_ns == START_NS + 22 * HOUR * SECOND


def test_a_reset_the_venue_imposes_is_agreed_to_by_the_peers_own_reset() -> None:
    """SES-05, SES-06: QuickFIX answers an unasked 141=Y with a Logon of its own, which must not be answered again."""
    line = Line(Profile(schedule=EVENING))
    line.log_on()
    line.say("0", 2)
    line.close()
    line.now_ns += 22 * HOUR * SECOND
    assert line.log_on(3) == ["35=A|34=1|98=0|108=30|141=Y"]
    assert line.say("A", 1, "98=0|108=30|141=Y") == []
    assert line.numbers == (2, 2)
    assert line.say("1", 2, "112=X") == ["35=0|34=2|112=X"]
    assert line.say("A", 1, "98=0|108=30|141=Y") == ["35=A|34=1|98=0|108=30|141=Y"]


def test_a_peer_that_counts_from_1_after_a_reset_it_did_not_ask_for_is_understood() -> None:
    """SES-05, SES-06: fixcore-engine takes its Logon for the last message of the old numbers."""
    line = Line(Profile(schedule=EVENING))
    line.log_on()
    line.close()
    line.now_ns += 22 * HOUR * SECOND
    assert line.log_on(2) == ["35=A|34=1|98=0|108=30|141=Y"]
    assert line.say("1", 1, "112=X") == ["35=0|34=2|112=X"]
    assert line.say("1", 2, "112=Y") == ["35=0|34=3|112=Y"]
    assert line.say("1", 1, "112=Z")[0].startswith("35=5|34=4|58=MsgSeqNum too low")


def test_a_peer_that_counts_its_logon_as_1_is_held_to_it() -> None:
    """SES-06."""
    line = Line(Profile(schedule=EVENING))
    line.log_on()
    line.close()
    line.now_ns += 22 * HOUR * SECOND
    line.log_on(2)
    assert line.say("1", 2, "112=X") == ["35=0|34=2|112=X"]
    assert line.say("1", 1, "112=Z")[0].startswith("35=5|34=3|58=MsgSeqNum too low")


def test_numbers_that_are_used_up_begin_again() -> None:
    """SES-23: Bitstamp resets at 1,000,000 and warns before."""
    line = Line(Profile(numbers_max=200, heartbeat_min_s=0))
    line.log_on(1, "98=0|108=0")
    for number in range(2, 198):
        assert line.say("0", number) == []
    assert line.wait(1) == []
    line.say("0", 198)
    assert line.wait(1) == [news("MsgSeqNum(34) will begin again at 1 after 200", 2)]
    line.say("0", 199)
    line.say("0", 200)
    assert line.wait(1) == ["35=5|34=3|58=MsgSeqNum(34) has reached 200, log on to begin again at 1"]
    line.say("5", 201)
    assert line.log_on(1) == ["35=A|34=1|98=0|108=30|141=Y"]


# ---- NextExpectedMsgSeqNum(789)


def cut_off() -> Line:
    """A line whose next numbers are 3 and 4, with reports 2 and 3; the peer has gone."""
    line = Line()
    line.log_on()
    line.say("0", 2)
    line.send("one")
    line.send("two")
    line.close()
    return line


def test_a_logon_that_says_what_it_expects_is_sent_what_it_missed() -> None:
    """FIX 4.4 Logon, NextExpectedMsgSeqNum(789): no ResendRequest is needed, and the reply says what we expect."""
    line = cut_off()
    assert line.log_on(3, "98=0|108=30|789=2") == [
        "35=A|34=4|98=0|108=30|789=4",
        "35=8|34=2|43=Y|58=one",
        "35=8|34=3|43=Y|58=two",
    ]
    assert line.say("1", 4, "112=X") == ["35=0|34=5|112=X"]


def test_a_logon_that_missed_nothing_is_sent_nothing_again() -> None:
    assert cut_off().log_on(3, "98=0|108=30|789=4") == ["35=A|34=4|98=0|108=30|789=4"]


def test_a_logon_that_expects_what_was_never_sent_is_refused() -> None:
    line = cut_off()
    text = "NextExpectedMsgSeqNum(789) too high, expecting 4 but received 5"
    assert line.log_on(3, "98=0|108=30|789=5") == [f"35=5|34=4|58={text}"]
    assert not line.is_open()


def test_the_reply_asks_for_what_the_venue_missed_and_no_resend_request_follows() -> None:
    line = cut_off()
    assert line.log_on(5, "98=0|108=30|789=4") == ["35=A|34=4|98=0|108=30|789=3"]
    assert line.say("D", 3, ORDER, "43=Y|49=CLIENT|56=OUTCRY|122=20231114-22:13:20") == []
    assert line.say("4", 4, "36=5|123=Y", "43=Y|49=CLIENT|56=OUTCRY") == []
    assert line.numbers[0] == 6
    assert len(line.delivered) == 1


def test_a_peer_that_does_not_resend_by_itself_is_asked_at_its_next_message() -> None:
    line = cut_off()
    line.log_on(5, "98=0|108=30|789=4")
    assert line.say("D", 6, ORDER) == ["35=2|34=5|7=3|16=0"]


def test_a_venue_that_resends_nothing_fills_the_gap() -> None:
    """SES-23."""
    line = Line(Profile(resends=False))
    line.log_on()
    line.send()
    line.close()
    assert line.log_on(2, "98=0|108=30|789=2") == ["35=A|34=3|98=0|108=30|789=3", "35=4|34=2|43=Y|36=3|123=Y"]
    assert line.session.stage == ACTIVE


def test_a_reset_ignores_what_was_expected_before() -> None:
    assert cut_off().log_on(1, "98=0|108=30|141=Y|789=1") == ["35=A|34=1|98=0|108=30|141=Y|789=2"]
