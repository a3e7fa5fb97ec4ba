"""QuickFIX's acceptance scripts for FIX 4.4, played against the echoing acceptor over TCP (DESIGN: others decide)."""

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fix.orchestra import ORCHESTRA, write_dictionary

ROOT = Path(__file__).parents[2]
OUTCRY = str(Path(sys.executable).with_name("outcry"))
SHARED = ROOT.parent / "shared/fix"
SCRIPTS = sorted(file.stem for file in (SHARED / "defs/fix44").glob("*.def"))
UNHURRIED = (
    "4a_NoDataSentDuringHeartBtInt",
    "6_SendTestRequest",
)  # these wait for heartbeats: each gets its own acceptor

pytestmark = pytest.mark.skipif(not SCRIPTS or not ORCHESTRA.exists(), reason="the acceptance scripts are not here")


@contextmanager
def acceptor(dictionary: Path) -> Iterator[int]:
    """The port of an echoing acceptor that runs until the end of the block."""
    command = [OUTCRY, "echo", "--dictionary", str(dictionary), "--fix-port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline().rpartition(":")[2])
        finally:
            process.terminate()


def play(dictionary: Path, scripts: Path) -> dict[str, str]:
    """What the runner says of each script in a folder: "" if it passed, else why not."""
    with acceptor(dictionary) as port:
        runner = [sys.executable, str(SHARED / "at_runner.py"), "127.0.0.1", str(port), str(scripts)]
        said = subprocess.run(runner, capture_output=True, text=True, check=False).stdout
    verdicts = re.findall(r"^(pass|FAIL)  (\S+) .*\n((?: .*\n)*)", said, re.MULTILINE)
    return {name: why or said if verdict == "FAIL" else "" for verdict, name, why in verdicts}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """All scripts' verdicts; the slow ones are played beside the others."""
    folder = tmp_path_factory.mktemp("acceptance")
    dictionary = write_dictionary(folder / "FIX44.xml")
    for script in SCRIPTS:
        home = folder / (script if script in UNHURRIED else "others")
        home.mkdir(exist_ok=True)
        (home / f"{script}.def").symlink_to(SHARED / f"defs/fix44/{script}.def")
    homes = [home for home in folder.iterdir() if home.is_dir()]
    with ThreadPoolExecutor(len(homes)) as pool:
        return {
            name: why for said in pool.map(lambda home: play(dictionary, home), homes) for name, why in said.items()
        }


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_acceptance_script_passes(script: str, verdicts: dict[str, str]) -> None:
    assert verdicts[script] == ""
