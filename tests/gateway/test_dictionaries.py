"""Which dictionary the venue reads by is a setting, and what is wrong with one is told by file and element."""

from pathlib import Path

import pytest

from fix.codec import NO_REASON, Parser
from gateway.dictionaries import DICTIONARY, load_dictionary
from gateway.fix_settings import Fix
from gateway.problems import SettingsError
from tests.fix.line import ORDER, frame

DESK = """<fix><messages>
<message name='NewOrderSingle' msgtype='D'><field name='Desk' required='Y'/></message></messages>
<fields><field number='5001' name='Desk' type='INT'/></fields></fix>"""


def problem(fix: Fix) -> str:
    with pytest.raises(SettingsError) as raised:
        load_dictionary(fix)
    (line,) = raised.value.problems
    return line


def test_an_extension_adds_the_tags_of_a_firm(tmp_path: Path) -> None:
    """VAL-01: custom tags are normal life."""
    file = tmp_path / "desk.xml"
    file.write_text(DESK)
    parser = Parser(load_dictionary(Fix(dictionary_extensions=(file,))))
    order = f"35=D|34=2|49=CLIENT|56=OUTCRY|52=20231114-22:13:20|{ORDER}"
    parser.parse(frame(order), 0)
    assert (parser.message.problem_reason, parser.message.problem_tag) == (1, 5001)
    parser.parse(frame(f"{order}|5001=7"), 0)
    assert parser.message.problem_reason == NO_REASON


def test_another_dictionary_may_take_the_place_of_the_venues(tmp_path: Path) -> None:
    file = tmp_path / "fix44.xml"
    file.write_text(DICTIONARY.read_text())
    assert load_dictionary(Fix(dictionary=file)).messages.keys() == load_dictionary(Fix()).messages.keys()


def test_a_faulty_extension_is_named_with_the_element(tmp_path: Path) -> None:
    file = tmp_path / "desk.xml"
    file.write_text(DESK.replace("'INT'", "'BLOB'"))
    where = f"fix.dictionary: {file}: <field number='5001' name='Desk'>"
    assert problem(Fix(dictionary_extensions=(file,))) == f"{where}: unknown type BLOB"


def test_a_dictionary_without_a_message_that_the_venue_takes_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "fix44.xml"
    text = DICTIONARY.read_text()
    start = text.index("  <message name='OrderMassCancelRequest'")
    file.write_text(text[:start] + text[text.index("  <message", start + 1) :])
    assert problem(Fix(dictionary=file)) == f"fix.dictionary: {file}: has no message of type q"


def test_a_dictionary_of_another_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "fix42.xml"
    file.write_text("<fix major='4' minor='2'/>")
    assert problem(Fix(dictionary=file)) == f"fix.dictionary: {file}: is FIX.4.2, must be FIX.4.4"
