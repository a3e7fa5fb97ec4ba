"""Commands, events, messages and sessions' changes come out of their bytes as they went in."""

from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.commands import EnterOrder
from engine.order import Terms
from persistence import kinds
from persistence.kinds import (
    BLOB_BYTES_MAX,
    CANCEL_VERSION,
    COMMANDS,
    ENTER_IDENTIFIED,
    EVENTS,
    MESSAGE_HEAD,
    RECORD_HEAD,
    REPLACE_VERSION,
)
from persistence.packing import Writer, put_command, put_event, put_message, put_session
from persistence.unpacking import Reader, take_command, take_event

INT = st.integers(-(2**63), 2**63 - 1)
BYTES = st.binary(max_size=80)
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("account", "cl_ord_id", "orig_cl_ord_id", "request_id", "self_match", "symbol"), BYTES),
    **dict.fromkeys(("aggressor", "last_report", "poss_resend"), st.booleans()),
    **dict.fromkeys(("session", "firm", "instrument", "limits_version", "reports_total"), st.integers(0, 2**31 - 1)),
    **dict.fromkeys(
        ("kind", "reason", "side", "status", "ord_type", "time_in_force", "exec_inst", "defect", "response_to"),
        st.integers(0, 255),
    ),
}


TERMS = st.none() | st.builds(Terms, INT, INT, INT, INT)


def names(kind: type) -> list[str]:
    """The fields of a command or event, in either form of the hot classes."""
    if is_dataclass(kind):
        return [field.name for field in fields(kind)]
    return [name for name in dir(kind) if not name.startswith("_")]


def values(kind: type) -> st.SearchStrategy[Any]:
    """Any instance of a command or event."""
    if is_dataclass(kind):
        return st.builds(kind, **{f.name: BYTES if f.type == "bytes" else INT for f in fields(kind)})

    new: Any = kind.__new__

    def build(drawn: dict[str, Any]) -> Any:
        made = new(kind)
        for name, value in drawn.items():
            setattr(made, name, value)
        return made

    return st.fixed_dictionaries(
        {name: TERMS if name == "terms" else BY_NAME.get(name, INT) for name in names(kind)}
    ).map(build)


def content(value: object) -> dict[str, object]:
    found = {name: getattr(value, name) for name in names(type(value))}
    return {name: part.values() if isinstance(part, Terms) else part for name, part in found.items()}


@pytest.mark.parametrize("code", COMMANDS)
@given(data=st.data(), number=INT)
def test_a_command_comes_back_as_it_was(code: int, data: st.DataObject, number: int) -> None:
    command = data.draw(values(COMMANDS[code]))
    if hasattr(command, "orig_mod_ns"):
        command.orig_mod_ns = command.orig_mod_ns or 1 if code in (REPLACE_VERSION, CANCEL_VERSION) else 0
    if isinstance(command, EnterOrder):
        command.self_match = command.self_match or b"x" if code == ENTER_IDENTIFIED else b""
    w = Writer(0)
    put_command(w, number, command)
    r = Reader(bytes(w.data[: w.at]))
    assert (r.u32(), r.u8(), r.u8(), r.u8(), r.u8()) == (w.at - RECORD_HEAD, kinds.COMMAND, code, 0, 0)
    assert r.i64() == number
    back = take_command(r, code)
    assert type(back) is COMMANDS[code]
    assert content(back) == content(command)
    assert r.at == r.size == w.at <= w.size


@pytest.mark.parametrize("code", EVENTS)
@given(data=st.data())
def test_an_event_comes_back_as_it_was(code: int, data: st.DataObject) -> None:
    event = data.draw(values(EVENTS[code]))
    w = Writer(0)
    put_event(w, event)
    r = Reader(bytes(w.data[: w.at]))
    assert (r.u32(), r.u8(), r.u8(), r.u8(), r.u8()) == (w.at - RECORD_HEAD, kinds.EVENT, code, 0, 0)
    back = take_event(r, code)
    assert type(back) is EVENTS[code]
    assert content(back) == content(event)
    assert r.at == r.size == w.at <= w.size


@given(session=st.integers(0, 2**32 - 1), number=INT, time_ns=INT, raw=st.binary(max_size=300))
def test_a_message_comes_back_as_it_was(session: int, number: int, time_ns: int, raw: bytes) -> None:
    w = Writer(0)
    assert put_message(w, kinds.OUTBOUND, kinds.RESENT, session, number, time_ns, raw) == 0
    assert put_message(w, kinds.INBOUND, 0, session, number, time_ns, raw) == RECORD_HEAD + MESSAGE_HEAD + len(raw)
    assert w.records == 2
    r = Reader(bytes(w.data[: w.at]))
    for kind, flags in ((kinds.OUTBOUND, kinds.RESENT), (kinds.INBOUND, 0)):
        length = r.u32()
        assert (r.u8(), r.u8(), r.u8(), r.u8()) == (kind, 0, flags, 0)
        assert (r.u32(), r.i64(), r.i64(), r.raw(length - MESSAGE_HEAD)) == (session, number, time_ns, raw)
    assert r.at == r.size == w.at <= w.size


@given(change=st.integers(0, 255), session=st.integers(0, 2**32 - 1), numbers=st.tuples(INT, INT, INT), text=BYTES)
def test_a_change_of_a_session_comes_back_as_it_was(
    change: int, session: int, numbers: tuple[int, int, int], text: bytes
) -> None:
    w = Writer(0)
    put_session(w, change, session, *numbers, text)
    r = Reader(bytes(w.data[: w.at]))
    assert (r.u32(), r.u8(), r.u8(), r.u8(), r.u8()) == (w.at - RECORD_HEAD, kinds.SESSION, change, 0, 0)
    assert (r.u32(), r.i64(), r.i64(), r.i64(), r.blob()) == (session, *numbers, text)
    assert r.at == r.size == w.at <= w.size


def test_a_byte_string_too_long_for_a_record_is_our_mistake() -> None:
    w = Writer()
    put_command(w, 1, EnterOrder(1, b"x" * BLOB_BYTES_MAX, 1, 49, 1))
    with pytest.raises(AssertionError, match="too long"):
        put_command(w, 1, EnterOrder(1, b"x" * (BLOB_BYTES_MAX + 1), 1, 49, 1))


def test_reading_past_the_end_invents_nothing() -> None:
    r = Reader(b"\x05\x00abc")
    assert r.blob() == b""
    assert (r.u8(), r.i64(), r.raw(3)) == (0, 0, b"")
    assert r.at > r.size


def test_numbers_of_classes_are_never_changed() -> None:
    """They are in files: a change makes every journal written before unreadable."""
    assert {code: kind.__name__ for code, kind in COMMANDS.items()} == {
        1: "EnterOrder",
        2: "ReplaceOrder",
        3: "CancelOrder",
        4: "MassCancel",
        5: "RequestStatus",
        6: "RequestMassStatus",
        7: "RegisterSession",
        8: "DefineInstrument",
        9: "SetLimits",
        10: "HaltInstrument",
        11: "ResumeInstrument",
        12: "CancelOrders",
        13: "EndDay",
        14: "ExpireOrders",
        15: "ReplaceOrder",
        16: "CancelOrder",
        17: "EnterOrder",
        20: "SetTradingRules",
        21: "SetPhase",
        22: "AdvancePhase",
        30: "Kill",
        31: "Unkill",
        32: "AwaitReturn",
        33: "NoteReturn",
        34: "CancelOnDisconnect",
        35: "ChangePassword",
        36: "CancelOnFailure",
        40: "SetOrderChoices",
        50: "RestrictEntry",
        55: "CorrectTrade",
    }
    assert {code: kind.__name__ for code, kind in EVENTS.items()} == {
        1: "OrderEvent",
        2: "RequestRejected",
        3: "MassCanceled",
        4: "InstrumentChanged",
        5: "DayEnded",
        10: "AuctionEnded",
    }
