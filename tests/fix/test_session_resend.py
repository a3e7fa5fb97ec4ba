"""Saying it again: resends, gap fills, and what survives a kill -9 (SES-10, SES-11, SES-22, SES-23, SES-26, KIL-04)."""

import re

from fix.outbox import JOURNAL, RESTARTED, SENT, WIRE
from fix.profile import Profile
from tests.fix.line import ORDER, SECOND, Line, logged_on, stamp, values


def test_a_resent_message_is_the_original_but_for_its_envelope() -> None:
    """SES-10."""
    line = logged_on()
    line.send("a report")
    original = line.wire[-1]
    line.now_ns += 7 * SECOND
    line.say("2", 2, "7=2|16=0")
    again = line.wire[-1]
    before, after = values(original), values(again)
    assert after[b"43"] == b"Y"
    assert after[b"122"] == before[b"52"]
    assert after[b"52"] == stamp(line.now_ns).encode()
    envelope = (b"9", b"10", b"43", b"52", b"122")
    assert {tag: value for tag, value in after.items() if tag not in envelope} == {
        tag: value for tag, value in before.items() if tag not in envelope
    }
    body, trailer = again[: again.rindex(b"10=")], again[again.rindex(b"10=") :]
    assert int(after[b"9"]) == len(body) - body.index(b"35=")
    assert trailer == b"10=%03d\x01" % (sum(body) % 256)


def test_runs_of_administrative_messages_become_one_gap_fill_each() -> None:
    """SES-11."""
    line = logged_on()
    line.say("1", 2, "112=A")
    line.send("first")
    line.say("1", 3, "112=B")
    line.say("1", 4, "112=C")
    line.send("second")
    line.say("1", 5, "112=D")
    assert line.say("2", 6, "7=1|16=0") == [
        "35=4|34=1|43=Y|36=3|123=Y",
        "35=8|34=3|43=Y|58=first",
        "35=4|34=4|43=Y|36=6|123=Y",
        "35=8|34=6|43=Y|58=second",
        "35=4|34=7|43=Y|36=8|123=Y",
    ]
    assert line.numbers == (7, 8)


def test_a_run_is_one_gap_fill_however_long_the_batches_are() -> None:
    """SES-11."""
    line = logged_on(Profile(resend_batch_messages=2))
    for number in range(2, 9):
        line.say("1", number, "112=T")
    line.send("end")
    assert line.say("2", 9, "7=2|16=0") == ["35=4|34=2|43=Y|36=9|123=Y", "35=8|34=9|43=Y|58=end"]


def test_a_reject_is_said_again() -> None:
    """SES-11: the one administrative message that is."""
    line = logged_on()
    line.say("0", 2, "999=HI")
    text = "58=Invalid tag number|371=999|372=0|373=0"
    assert line.say("2", 3, "7=2|16=2") == [f"35=3|34=2|43=Y|45=2|{text}"]


def test_only_what_was_asked_for_is_said_again() -> None:
    line = logged_on()
    for text in ("a", "b", "c", "d"):
        line.send(text)
    assert line.say("2", 2, "7=3|16=4") == ["35=8|34=3|43=Y|58=b", "35=8|34=4|43=Y|58=c"]
    assert line.say("2", 3, "7=5|16=99") == ["35=8|34=5|43=Y|58=d"]


def test_a_long_resend_comes_in_batches() -> None:
    """SES-26: each turn reads a bounded number, so other sessions and heartbeats go on in between."""
    line = logged_on(Profile(resend_batch_messages=1_000))
    for number in range(20_000):
        line.send(str(number))
    line.wire.clear()
    line.hear(line.message("2", 2, "7=1|16=0"))
    assert line.turn() == []
    turns = 0
    while line.session.resending:
        line.resume()
        turns += 1
    assert turns == 21
    assert max(line.journal.reads) <= 1_000
    assert [values(message)[b"34"] for message in line.wire] == [b"%d" % n for n in range(1, 20_002)]


def test_what_is_said_during_a_resend_follows_it_in_order_and_unmarked() -> None:
    """SES-26: new messages are durable at once, and leave when what was asked for is through."""
    line = logged_on(Profile(resend_batch_messages=2))
    for text in ("a", "b", "c"):
        line.send(text)
    line.hear(line.message("2", 2, "7=1|16=0"))
    assert line.send("d") == []
    assert line.resume() == ["35=4|34=1|43=Y|36=2|123=Y", "35=8|34=2|43=Y|58=a"]
    line.hear(line.message("1", 3, "112=T"))
    assert line.turn() == []
    assert line.resume() == ["35=8|34=3|43=Y|58=b", "35=8|34=4|43=Y|58=c"]
    assert line.resume() == ["35=8|34=5|58=d", "35=0|34=6|112=T"]
    assert not line.session.resending
    assert line.send("e") == ["35=8|34=7|58=e"]


def test_a_resend_waits_until_what_was_said_can_be_read_back() -> None:
    """SES-22: nothing is read that the journal does not hold yet."""
    line = logged_on(Profile(resend_batch_messages=9))
    line.send("a")
    line.hear(line.message("2", 2, "7=2|16=0"))
    line.writer.field(b"58=", b"b")
    line.session.send(b"8", line.now_ns)
    line.session.resume_resend(line.now_ns)
    assert line.session.resending
    assert line.journal.reads == []
    assert line.turn() == []
    assert line.resume() + line.resume() == ["35=8|34=2|43=Y|58=a", "35=8|34=3|58=b"]


def test_a_second_request_widens_the_first() -> None:
    line = logged_on(Profile(resend_batch_messages=2))
    for text in ("a", "b", "c", "d"):
        line.send(text)
    line.hear(line.message("2", 2, "7=4|16=4") + line.message("2", 3, "7=3|16=3"))
    line.turn()
    answers = []
    while line.session.resending:
        answers += line.resume()
    assert answers == ["35=8|34=3|43=Y|58=b", "35=8|34=4|43=Y|58=c"]


def test_a_request_for_what_is_held_off_does_not_lose_it() -> None:
    line = logged_on(Profile(resend_batch_messages=1))
    line.send("a")
    line.hear(line.message("2", 2, "7=2|16=0"))
    line.send("b")
    line.hear(line.message("2", 3, "7=3|16=0"))
    line.turn()
    answers = []
    while line.session.resending:
        answers += line.resume()
    assert answers == ["35=8|34=2|43=Y|58=a", "35=8|34=3|58=b"]


def test_a_logout_does_not_wait_for_a_resend() -> None:
    """SES-21: and what was held off is recovered at the next Logon."""
    line = logged_on(Profile(resend_batch_messages=1))
    line.send("a")
    line.hear(line.message("2", 2, "7=1|16=0"))
    line.send("b")
    assert line.say("5", 3) == ["35=5|34=4"]
    assert line.log_on(4) == ["35=A|34=5|98=0|108=30"]
    assert line.say("2", 5, "7=3|16=3") == ["35=8|34=3|43=Y|58=b"]


def test_a_resend_counts_as_a_sign_of_life() -> None:
    """SES-18."""
    line = logged_on()
    line.send("a")
    line.wait(20)
    line.say("2", 2, "7=2|16=0")
    assert line.wait(29) == []
    assert line.wait(1) == ["35=0|34=3"]


def test_a_lost_connection_ends_a_resend() -> None:
    line = logged_on()
    line.send("a")
    line.hear(line.message("2", 2, "7=1|16=0"))
    line.close()
    assert not line.session.resending
    assert line.log_on(3) == ["35=A|34=3|98=0|108=30"]


def test_a_venue_without_resends_fills_the_gap() -> None:
    """SES-23, profile crypto."""
    line = logged_on(Profile(resends=False))
    line.send("a")
    line.send("b")
    assert line.say("2", 2, "7=2|16=0") == ["35=4|34=2|43=Y|36=4|123=Y"]
    assert line.say("2", 3, "7=2|16=2") == ["35=4|34=2|43=Y|36=3|123=Y"]


def test_what_is_said_to_an_absent_peer_is_kept_and_recovered() -> None:
    """KIL-04."""
    line = logged_on()
    line.close()
    line.writer.field(b"58=", b"cancelled while away")
    assert line.session.send(b"8", line.now_ns) == 2
    ((kind, number, _),) = line.session.drain()
    assert (kind & JOURNAL, kind & WIRE, number) == (JOURNAL, 0, 2)
    line = logged_on()
    line.close()
    line.send("cancelled while away")
    assert line.log_on(2) == ["35=A|34=3|98=0|108=30"]
    assert line.say("2", 3, "7=2|16=2") == ["35=8|34=2|43=Y|58=cancelled while away"]


def test_numbers_and_reports_survive_a_kill() -> None:
    """SES-22: what the last frame holds is the truth; what came after was neither accepted nor said."""
    line = logged_on()
    line.say("D", 2, ORDER)
    line.send("accepted")
    line.hear(line.message("D", 3, ORDER))
    line.writer.field(b"58=", b"never durable")
    line.session.send(b"8", line.now_ns)
    risen = Line(journal=line.journal)
    assert risen.numbers == (3, 3)
    assert risen.log_on(4) == ["35=A|34=3|98=0|108=30", "35=2|34=4|7=3|16=0"]
    assert risen.say("2", 5, "7=2|16=2") == ["35=8|34=2|43=Y|58=accepted"]
    again = f"43=Y|49=CLIENT|56=OUTCRY|122={stamp(line.now_ns)}"
    risen.say("D", 3, ORDER, again)
    assert risen.delivered == [f"35=D|34=3|43=Y|{ORDER}"]


def test_a_reset_survives_a_kill() -> None:
    """SES-22: messages of the epoch before are never resent."""
    line = logged_on()
    line.send("before")
    line.close()
    line.connect()
    line.hear(line.message("A", 1, "98=0|108=30|141=Y"))
    assert [entry[:2] for entry in line.session.drain()] == [(RESTARTED, 2), (SENT, 1)]
    line = logged_on()
    line.send("before")
    line.close()
    line.log_on(1, "98=0|108=30|141=Y")
    line.send("after")
    risen = Line(journal=line.journal)
    assert risen.session.state.epoch == 2
    assert risen.log_on(2) == ["35=A|34=3|98=0|108=30"]
    answers = risen.say("2", 3, "7=1|16=0")
    assert [answer for answer in answers if re.search("before", answer)] == []
    assert "35=8|34=2|43=Y|58=after" in answers
