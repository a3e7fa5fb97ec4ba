"""Compiles the hot modules, and installs them as ordinary Python where that is not possible.

Hot is every `X.py` that has an `X.pxd` beside it. The environment variable OUTCRY_COMPILE decides: `0` compiles
nothing, `always` makes a Cython error fatal (make uses it), otherwise an install never fails for want of a compiler.

With gcc some are compiled twice: OUTCRY_PROFILE=write compiles them alone, so that they write down what they do
(`loadtests.training` plays a sample), and where that is written the next build lays them out for it.
"""

import os
import shlex
import subprocess
import sys
import sysconfig
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
TRANSLATORS = (os.cpu_count() or 1) if sys.platform == "linux" else 0
C_FLAGS = [] if os.name == "nt" else ["-O3", "-g0", "-fno-builtin-memset", "-fno-plt"]
COMPILE = os.environ.get("OUTCRY_COMPILE", "1")
PROFILED = ("engine", "risk")
WRITES_PROFILE = os.environ.get("OUTCRY_PROFILE") == "write"
USE_PROFILE = ["-fprofile-use", "-fprofile-partial-training", "-Wno-missing-profile", "-Wno-coverage-mismatch"]


def ours(pattern: str) -> list[Path]:
    """The files in the project's packages whose names match `pattern`, relative to the root and in order."""
    return sorted(file for init in Path().glob("*/__init__.py") for file in init.parent.glob(f"**/{pattern}"))


def has_profiles() -> bool:
    """Whether the compiler takes gcc's options."""
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    try:
        asked = subprocess.run(
            [*compiler, *USE_PROFILE, "-E", "-x", "c", os.devnull], capture_output=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def hot_modules() -> list[Extension]:
    """One optional extension per hot module: what fails to build stays Python."""
    sources = [pxd.with_suffix(".py") for pxd in ours("*.pxd") if pxd.with_suffix(".py").exists()]
    if WRITES_PROFILE:
        sources = [py for py in sources if py.parts[0] in PROFILED] if has_profiles() else []
    return [
        extension(py, USE_PROFILE if any(Path("build").glob(f"temp*/**/{py.with_suffix('.gcda')}")) else [])
        for py in sources
    ]


def extension(source: Path, profile: list[str]) -> Extension:
    """A module's, optional."""
    write = ["-fprofile-generate"] * WRITES_PROFILE
    return Extension(
        ".".join(source.with_suffix("").parts),
        [str(source)],
        extra_compile_args=C_FLAGS + (write or profile),
        extra_link_args=write,
        optional=True,
    )


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
                list(self.extensions),
                build_dir="build/cython",
                compiler_directives=DIRECTIVES,
                force=self.force,
                nthreads=TRANSLATORS,
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
