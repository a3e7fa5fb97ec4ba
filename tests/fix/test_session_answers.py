"""What the session says to single messages: rejects, Logout, heartbeats, throttle (SES-15 to -18, -21, -24)."""

import pytest

from fix.profile import Profile
from fix.session import LEAVING
from tests.fix.line import ORDER, SECOND, Line, frame, logged_on, stamp

RANGE = "Value is incorrect (out of range) for this tag"


@pytest.mark.parametrize("spoil", ["10=000|", "9=5|", "35=0|8="])
def test_a_garbled_message_is_ignored_and_its_number_still_expected(spoil: str) -> None:
    """SES-15."""
    line = logged_on()
    good = frame(f"35=0|34=2|49=CLIENT|56=OUTCRY|52={stamp(line.now_ns)}")
    name, _, rest = spoil.replace("|", "\x01").encode().partition(b"=")
    start = good.index(name + b"=")
    end = good.index(b"\x01", start) + 1
    assert line.put(good[:start] + name + b"=" + rest + good[end:]) == []
    assert line.is_open()
    assert line.numbers == (2, 2)
    assert line.say("1", 2, "112=X") == ["35=0|34=2|112=X"]


@pytest.mark.parametrize(
    ("kind", "fields", "answer"),
    [
        ("0", "999=HI", "58=Invalid tag number|371=999|372=0|373=0"),
        ("0", "-1=HI", "58=Invalid tag number|371=-1|372=0|373=0"),
        ("0", "5000=HI", "58=Invalid tag number|371=5000|372=0|373=0"),
        ("D", ORDER.replace("11=X|", ""), "58=Required tag missing|371=11|372=D|373=1"),
        ("0", "55=MSFT", "58=Tag not defined for this message type|371=55|372=0|373=2"),
        ("1", "112=", "58=Tag specified without a value|371=112|372=1|373=4"),
        ("D", ORDER.replace("54=1", "54=x"), f"58={RANGE}|371=54|372=D|373=5"),
        ("D", ORDER.replace("38=100", "38=+1"), "58=Incorrect data format for value|371=38|372=D|373=6"),
        ("*", "", "58=Invalid MsgType|372=*|373=11"),
        ("0", "112=A|112=B", "58=Tag appears more than once|371=112|372=0|373=13"),
        ("0", "112=A|50=B", "58=Tag specified out of required order|371=50|372=0|373=14"),
        ("2", "7=9|16=0", f"58={RANGE}|371=7|372=2|373=5"),
        ("2", "7=0|16=0", f"58={RANGE}|371=7|372=2|373=5"),
    ],
)
def test_a_wrong_message_is_rejected_and_consumes_its_number(kind: str, fields: str, answer: str) -> None:
    """SES-16, SES-16a, SES-17."""
    line = logged_on()
    assert line.say(kind, 2, fields) == [f"35=3|34=2|45=2|{answer}"]
    assert line.is_open()
    assert line.numbers == (3, 3)
    assert line.delivered == []


def test_a_resend_request_whose_end_is_before_its_beginning_is_rejected() -> None:
    line = logged_on()
    line.send()
    answer = f"35=3|34=3|45=2|58={RANGE}|371=16|372=2|373=5"
    assert line.say("2", 2, "7=2|16=1") == [answer]


@pytest.mark.parametrize(
    ("header", "tag", "text", "reason"),
    [
        ("49=CLIENT", 56, "Required tag missing", 1),
        ("56=OUTCRY", 49, "Required tag missing", 1),
        ("49=CLIENT|56=", 56, "Tag specified without a value", 4),
    ],
)
def test_a_header_that_lacks_a_comp_id_is_rejected_as_such(header: str, tag: int, text: str, reason: int) -> None:
    """SES-16."""
    line = logged_on()
    assert line.say("0", 2, "", header) == [f"35=3|34=2|45=2|58={text}|371={tag}|372=0|373={reason}"]
    assert line.is_open()


@pytest.mark.parametrize("header", ["49=WT|56=OUTCRY", "49=CLIENT|56=DLSI", "49=WT|56=DLSI"])
def test_a_message_between_others_is_rejected_and_ends_the_session(header: str) -> None:
    """SES-16, reason 9."""
    line = logged_on()
    answers = line.say("D", 2, ORDER, header)
    assert answers == ["35=3|34=2|45=2|58=CompID problem|372=D|373=9", "35=5|34=3"]
    assert line.session.stage == LEAVING
    assert line.numbers == (3, 4)
    assert line.delivered == []


@pytest.mark.parametrize("seconds", [-121, 121])
def test_a_message_at_the_wrong_time_is_rejected_and_ends_the_session(seconds: int) -> None:
    """SES-16, reason 10; VAL-08."""
    line = logged_on()
    text = f"35=D|34=2|49=CLIENT|56=OUTCRY|52={stamp(line.now_ns + seconds * SECOND)}|{ORDER}"
    answers = line.put(frame(text))
    assert answers == ["35=3|34=2|45=2|58=SendingTime accuracy problem|372=D|373=10", "35=5|34=3"]
    assert line.delivered == []


@pytest.mark.parametrize("seconds", [-120, 120])
def test_the_greatest_latency_is_allowed(seconds: int) -> None:
    """VAL-08."""
    line = logged_on()
    assert line.put(frame(f"35=D|34=2|49=CLIENT|56=OUTCRY|52={stamp(line.now_ns + seconds * SECOND)}|{ORDER}")) == []
    assert len(line.delivered) == 1


@pytest.mark.parametrize("body", ["35=1|112=X", f"35=D|{ORDER}"])
def test_a_message_of_another_version_ends_the_session(body: str) -> None:
    """SES-16a."""
    line = logged_on()
    kind, _, fields = body.partition("|")
    text = f"{kind}|34=2|49=CLIENT|56=OUTCRY|52={stamp(line.now_ns)}|{fields}"
    assert line.put(frame(text, "FIX.4.1")) == ["35=5|34=2|58=Incorrect BeginString"]
    assert line.delivered == []
    assert line.say("5", 3) == []
    assert not line.is_open()
    assert line.numbers == (4, 3)


def test_a_logout_of_another_version_is_a_logout() -> None:
    line = logged_on()
    assert line.put(frame(f"35=5|34=2|49=CLIENT|56=OUTCRY|52={stamp(line.now_ns)}", "FIX.4.1")) == ["35=5|34=2"]
    assert not line.is_open()


@pytest.mark.parametrize("kind", ["8", "V", "AE"])
def test_a_message_that_the_venue_does_not_take_is_refused_as_business(kind: str) -> None:
    """SES-16a, VAL-01: known to FIX, but not handled here."""
    line = logged_on()
    fields = "37=id|17=id|150=0|39=0|55=WLRI|54=1|151=100|14=0|6=0.0" if kind == "8" else "262=id"
    assert line.say(kind, 2, fields) == [f"35=j|34=2|45=2|58=Unsupported Message Type|372={kind}|380=3"]
    assert line.numbers == (3, 3)


def test_a_reject_goes_back_the_way_its_message_came() -> None:
    line = logged_on()
    way = "49=CLIENT|56=OUTCRY|115=JCD|116=CS|129=|144=CHI"
    answer = "35=3|34=2|128=JCD|129=CS|145=CHI|45=2|58=Tag specified without a value|371=129|372=0|373=4"
    assert line.say("0", 2, "", way) == [answer]


def test_a_way_too_long_for_a_header_is_not_gone_back() -> None:
    """Found by fuzzing: the answer's header has no room for a routing field of thousands of bytes."""
    line = logged_on()
    way = f"49=CLIENT|56=OUTCRY|115={'x' * 3_000}|116={'y' * 128}|129="
    answer = f"35=3|34=2|129={'y' * 128}|45=2|58=Tag specified without a value|371=129|372=0|373=4"
    assert line.say("0", 2, "", way) == [answer]


def test_a_reject_is_not_answered() -> None:
    line = logged_on()
    assert line.say("3", 2, "45=1") == []
    assert line.numbers == (3, 2)


def test_a_test_request_is_answered_with_its_own_words() -> None:
    """SES-18."""
    line = logged_on()
    assert line.say("1", 2, "112=ARE YOU THERE") == ["35=0|34=2|112=ARE YOU THERE"]


def test_a_heartbeat_goes_out_when_nothing_else_has() -> None:
    """SES-18."""
    line = logged_on()
    line.wait(20)
    line.say("0", 2)
    line.send()
    assert line.wait(29) == []
    assert line.wait(1) == ["35=0|34=3"]


def test_a_silent_peer_is_asked_and_then_given_up() -> None:
    """SES-18: silent for 1.2 intervals, then for one more."""
    line = logged_on()
    assert line.wait(35) == ["35=0|34=2"]
    assert line.wait(1) == ["35=1|34=3|112=TEST"]
    assert line.wait(29) == []
    assert line.is_open()
    assert line.wait(1) == []
    assert not line.is_open()
    assert line.session.farewell == "the peer has fallen silent"


@pytest.mark.parametrize(("kind", "fields"), [("0", ""), ("3", "45=1"), ("D", ORDER)])
def test_any_message_is_a_sign_of_life(kind: str, fields: str) -> None:
    """SES-18."""
    line = logged_on()
    line.wait(36)
    line.say(kind, 2, fields)
    assert line.wait(35) == ["35=0|34=4"]
    assert line.wait(1) == ["35=1|34=5|112=TEST"]


def test_patience_is_a_setting() -> None:
    """SES-18."""
    line = Line(Profile(test_request_percent=300, disconnect_percent=200))
    line.log_on(1, "98=0|108=10")
    assert [text[:4] for text in line.wait(29)] == ["35=0", "35=0"]
    assert line.wait(1) == ["35=1|34=4|112=TEST"]
    line.wait(19)
    assert line.is_open()
    line.wait(1)
    assert not line.is_open()


def test_a_session_without_heartbeats_has_no_time() -> None:
    """SES-19."""
    line = Line(Profile(heartbeat_min_s=0))
    line.log_on(1, "98=0|108=0")
    assert line.session.next_tick_ns == 0
    assert line.wait(3600) == []
    assert line.is_open()


def test_a_logout_is_answered_and_the_connection_closed() -> None:
    """SES-21."""
    line = logged_on()
    assert line.say("5", 2) == ["35=5|34=2"]
    assert not line.is_open()
    assert line.numbers == (3, 3)
    assert line.log_on(3) == ["35=A|34=3|98=0|108=30"]


def test_a_logout_behind_a_gap_is_answered_and_the_gap_is_closed_at_the_next_logon() -> None:
    """SES-21."""
    line = logged_on()
    assert line.say("5", 4) == ["35=5|34=2"]
    assert line.log_on(5) == ["35=A|34=3|98=0|108=30", "35=2|34=4|7=2|16=0"]


def test_the_answer_to_our_logout_is_awaited_and_counted() -> None:
    """SES-21: not counting it would open a gap at the next Logon."""
    line = logged_on()
    line.session.logout("The venue closes", line.now_ns)
    assert line.turn() == ["35=5|34=2|58=The venue closes"]
    assert line.say("D", 2, ORDER) == []
    assert len(line.delivered) == 1
    assert line.is_open()
    assert line.say("5", 3) == []
    assert not line.is_open()
    assert line.session.farewell == "The venue closes"
    assert line.log_on(4) == ["35=A|34=3|98=0|108=30"]


@pytest.mark.parametrize(("number", "fields"), [(2, "98=0|108=30"), (1, "98=0|108=30|141=Y")])
def test_our_logout_cannot_be_answered_with_a_logon(number: int, fields: str) -> None:
    """SES-21."""
    line = logged_on()
    line.session.logout("The venue closes", line.now_ns)
    line.turn()
    assert line.say("A", number, fields) == []
    assert line.session.stage == LEAVING


def test_the_answer_to_our_logout_is_not_awaited_for_ever() -> None:
    """SES-21."""
    line = logged_on(Profile(logout_wait_s=10))
    line.session.logout("The venue closes", line.now_ns)
    line.turn()
    assert line.wait(9) == []
    assert line.is_open()
    assert line.wait(1) == []
    assert not line.is_open()


def test_orders_above_the_rate_are_refused_and_cancels_never() -> None:
    """SES-24: two at once, then one each half second."""
    line = logged_on(Profile(messages_per_s=2, messages_at_once=2))
    cancel = "11=Y|41=X|55=AAPL|54=1|60=20231114-22:13:20|38=100"
    text = "More than 2 messages per second"
    assert line.say("D", 2, ORDER) + line.say("D", 3, ORDER) == []
    assert line.say("D", 4, ORDER) == [f"35=j|34=2|45=4|58={text}|372=D|380=0"]
    assert line.say("F", 5, cancel) == []
    line.now_ns += SECOND // 2
    assert line.say("D", 6, ORDER) == []
    assert line.say("D", 7, ORDER) == [f"35=j|34=3|45=7|58={text}|372=D|380=0"]
    assert [delivered[:9] for delivered in line.delivered] == ["35=D|34=2", "35=D|34=3", "35=F|34=5", "35=D|34=6"]


def test_breaking_the_rate_may_end_the_session() -> None:
    """SES-24."""
    line = logged_on(Profile(messages_per_s=1, messages_at_once=1, throttle_disconnects=True))
    line.say("D", 2, ORDER)
    assert line.say("D", 3, ORDER) == ["35=5|34=2|58=More than 1 messages per second"]
    assert not line.is_open()
