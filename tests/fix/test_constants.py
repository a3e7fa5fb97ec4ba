"""constants.pxd repeats numbers of kinds.py and tags.py for the C compiler: they must be the same."""

import re
from pathlib import Path

from fix import kinds, tags

LINE = re.compile(r"^    ([A-Z_]+) = (-?\d+)$", re.MULTILINE)


def test_the_compiled_constants_are_those_of_the_python_modules() -> None:
    text = (Path(kinds.__file__).parent / "constants.pxd").read_text()
    compiled = {name: int(value) for name, value in LINE.findall(text)}
    known = {**vars(tags), **vars(kinds)}
    assert len(compiled) > 30
    assert compiled == {name: known[name] for name in compiled}
