"""What the venue says when it is up: where it listens, what its word is worth, and how to connect a FIX engine."""

from __future__ import annotations

from pathlib import Path

from gateway.desk import is_compiled
from gateway.settings import Settings

ACK_POLICIES = {
    "fsync": "acknowledged = on the disk",
    "os": "acknowledged = with the operating system: survives the process, not the machine",
    "memory": "acknowledged = nowhere: for measurements",
}
UNCOMPILED = "plain Python: install a C compiler and run `make` for some twenty times the speed"
CLIENT_SETTINGS = """\
# QuickFIX settings of a client of this venue: quickfix.SessionSettings("{path}")
[DEFAULT]
ConnectionType=initiator
FileStorePath={store}
FileLogPath={store}
StartTime=00:00:00
EndTime=00:00:00
HeartBtInt=30
ReconnectInterval=1
ResetOnLogon=N
UseDataDictionary=Y
DataDictionary={dictionary}

[SESSION]
BeginString=FIX.4.4
SenderCompID=CLIENT1
TargetCompID={comp_id}
SocketConnectHost={host}
SocketConnectPort={port}
"""


def write_client_settings(data_dir: Path, settings: Settings, port: int, dictionary: Path) -> Path:
    """Write a QuickFIX settings file that connects to this venue; its path."""
    path = data_dir / "quickfix-client.cfg"
    store = data_dir / "quickfix-client"
    path.write_text(
        CLIENT_SETTINGS.format(
            path=path,
            store=store,
            dictionary=dictionary,
            comp_id=settings.venue.comp_id,
            host=settings.fix.host,
            port=port,
        )
    )
    return path


def announce(settings: Settings, port: int, client_settings: Path, control: Path, database: str) -> list[str]:
    """The lines printed when the venue is ready."""
    fix = settings.fix
    clients = "any SenderCompID" if fix.any_comp_id else f"{len(fix.sessions)} listed SenderCompIDs"
    policy = settings.venue.ack_policy
    symbols = ", ".join(instrument.symbol for instrument in settings.instruments[:8])
    more = f" and {len(settings.instruments) - 8} more" if len(settings.instruments) > 8 else ""
    return [
        f"Outcry is open: FIX 4.4 on {fix.host}:{port}, TargetCompID {settings.venue.comp_id}, {clients}",
        f"  trading     {symbols}{more}",
        f"  ack policy  {policy}: {ACK_POLICIES[policy]}",
        f"  form        {'compiled' if is_compiled() else UNCOMPILED}",
        f"  PostgreSQL  {database}",
        f"  control     {control} (outcry status)",
        f"  QuickFIX    {client_settings} connects a client",
    ]
