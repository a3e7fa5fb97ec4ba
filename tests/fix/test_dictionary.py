"""Dictionaries in QuickFIX's format: what they say, how files build on one another, and how faults in them are told."""

import sys
from pathlib import Path

import pytest

from fix.codec import NO_REASON, Parser
from fix.dictionary import Dictionary, DictionaryError
from tests.fix.line import DICTIONARY, frame

VENUE = Path(__file__).parents[2] / "specs/fix44_outcry.xml"
QUICKFIX = Path(sys.prefix, "share/quickfix")
HEADER = "34=2|49=CLIENT|52=20231114-22:13:20|56=OUTCRY"
BODY = "11=X|55=AAPL|54=1|60=20231114-22:13:20|38=100|40=1"


def problem(dictionary: Dictionary, text: str) -> tuple[int, int]:
    """Reason and tag of the first fault in the message of these fields."""
    parser = Parser(dictionary)
    parser.parse(frame(text), 0)
    return parser.message.problem_reason, parser.message.problem_tag


def load(tmp_path: Path, text: str) -> Dictionary:
    """The venue's dictionary with another file on top."""
    file = tmp_path / "custom.xml"
    file.write_text(text)
    return Dictionary.load(VENUE, file)


def test_fields_are_found_by_number_and_by_name() -> None:
    side = DICTIONARY.field("Side")
    assert (side.number, side.name, side.type) == (54, "Side", "CHAR")
    assert DICTIONARY.fields[54] is side
    assert (DICTIONARY.tag_name(54), DICTIONARY.tag_name(9999)) == ("Side", "9999")
    with pytest.raises(KeyError):
        DICTIONARY.field("Colour")


def test_values_and_messages_have_names() -> None:
    assert [DICTIONARY.value_name(54, value) for value in (b"1", b"2", b"@")] == ["BUY", "SELL", None]
    assert (DICTIONARY.value_name(11, b"1"), DICTIONARY.value_name(9999, b"1")) == (None, None)
    assert [DICTIONARY.message_name(kind) for kind in (b"D", b"AF", b"*")] == [
        "NewOrderSingle", "OrderMassStatusRequest", None,
    ]  # fmt: skip
    assert DICTIONARY.message_name(b"V") == "MARKET_DATA_REQUEST"


def test_messages_know_their_kind_and_required_tags() -> None:
    order, heartbeat = DICTIONARY.messages[b"D"], DICTIONARY.messages[b"0"]
    assert (order.name, order.is_admin, heartbeat.is_admin) == ("NewOrderSingle", False, True)
    assert order.required == (8, 9, 34, 35, 49, 52, 56, 10, 11, 40, 54, 60)
    assert order.tags[:3] == (8, 9, 35)
    assert order.tags[-3:] == (93, 89, 10)


def test_groups_form_a_tree() -> None:
    parties = DICTIONARY.messages[b"D"].groups[453]
    assert (parties.delimiter, parties.members) == (448, (448, 447, 452, 802))
    assert (parties.groups[802].delimiter, parties.groups[802].members) == (523, (523, 803))


def test_data_fields_know_their_length_fields() -> None:
    assert [DICTIONARY.length_tags[tag] for tag in (96, 89, 91, 213, 355, 58)] == [95, 93, 90, 212, 354, 0]


CUSTOM = """<fix>
 <messages><message name='NewOrderSingle' msgtype='D' msgcat='app'>
   <field name='Desk' required='Y'/><component name='Tags' required='N'/><field name='OrdType' required='N'/>
 </message><message name='Ping' msgtype='U1' msgcat='admin'><field name='Desk' required='N'/></message></messages>
 <header><field name='HopID' required='N'/></header>
 <components><component name='Tags'>
   <group name='NoTags' required='N'><field name='TagKey' required='Y'/><field name='TagValue' required='N'/></group>
 </component></components>
 <fields>
  <field number='5001' name='Desk' type='INT'/><field number='20001' name='HopID' type='STRING'/>
  <field number='5002' name='NoTags' type='NUMINGROUP'/><field number='5003' name='TagKey' type='STRING'/>
  <field number='5004' name='TagValue' type='CHAR'/>
  <field number='54' name='Side' type='CHAR'><value enum='1' description='BID'/><value enum='X'/></field>
 </fields></fix>"""


def test_a_later_file_extends_messages_with_custom_tags(tmp_path: Path) -> None:
    """Custom tags are normal life; the files before stay as they are."""
    dictionary = load(tmp_path, CUSTOM)
    order = f"35=D|{HEADER}|{BODY}"
    assert problem(dictionary, order) == (1, 5001)
    assert problem(dictionary, order + "|5001=7") == (NO_REASON, -(1 << 31))
    assert problem(dictionary, order + "|5001=x") == (6, 5001)
    assert problem(dictionary, f"35=D|20001=hop|{HEADER}|{BODY}|5001=7|5002=1|5003=a|5004=b")[0] == NO_REASON
    assert problem(dictionary, order + "|5001=7|5002=1|5004=b") == (15, 5004)
    assert problem(dictionary, f"35=U1|{HEADER}|5001=7")[0] == NO_REASON
    assert problem(dictionary, f"35=0|{HEADER}|5001=7") == (2, 5001)
    assert problem(DICTIONARY, order + "|5001=7") == (0, 5001)
    assert dictionary.messages[b"U1"].is_admin


def test_a_required_member_of_an_entry_must_be_in_each(tmp_path: Path) -> None:
    text = CUSTOM.replace("'TagValue' required='N'", "'TagValue' required='Y'")
    order = f"35=D|{HEADER}|{BODY}|5001=7|5002=2|5003=a|5004=b|5003=c"
    assert problem(load(tmp_path, text), order + "|5004=d")[0] == NO_REASON
    assert problem(load(tmp_path, text), order) == (1, 5004)
    assert problem(load(tmp_path, text), order.replace("|5004=b", "") + "|5004=d") == (1, 5004)


def test_a_later_file_replaces_fields_and_required_marks(tmp_path: Path) -> None:
    dictionary = load(tmp_path, CUSTOM)
    order = f"35=D|{HEADER}|{BODY}|5001=7"
    assert problem(dictionary, order.replace("|54=1", "|54=2")) == (5, 54)
    assert problem(dictionary, order.replace("|54=1", "|54=X").replace("|40=1", ""))[0] == NO_REASON
    assert (dictionary.value_name(54, b"1"), dictionary.value_name(54, b"X")) == ("BID", "X")


def test_a_component_that_is_not_required_requires_nothing(tmp_path: Path) -> None:
    text = (
        "<fix><messages><message name='NewOrderSingle' msgtype='D'><component name='C' required='%s'/></message>"
        "</messages>"
        "<components><component name='C'><field name='Desk' required='Y'/></component></components>"
        "<fields><field number='5001' name='Desk' type='INT'/></fields></fix>"
    )
    order = f"35=D|{HEADER}|{BODY}"
    assert problem(load(tmp_path, text % "N"), order)[0] == NO_REASON
    assert problem(load(tmp_path, text % "Y"), order) == (1, 5001)


FIELD = "<field number='5001' name='Desk' type='INT'/>"
FAULTS = [
    ("<fix", "not XML"),
    ("<dictionary/>", "the root of a dictionary is <fix>"),
    ("<fix major='4' minor='2'/>", "is FIX.4.2, the files before it are FIX.4.4"),
    ("<fix type='X' major='4' minor='4'/>", "type must be FIX or FIXT"),
    ("<fix><fields><field name='Desk' type='INT'/></fields></fix>", "<field name='Desk' type='INT'>: has no number"),
    ("<fix><fields><field number='0' name='D' type='INT'/></fields></fix>", "number must be a positive integer"),
    ("<fix><fields><field number='5001' type='INT'/></fields></fix>", "has no name"),
    ("<fix><fields><field number='5001' name='D'/></fields></fix>", "has no type"),
    ("<fix><fields><field number='5001' name='D' type='BLOB'/></fields></fix>", "name='D'>: unknown type BLOB"),
    ("<fix><fields><field number='70000' name='D' type='INT'/></fields></fix>", "name='D'>: number above 65535"),
    ("<fix><fields><field number='5001' name='D' type='DATA'/></fields></fix>", "no length field for this data"),
    ("<fix><fields><field number='5001' name='Side' type='INT'/></fields></fix>", "the name belongs to tag 54"),
    ("<fix><fields><field number='5' name='D' type='INT'><value/></field></fields></fix>", "<value>: has no enum"),
    ("<fix><fields><thing/></fields></fix>", "<thing>: <fields> holds <field> only"),
    ("<fix><messages><message name='X'/></messages></fix>", "<message name='X'>: has no msgtype"),
    ("<fix><messages><message name='X' msgtype='X' msgcat='y'/></messages></fix>", "msgcat must be admin or app"),
    (
        "<fix><messages><message name='X' msgtype='X'><field name='Nope'/></message></messages></fix>",
        "<message name='X'>: <field name='Nope'>: is not defined in <fields>",
    ),
    (
        "<fix><messages><message name='X' msgtype='X'><component name='Nope'/></message></messages></fix>",
        "<component name='Nope'>: is not defined in <components>",
    ),
    (
        "<fix><messages><message name='X' msgtype='X'><group name='NoHops'/></message></messages></fix>",
        "<group name='NoHops'>: has no members",
    ),
    (
        "<fix><messages><message name='X' msgtype='X'><field name='Side' required='M'/></message></messages></fix>",
        "<field name='Side' required='M'>: required must be Y or N",
    ),
    ("<fix><header><thing/></header></fix>", "<thing>: expected <field>, <group> or <component>"),
    (
        (
            "<fix><components><component name='A'><component name='A'/></component></components>"
            "<trailer><component name='A'/></trailer></fix>"
        ),
        "<trailer>: <component name='A'>: contains itself",
    ),
]


@pytest.mark.parametrize(("text", "why"), FAULTS, ids=[why for _, why in FAULTS])
def test_a_faulty_file_is_named_with_the_element_and_the_reason(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(DictionaryError) as fault:
        load(tmp_path, text)
    assert str(fault.value).startswith(f"{tmp_path / 'custom.xml'}: ")
    assert why in str(fault.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DictionaryError, match=r"nowhere\.xml: cannot be read"):
        Dictionary.load(tmp_path / "nowhere.xml")
    with pytest.raises(DictionaryError, match="no dictionary file"):
        Dictionary.load()


@pytest.mark.parametrize("version", ["40", "41", "42", "43", "44", "50", "50SP1", "50SP2"])
def test_quickfixs_own_dictionaries_can_be_loaded(version: str) -> None:
    file = QUICKFIX / f"FIX{version}.xml"
    if not file.exists():
        pytest.skip("QuickFIX's dictionaries are not installed")
    dictionary = Dictionary.load(file)
    assert {b"8", b"D", b"F"} <= set(dictionary.messages)
    assert dictionary.field("ClOrdID").number == 11


def test_quickfix_loads_the_venues_dictionary() -> None:
    quickfix = pytest.importorskip("quickfix")
    assert quickfix.DataDictionary(str(VENUE)).getVersion() == "FIX.4.4"
