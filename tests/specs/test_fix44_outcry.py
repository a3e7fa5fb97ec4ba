"""The venue's dictionary says of fields and messages what FIX 4.4 says (OrchestraFIX44.xml, FIX Trading Community)."""

import pytest

from fix.dictionary import KINDS, Dictionary, GroupSpec
from tests.fix.line import DICTIONARY
from tests.fix.orchestra import ORCHESTRA, write_dictionary

VENUES_OWN = {7928, 8013}
NOT_FIX_44 = {(b"A", 925), (b"A", 8013), (b"D", 7928)}  # only in what a client may choose to say
IN = {b"D", b"F", b"G", b"H", b"AF", b"q", b"e", b"g"}
OUT = {b"8", b"9", b"r", b"j", b"f", b"h", b"B"}
SESSION = {b"0", b"1", b"2", b"3", b"4", b"5", b"A"}
ACTED_ON = {
    18,
    21,
    35,
    39,
    40,
    43,
    54,
    59,
    97,
    98,
    102,
    103,
    123,
    141,
    150,
    263,
    326,
    327,
    340,
    373,
    378,
    380,
    434,
    530,
    567,
    531,
    532,
    585,
    851,
}


@pytest.fixture(scope="module")
def fix44(tmp_path_factory: pytest.TempPathFactory) -> Dictionary:
    if not ORCHESTRA.exists():
        pytest.skip("OrchestraFIX44.xml is not here")
    return Dictionary.load(write_dictionary(tmp_path_factory.mktemp("specs") / "orchestra.xml"))


def in_order(some: tuple[int, ...], all_of_them: tuple[int, ...]) -> bool:
    """Whether the first are among the second, in the same order."""
    rest = iter(all_of_them)
    return all(tag in rest for tag in some)


def differences(ours: GroupSpec, theirs: GroupSpec) -> list[str]:
    """What is wrong in a group and the groups inside."""
    wrong = [f"group {ours.count_tag}"] * (
        ours.delimiter != theirs.delimiter
        or not in_order(ours.members, theirs.members)
        or set(ours.required) != set(theirs.required) & set(ours.members)
    )
    return wrong + [text for tag, inner in ours.groups.items() for text in differences(inner, theirs.groups[tag])]


def test_the_venue_speaks_these_messages() -> None:
    assert set(DICTIONARY.messages) == IN | OUT | SESSION
    assert {kind for kind, spec in DICTIONARY.messages.items() if spec.is_admin} == SESSION
    assert DICTIONARY.begin_string == b"FIX.4.4"


def test_the_values_of_fields_the_venue_acts_on_are_listed() -> None:
    assert [tag for tag in sorted(ACTED_ON) if not DICTIONARY.fields[tag].values] == []


def test_every_field_defined_is_used() -> None:
    def tags(groups: list[GroupSpec]) -> set[int]:
        inner = [tags(list(group.groups.values())) | set(group.members) for group in groups]
        return set().union(*inner)

    specs = DICTIONARY.messages.values()
    used = {tag for spec in specs for tag in (*spec.tags, *tags(list(spec.groups.values())))}
    assert set(DICTIONARY.fields) == used


def test_every_field_has_the_name_and_type_of_fix_44(fix44: Dictionary) -> None:
    ours = {tag: (spec.name, KINDS[spec.type]) for tag, spec in DICTIONARY.fields.items() if tag not in VENUES_OWN}
    assert ours == {tag: (fix44.fields[tag].name, KINDS[fix44.fields[tag].type]) for tag in ours}


def test_what_fix_44_does_not_have_is_of_the_range_for_that(fix44: Dictionary) -> None:
    """FIX 4.4 Vol. 1: tags 5000 to 9999 are for user-defined fields."""
    assert {tag for tag in DICTIONARY.fields if tag not in fix44.fields} == VENUES_OWN
    assert all(5_000 <= tag <= 9_999 for tag in VENUES_OWN)


def test_the_values_listed_are_all_of_fix_44(fix44: Dictionary) -> None:
    listed = {tag: set(spec.values) for tag, spec in DICTIONARY.fields.items() if spec.values}
    ours = {tag: values for tag, values in listed.items() if tag not in VENUES_OWN}
    assert ours == {tag: set(fix44.fields[tag].values) for tag in ours}


def test_messages_list_fields_of_fix_44_in_its_order(fix44: Dictionary) -> None:
    misplaced = {
        kind
        for kind, spec in DICTIONARY.messages.items()
        if (spec.name, spec.is_admin) != (fix44.messages[kind].name, fix44.messages[kind].is_admin)
        or not in_order(tuple(tag for tag in spec.tags if (kind, tag) not in NOT_FIX_44), fix44.messages[kind].tags)
    }
    assert misplaced == set()


def test_exactly_the_fields_fix_44_requires_are_required(fix44: Dictionary) -> None:
    ours = {kind: spec.required for kind, spec in DICTIONARY.messages.items()}
    assert ours == {kind: fix44.messages[kind].required for kind in ours}


def test_groups_are_those_of_fix_44(fix44: Dictionary) -> None:
    wrong = [
        (kind, text)
        for kind, spec in DICTIONARY.messages.items()
        for tag, group in spec.groups.items()
        for text in differences(group, fix44.messages[kind].groups[tag])
    ]
    assert wrong == []
