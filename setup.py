"""Compiles the hot modules, and installs them as ordinary Python where that is not possible.

Hot is every `X.py` that has an `X.pxd` beside it. The environment variable OUTCRY_COMPILE decides: `0` compiles
nothing, `always` makes a Cython error fatal (make uses it), otherwise an install never fails for want of a compiler.
"""

import os
import sys
from pathlib import Path

from Cython.Build import cythonize
from Cython.Compiler.Errors import CompileError
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

DIRECTIVES = {
    "always_allow_keywords": False,
    "annotation_typing": False,
    "binding": False,
    "boundscheck": False,
    "cdivision": True,
    "language_level": 3,
    "wraparound": False,
}
C_FLAGS = [] if os.name == "nt" else ["-O3", "-g0", "-fno-builtin-memset", "-fno-plt"]
COMPILE = os.environ.get("OUTCRY_COMPILE", "1")


def ours(pattern: str) -> list[Path]:
    """The files in the project's packages whose names match `pattern`, relative to the root and in order."""
    return sorted(file for init in Path().glob("*/__init__.py") for file in init.parent.glob(f"**/{pattern}"))


def hot_modules() -> list[Extension]:
    """One optional extension per hot module: what fails to build stays Python."""
    sources = [pxd.with_suffix(".py") for pxd in ours("*.pxd") if pxd.with_suffix(".py").exists()]
    return [
        Extension(".".join(py.with_suffix("").parts), [str(py)], extra_compile_args=C_FLAGS, optional=True)
        for py in sources
    ]


class BuildHot(build_ext):
    """Translates, compiles, and leaves no compiled module behind that the sources of today would not give."""

    def run(self) -> None:
        """Translate all, compile in parallel, sweep, and say how many modules came out compiled."""
        self.parallel = os.cpu_count()
        self._translate()
        super().run()
        built = {file for file in self._files() if Path(self.build_lib, file).exists()}
        if self.inplace:
            suffix = Path(self.get_ext_filename("x")).name.removeprefix("x")
            for stale in set(ours(f"*{suffix}")) - built:
                stale.unlink()
        plain = len(hot_modules()) - len(built)
        print(f"outcry: {len(built)} modules compiled" + f", {plain} stay Python: slower, same results" * bool(plain))

    def build_extension(self, ext: Extension) -> None:
        """Compile one module; a compiler's failure is a warning, for every extension is optional."""
        built = Path(self.get_ext_fullpath(ext.name))
        if built.exists() and built.stat().st_mtime < Path(ext.sources[0]).stat().st_mtime:
            built.unlink()  # or it would outlive a failing compiler
        super().build_extension(ext)

    def _translate(self) -> None:
        try:
            modules = cythonize(
                list(self.extensions), build_dir="build/cython", compiler_directives=DIRECTIVES, force=self.force
            )
        except CompileError as error:
            if COMPILE == "always":
                raise
            print(f"outcry: Cython failed, all modules stay Python: {error}", file=sys.stderr)
            self.extensions.clear()
            return
        sources = {module.name: module.sources for module in modules}
        for ext in self.extensions:
            ext.sources = sources[ext.name]

    def _files(self) -> list[Path]:
        return [Path(self.get_ext_filename(ext.name)) for ext in self.extensions]


setup(ext_modules=hot_modules() if COMPILE != "0" else [], cmdclass={"build_ext": BuildHot})
