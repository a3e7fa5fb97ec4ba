"""The load client's verification sees what is wrong."""

from __future__ import annotations

from loadtests.verification import Verification
from loadtests.wire import frame


def report(number: int, name: str, exec_type: str = "0") -> bytes:
    return frame(f"35=8\x0134={number}\x0111={name}\x01150={exec_type}\x01".encode())


def faults(data: bytes, answers: int) -> list[str]:
    verification = Verification()
    verification.read(data, answers)
    return verification.faults


def test_right_answers_have_no_fault_and_are_counted_by_exec_type() -> None:
    verification = Verification()
    verification.read(report(1, "a") + report(2, "b", "4"), 2)
    verification.read(report(3, "c"), 1)
    assert verification.faults == []
    assert verification.exec_types == {"0": 2, "4": 1}


def test_a_wrong_checksum_is_a_fault() -> None:
    whole = report(1, "a")
    assert faults(whole[:-4] + b"999\x01", 1) != []


def test_a_wrong_length_is_a_fault() -> None:
    assert faults(report(1, "abc").replace(b"11=abc", b"11=ab"), 1) != []


def test_a_gap_in_the_numbers_is_a_fault() -> None:
    assert faults(report(1, "a") + report(3, "b"), 2) == ["MsgSeqNum(34) is 3, not 2"]


def test_a_second_answer_is_a_fault() -> None:
    assert faults(report(1, "a") + report(2, "a"), 1) == ["ClOrdID(11) b'a' was answered twice"]


def test_a_missing_answer_is_a_fault() -> None:
    assert faults(report(1, "a"), 2) == ["1 ClOrdIDs answered, not 2"]


def test_a_reject_is_a_fault() -> None:
    assert faults(frame(b"35=3\x0134=1\x01") + report(2, "a"), 1) != []
