"""The rules of CONTRIBUTING.md that a program can check."""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = sorted(init.parent for init in ROOT.glob("*/__init__.py"))
FOLDERS = [*PACKAGES, *(ROOT / name for name in ("config", "loadtests", "specs", "tests", ".ci"))]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LINES_MAX, FUNCTION_LINES_MAX = 400, 50
TEXT = {"", ".cfg", ".ini", ".md", ".pxd", ".py", ".sql", ".toml", ".txt", ".xml", ".yaml", ".yml"}


def files(*suffixes: str) -> list[Path]:
    """The project's own files with one of these suffixes, in the root and in its folders."""
    found = [*ROOT.iterdir(), *(file for folder in FOLDERS for file in folder.glob("**/*"))]
    return sorted(file for file in found if file.is_file() and file.suffix in suffixes and file.name != ".git")


def offences(rule: Callable[[ast.AST], bool], modules: list[Path]) -> Iterator[str]:
    """Where in these modules `rule` says yes, as `file:line`."""
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text())):
            if rule(node):
                yield f"{module.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def suite() -> list[Path]:
    """Every Python file of the suite but this one."""
    return [file for file in files(".py") if file.is_relative_to(ROOT / "tests") and file != Path(__file__)]


def pure(*names: str) -> list[Path]:
    """Every Python file of these packages."""
    return [file for name in names for file in sorted((ROOT / name).glob("**/*.py"))]


def test_every_module_opens_by_saying_what_it_is() -> None:
    silent = [file for file in files(".py") if not ast.get_docstring(ast.parse(file.read_text()))]
    assert silent == []


def test_files_stay_short() -> None:
    long = [file for file in files(".py", ".pxd", ".sql") if len(file.read_text().splitlines()) > LINES_MAX]
    assert long == []


def test_functions_stay_short() -> None:
    def is_long(node: ast.AST) -> bool:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return False
        return (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES_MAX

    assert list(offences(is_long, files(".py"))) == []


def test_the_suite_mocks_nothing() -> None:
    def is_mock(node: ast.AST) -> bool:
        match node:
            case ast.Import(names=names):
                return any("mock" in name.name for name in names)
            case ast.ImportFrom(module=module, names=names):
                return "mock" in (module or "") or any("mock" in name.name for name in names)
            case ast.Attribute(attr=attr):
                return attr.startswith(("assert_called", "assert_awaited"))
            case _:
                return False

    assert list(offences(is_mock, suite())) == []


def test_whoever_plays_an_exchange_shows_its_events_to_the_checker() -> None:
    """ORD-01 to ORD-17, QTY-01 to QTY-07 hold of every event of these tests."""
    watched = ("engine", "model", "risk", "scenarios")
    modules = {file: file.read_text() for file in suite() if file.relative_to(ROOT / "tests").parts[0] in watched}
    blind = [file for file, text in modules.items() if re.search(r"\bExchange\(", text) and "Checker()" not in text]
    assert blind == []


def test_the_suites_own_clients_show_the_reports_to_the_checker() -> None:
    """The same of every ExecutionReport(8) that a client of ours receives; other people's engines check their own."""
    ours = ("gateway/fix_client.py", "simulation/returning_client.py", "interop/quickfix_client.py")
    texts = {file: (ROOT / "tests" / file).read_text() for file in ours}
    assert [file for file, text in texts.items() if "check_alone(" not in text and "reports.see(" not in text] == []


def test_the_suite_never_sleeps() -> None:
    def is_sleep(node: ast.AST) -> bool:
        match node:
            case ast.Call(func=ast.Attribute(attr="sleep") | ast.Name(id="sleep"), args=[ast.Constant(value=0)]):
                return False  # asyncio's way to let others run
            case ast.Call(func=ast.Attribute(attr="sleep") | ast.Name(id="sleep")):
                return True
            case _:
                return False

    assert list(offences(is_sleep, suite())) == []


def test_the_core_and_risk_count_in_integers() -> None:
    def is_inexact(node: ast.AST) -> bool:
        match node:
            case ast.Constant(value=float() | complex()) | ast.Name(id="float"):
                return True
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                return True
            case _:
                return False

    assert list(offences(is_inexact, pure("engine", "risk"))) == []


def test_nothing_names_a_machine_or_a_package_host() -> None:
    places = re.compile(r"/(work|root|home)/|py(pi|thonhosted)\.org|index[-]url")
    named = [file for file in files(*TEXT) if file != Path(__file__) and places.search(file.read_text())]
    assert named == []


def test_no_other_distribution_claims_our_package_names() -> None:
    owners = packages_distributions()
    assert {package.name: set(owners[package.name]) for package in PACKAGES} == {
        package.name: {"openoutcry"} for package in PACKAGES
    }


def test_config_holds_toml_only() -> None:
    """A distribution named config exists; Python files of ours in such a folder would collide with its."""
    assert [file for file in (ROOT / "config").glob("**/*") if file.suffix != ".toml"] == []


def test_every_package_is_installed_and_has_its_layer() -> None:
    names = {package.name for package in PACKAGES}
    included = {pattern.rstrip("*") for pattern in PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]}
    assert names <= included
    assert names == set(PROJECT["tool"]["importlinter"]["root_packages"])


def requirements() -> set[str]:
    """The names of all distributions that pyproject.toml asks for."""
    groups = [PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"].values()]
    return {re.split(r"[^A-Za-z0-9_.-]", requirement)[0] for group in groups for requirement in group}


def test_every_dependency_has_its_reason_in_the_architecture() -> None:
    page = ROOT / "ARCHITECTURE.md"
    if not page.exists():
        pytest.skip("ARCHITECTURE.md is not written")
    assert {name for name in requirements() if name not in page.read_text()} == set()


def test_constraints_pin_every_dependency_and_name_no_place() -> None:
    pins = (ROOT / "constraints.txt").read_text().split()
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][A-Za-z0-9.+]*", pin)] == []
    pinned = {pin.partition("==")[0].lower().replace("_", "-") for pin in pins}
    assert {name.lower().replace("_", "-") for name in requirements()} - pinned == set()


def test_every_declaration_file_augments_a_module_or_says_whose_c_side_it_is() -> None:
    lone = [pxd for pxd in files(".pxd") if not pxd.with_suffix(".py").exists()]
    said = {pxd: re.match(r"# The C side of ([a-z_/]+\.py)", pxd.read_text()) for pxd in lone}
    assert [pxd for pxd in lone if not ((whose := said[pxd]) and (ROOT / whose[1]).exists())] == []


def test_no_compiled_module_is_older_than_its_source() -> None:
    """`make` rebuilds; this catches a suite that was started without it."""
    stale = []
    for pxd in files(".pxd"):
        for compiled in (pxd.with_suffix(suffix) for suffix in EXTENSION_SUFFIXES):
            sources = (pxd, pxd.with_suffix(".py"))
            if compiled.exists() and any(compiled.stat().st_mtime < source.stat().st_mtime for source in sources):
                stale.append(compiled)
    assert stale == []
