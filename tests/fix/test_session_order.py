"""Numbers and copies: gaps, held messages, PossDup, SequenceReset (SES-08, SES-09, SES-12 to SES-14)."""

import pytest

from fix.profile import Profile
from tests.fix.line import ORDER, SECOND, Line, frame, logged_on, stamp


def again(line: Line, behind_s: int = 0) -> str:
    """The header of a resent message that was first sent `behind_s` ago."""
    return f"43=Y|49=CLIENT|56=OUTCRY|122={stamp(line.now_ns - behind_s * SECOND)}"


def test_a_message_in_order_is_delivered_and_takes_its_number() -> None:
    line = logged_on()
    assert line.say("D", 2, ORDER) == []
    assert line.delivered == [f"35=D|34=2|{ORDER}"]
    assert line.numbers == (3, 2)


def test_a_gap_is_asked_for_once_and_what_follows_waits() -> None:
    """SES-08."""
    line = logged_on()
    assert line.say("D", 4, ORDER) == ["35=2|34=2|7=2|16=0"]
    assert line.say("D", 5, ORDER) == []
    assert line.say("1", 6, "112=T") == []
    assert line.delivered == []
    assert line.say("D", 2, ORDER, again(line)) == []
    assert line.say("D", 3, ORDER, again(line)) == ["35=0|34=3|112=T"]
    assert [text[:9] for text in line.delivered] == ["35=D|34=2", "35=D|34=3", "35=D|34=4", "35=D|34=5"]
    assert line.numbers == (7, 4)


def test_a_gap_that_opens_after_one_was_closed_is_asked_for_again() -> None:
    """SES-08."""
    line = logged_on()
    line.say("D", 3, ORDER)
    line.say("D", 2, ORDER)
    assert line.say("D", 5, ORDER) == ["35=2|34=3|7=4|16=0"]


def test_a_gap_is_also_closed_by_a_gap_fill() -> None:
    """SES-12."""
    line = logged_on()
    line.say("D", 4, ORDER)
    assert line.say("4", 2, "36=4|123=Y", again(line)) == []
    assert line.delivered == [f"35=D|34=4|{ORDER}"]


def test_held_messages_have_a_limit_and_those_beyond_it_are_asked_for_later() -> None:
    """SES-08."""
    line = logged_on(Profile(held_messages_max=2))
    for number in (3, 4, 5, 6):
        line.say("D", number, ORDER)
    line.say("D", 2, ORDER)
    assert [text[:9] for text in line.delivered] == ["35=D|34=2", "35=D|34=3", "35=D|34=4"]
    assert line.say("D", 7, ORDER) == ["35=2|34=3|7=5|16=0"]


def test_a_held_message_is_not_too_old_when_its_turn_comes() -> None:
    line = logged_on(Profile(latency_max_s=20))
    line.say("D", 3, ORDER)
    line.now_ns += 25 * SECOND
    assert line.say("D", 2, ORDER, again(line, 30)) == []
    assert len(line.delivered) == 2


def test_a_held_message_that_is_wrong_is_rejected_in_its_turn() -> None:
    """SES-17."""
    line = logged_on()
    assert line.say("1", 3) == ["35=2|34=2|7=2|16=0"]
    assert line.say("0", 2, "", again(line)) == ["35=3|34=3|45=3|58=Required tag missing|371=112|372=1|373=1"]
    assert line.numbers == (4, 4)


def test_nothing_held_survives_the_connection() -> None:
    """The numbers were not accepted, so the peer is asked again."""
    line = logged_on()
    line.say("D", 3, ORDER)
    line.close()
    assert line.log_on(4) == ["35=A|34=3|98=0|108=30", "35=2|34=4|7=2|16=0"]
    line.say("D", 2, ORDER)
    assert [text[:9] for text in line.delivered] == ["35=D|34=2"]


def test_what_is_held_behind_the_end_of_a_session_is_not_processed() -> None:
    line = logged_on()
    line.say("D", 3, ORDER)
    assert line.say("5", 2) == ["35=5|34=3"]
    assert line.session.take_held() is None
    assert line.delivered == []
    assert line.numbers == (3, 4)


def test_a_number_that_was_used_ends_the_session() -> None:
    """SES-07: the inbound number stays, the Logout takes one."""
    line = logged_on()
    line.say("0", 2)
    assert line.say("D", 2, ORDER) == ["35=5|34=2|58=MsgSeqNum too low, expecting 3 but received 2"]
    assert not line.is_open()
    assert line.numbers == (3, 3)
    assert line.delivered == []


def test_two_gaps_that_cross_are_both_closed() -> None:
    """SES-09: our ResendRequest is numbered before the gap fill that covers it, and the fill goes no further."""
    line = logged_on()
    line.send("lost")
    answers = line.say("2", 5, "7=2|16=0")
    assert answers == ["35=2|34=3|7=2|16=0", "35=8|34=2|43=Y|58=lost", "35=4|34=3|43=Y|36=4|123=Y"]
    assert line.say("4", 2, "36=5|123=Y", again(line)) == []
    assert line.numbers == (6, 4)


def test_a_resend_request_that_was_answered_early_is_not_answered_again() -> None:
    """SES-09."""
    line = logged_on()
    line.say("2", 4, "7=1|16=0")
    line.say("0", 2)
    assert line.say("0", 3) == []
    assert line.numbers[0] == 5


def test_a_copy_of_what_was_processed_is_ignored() -> None:
    """SES-13."""
    line = logged_on()
    line.say("D", 2, ORDER)
    assert line.say("D", 2, ORDER, again(line)) == []
    assert line.numbers == (3, 2)
    assert len(line.delivered) == 1


def test_a_copy_of_what_was_not_processed_is_processed() -> None:
    """SES-13: PossDupFlag(43) says nothing about the business."""
    line = logged_on()
    assert line.say("D", 2, ORDER, again(line)) == []
    assert len(line.delivered) == 1
    assert line.numbers == (3, 2)


def test_a_copy_that_is_ahead_waits_like_any_message() -> None:
    """SES-13."""
    line = logged_on()
    assert line.say("D", 3, ORDER, again(line)) == ["35=2|34=2|7=2|16=0"]
    line.say("D", 2, ORDER)
    assert len(line.delivered) == 2


@pytest.mark.parametrize("number", [2, 3])
def test_a_copy_must_say_when_it_was_first_sent(number: int) -> None:
    """SES-14."""
    line = logged_on()
    line.say("0", 2)
    answers = line.say("D", number, ORDER, "43=Y|49=CLIENT|56=OUTCRY")
    assert answers == [f"35=3|34=2|45={number}|58=Required tag missing|371=122|372=D|373=1"]
    assert line.delivered == []
    assert line.numbers == (number + 1 if number == 3 else 3, 3)


def test_a_copy_cannot_be_older_than_its_original() -> None:
    """SES-14."""
    line = logged_on()
    answers = line.say("D", 2, ORDER, again(line, -10))
    assert answers == ["35=3|34=2|45=2|58=SendingTime accuracy problem|372=D|373=10", "35=5|34=3"]
    assert line.delivered == []


def test_a_gap_fill_in_order_moves_the_number() -> None:
    """SES-12."""
    line = logged_on()
    assert line.say("4", 2, "36=20|123=Y") == []
    assert line.numbers == (20, 2)


def test_a_gap_fill_that_is_ahead_waits_like_any_message() -> None:
    """SES-12."""
    line = logged_on()
    assert line.say("4", 10, "36=20|123=Y") == ["35=2|34=2|7=2|16=0"]
    assert line.numbers == (2, 3)


def test_a_gap_fill_that_is_behind_ends_the_session() -> None:
    """SES-12."""
    line = logged_on()
    line.say("0", 2)
    assert line.say("4", 1, "36=20|123=Y") == ["35=5|34=2|58=MsgSeqNum too low, expecting 3 but received 1"]


@pytest.mark.parametrize("number", [0, 2, 700])
def test_a_reset_does_not_look_at_its_own_number(number: int) -> None:
    """SES-12."""
    line = logged_on()
    assert line.say("4", number, "36=25") == []
    assert line.numbers == (25, 2)


def test_a_reset_drops_what_it_skips_and_frees_what_follows() -> None:
    """SES-12."""
    line = logged_on()
    line.say("D", 3, ORDER)
    line.say("D", 6, ORDER)
    assert line.say("4", 0, "36=6|123=N") == []
    assert [text[:9] for text in line.delivered] == ["35=D|34=6"]
    assert line.numbers[0] == 7


def test_what_a_reset_skips_leaves_room_for_others() -> None:
    """SES-08, SES-12."""
    line = logged_on(Profile(held_messages_max=2))
    line.say("D", 4, ORDER)
    line.say("D", 5, ORDER)
    line.say("4", 0, "36=10")
    line.say("D", 11, ORDER)
    line.say("D", 12, ORDER)
    line.say("D", 10, ORDER)
    assert [text[:10] for text in line.delivered] == ["35=D|34=10", "35=D|34=11", "35=D|34=12"]


@pytest.mark.parametrize("mode", ["", "|123=Y"])
def test_a_sequence_reset_may_name_the_number_that_is_expected(mode: str) -> None:
    """SES-12."""
    line = logged_on()
    assert line.say("4", 2, f"36=2{mode}") == []
    assert line.numbers == (2, 2)


@pytest.mark.parametrize(("number", "mode"), [(0, ""), (4, "|123=N"), (3, "|123=Y")])
def test_numbers_never_go_back(number: int, mode: str) -> None:
    """SES-12."""
    line = logged_on()
    line.say("0", 2)
    text = "Value is incorrect (out of range) for this tag"
    assert line.say("4", number, f"36=2{mode}") == [f"35=3|34=2|45={number}|58={text}|372=4|373=5"]
    assert line.numbers == (3, 3)


def test_a_message_without_a_number_ends_the_session() -> None:
    line = logged_on()
    answers = line.put(frame(f"35=0|49=CLIENT|56=OUTCRY|52={stamp(line.now_ns)}"))
    assert answers == ["35=5|34=2|58=MsgSeqNum(34) is missing or not a number"]
    assert not line.is_open()
