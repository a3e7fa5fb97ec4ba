"""The dictionary the venue reads messages by: its own, another in its place, and files that add to it."""

from __future__ import annotations

from pathlib import Path

from fix.dictionary import Dictionary, DictionaryError
from gateway.fix_settings import Fix
from gateway.problems import SettingsError

DICTIONARY = Path(__file__).resolve().parent.parent / "specs" / "fix44_outcry.xml"
NEEDED = (b"0", b"1", b"2", b"3", b"4", b"5", b"A", b"D", b"F", b"G", b"H", b"AF", b"q")
"""The messages that are checked by it, and so have to be in it."""


def load_dictionary(fix: Fix) -> Dictionary:
    """The dictionary of the settings; SettingsError names the file, the element and what is wrong."""
    try:
        dictionary = Dictionary.load(fix.dictionary or DICTIONARY, *fix.dictionary_extensions)
    except DictionaryError as error:
        raise SettingsError([f"fix.dictionary: {error}"]) from None
    if dictionary.begin_string != b"FIX.4.4":
        version = dictionary.begin_string.decode() or "of no version"
        raise SettingsError([f"fix.dictionary: {fix.dictionary}: is {version}, must be FIX.4.4"])
    missing = [kind.decode() for kind in NEEDED if kind not in dictionary.messages]
    if missing:
        raise SettingsError([f"fix.dictionary: {fix.dictionary}: has no message of type {', '.join(missing)}"])
    return dictionary
