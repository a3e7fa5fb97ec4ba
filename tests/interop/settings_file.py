"""The settings file of a client engine in the format of QuickFIX, with all its validation on."""

from __future__ import annotations

from pathlib import Path

SETTINGS = """\
[DEFAULT]
ConnectionType=initiator
FileStorePath={directory}/store
FileLogPath={directory}/log
StartTime=00:00:00
EndTime=00:00:00
HeartBtInt=30
ReconnectInterval=1
UseDataDictionary=Y
DataDictionary={dictionary}
ValidateFieldsOutOfOrder=Y
ValidateFieldsHaveValues=Y
ValidateUserDefinedFields=Y
CheckCompID=Y
CheckLatency=Y
ResetOnLogon={reset}

[SESSION]
BeginString=FIX.4.4
SenderCompID={comp_id}
TargetCompID=OUTCRY
SocketConnectHost=127.0.0.1
SocketConnectPort={port}
"""


def write_settings_file(directory: Path, comp_id: str, port: int, dictionary: Path, *, reset: bool = False) -> Path:
    """client.cfg in `directory`, which is made."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "client.cfg"
    values = {"directory": directory, "comp_id": comp_id, "port": port, "dictionary": dictionary}
    path.write_text(SETTINGS.format(**values, reset="Y" if reset else "N"))
    return path
