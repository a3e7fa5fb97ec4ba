"""Makes Python load the project's `.py` files even where a compiled module lies beside them.

Python imports a module of this name from PYTHONPATH when it starts, so the processes that tests start obey too.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

PACKAGES = {init.parent.name for init in Path(__file__).parents[2].glob("*/__init__.py")}


class SourceOnly:
    """Finds `package.module` as `module.py` and leaves everything else to the finders after it."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        """The spec of a plain module in one of our packages, or None."""
        top, _, _ = name.partition(".")
        for folder in path or () if top in PACKAGES else ():
            source = Path(folder, name.rpartition(".")[2] + ".py")
            if source.is_file():
                return spec_from_file_location(name, source)
        return None


sys.meta_path.insert(0, SourceOnly)
