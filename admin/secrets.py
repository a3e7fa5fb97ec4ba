"""`outcry password`: makes the hash that stands in the settings instead of a password (SES-27)."""

from __future__ import annotations

import getpass
import sys

import typer

from gateway.problems import SettingsError


def password() -> None:
    """Ask for a password, and print its Argon2id hash for the settings; of what is piped in the first line is taken."""
    from gateway.passwords import fault, hash_of

    if sys.stdin.isatty():
        given = getpass.getpass("password: ")
        if getpass.getpass("once more: ") != given:
            raise SettingsError(["these are two passwords"])
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    raw = given.encode()
    problem = fault(raw)
    if problem:
        raise SettingsError([f"a password {problem}"])
    typer.echo(hash_of(raw))
