"""FIX messages for people (admin.messages)."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from admin.messages import describe, fields, load_dictionary, message_name, without_secrets

DICTIONARY = load_dictionary()
ORDER = b"8=FIX.4.4|9=70|35=D|34=2|49=ALPHA1|56=OUTCRY|11=a1|38=100|40=2|44=150.00|54=1|55=AAPL|10=000|"


def wire(text: bytes) -> bytes:
    return text.replace(b"|", b"\x01")


def test_every_field_says_what_its_tag_and_its_value_mean() -> None:
    assert describe(DICTIONARY, wire(ORDER)) == [
        "8=FIX.4.4 BeginString",
        "9=70 BodyLength",
        "35=D NewOrderSingle",
        "34=2 MsgSeqNum",
        "49=ALPHA1 SenderCompID",
        "56=OUTCRY TargetCompID",
        "11=a1 ClOrdID",
        "38=100 OrderQty",
        "40=2 OrdType LIMIT",
        "44=150.00 Price",
        "54=1 Side BUY",
        "55=AAPL Symbol",
        "10=000 CheckSum",
    ]
    assert message_name(DICTIONARY, wire(ORDER)) == "NewOrderSingle"


def test_a_field_of_several_values_names_them_all() -> None:
    assert describe(DICTIONARY, wire(b"18=6 G|")) == ["18=6 G ExecInst PARTICIPATE_DO_NOT_INITIATE ALL_OR_NONE"]


def test_what_the_dictionary_does_not_know_is_shown_as_it_is() -> None:
    assert describe(DICTIONARY, wire(b"35=zz|54=Q|9999=x|")) == ["35=zz MsgType", "54=Q Side", "9999=x"]
    assert message_name(DICTIONARY, wire(b"35=zz|")) == "zz"
    assert message_name(DICTIONARY, b"hello") == "no message"


@pytest.mark.parametrize("tag", [554, 925])
def test_a_password_is_never_shown(tag: int) -> None:
    raw = wire(b"35=A|553=me|%d=hush|10=000|" % tag)
    assert "hush" not in " ".join(describe(DICTIONARY, raw))
    assert "hush" not in without_secrets(DICTIONARY, raw)
    assert "553=me Username" in describe(DICTIONARY, raw)


def test_a_data_field_may_hold_the_separator() -> None:
    """FIX 4.4 Vol. 1, type data: the length before it says where it ends."""
    raw = wire(b"95=7|96=") + b"a\x0154=1\x01" + wire(b"|54=2|")
    assert [tag for tag, _ in fields(DICTIONARY, raw)] == [95, 96, 54]
    assert "54=1" not in [text[:4] for text in describe(DICTIONARY, raw)]


def test_what_a_terminal_would_obey_is_written_out() -> None:
    """A client chooses Text(58): it must not move an operator's cursor."""
    assert describe(DICTIONARY, b"58=\x1b[2Jhi\xff\x01") == ["58=\\x1b[2Jhi\\xff Text"]


@given(st.binary(max_size=200))
@example(b"95=99999999999\x0196=x")
@example(b"=" * 5)
@example(b"1" * 5_000 + b"=x")
@example("²=1\x01".encode())
def test_anything_that_came_in_can_be_shown(raw: bytes) -> None:
    shown = without_secrets(DICTIONARY, raw)
    assert shown.isprintable()
    assert all(text.isprintable() for text in describe(DICTIONARY, raw))


@given(st.lists(st.tuples(st.sampled_from([11, 38, 55, 58]), st.binary(min_size=1, max_size=9)), min_size=1))
def test_no_field_is_lost(pairs: list[tuple[int, bytes]]) -> None:
    clean = [(tag, value.replace(b"\x01", b"?")) for tag, value in pairs]
    raw = b"".join(b"%d=%b\x01" % pair for pair in clean)
    assert list(fields(DICTIONARY, raw)) == clean
