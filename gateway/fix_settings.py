"""The [fix] section: where the venue listens, who may log on, and how it behaves towards them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from gateway.fields import Flag, Name, Section, is_name, unique
from gateway.passwords import argon2id
from gateway.profile_settings import Profile, preset
from gateway.signatures import Signature

LISTED_SESSIONS_MAX = 10_000
TEMPLATES_MAX = 100
EXTENSIONS_MAX = 16
NETWORKS_MAX = 100
OTHERS_MAX = 2_000
Network = IPv4Network | IPv6Network


class Template(Profile):
    """The profile of clients whose CompID fits the pattern `match`, such as "HFT-*": they may log on unlisted."""

    match: Annotated[str, Field(min_length=1, max_length=64)]


class Session(Profile):
    """A client known by its CompID; what it leaves out of the profile stands in the template its CompID fits.

    `firm` absent: the CompID is a firm of its own. `password` is an Argon2id hash (SES-27); without `username` it is
    refused. With a `signature` its Logons must be signed. `addresses` are networks it may come from (none: any),
    `certificate` a name its TLS certificate must bear.
    With `drop_copy_sessions` or `drop_copy_firms` it is a read-only session that receives copies of their reports.
    """

    comp_id: Name
    firm: Name | None = None
    username: Name | None = None
    password: Annotated[Annotated[str, AfterValidator(argon2id)] | None, Field(repr=False)] = None
    signature: Signature | None = None
    addresses: Annotated[tuple[Network, ...], Field(max_length=NETWORKS_MAX)] = ()
    certificate: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    drop_copy_sessions: tuple[Name, ...] = ()
    drop_copy_firms: tuple[Name, ...] = ()

    @property
    def must_prove(self) -> bool:
        """Whether its Logon needs a password or a signature."""
        return self.password is not None or self.signature is not None

    @property
    def is_drop_copy(self) -> bool:
        """Whether it only receives copies."""
        return bool(self.drop_copy_sessions or self.drop_copy_firms)

    @property
    def firm_name(self) -> str:
        """The firm whose limits and self-trade prevention apply."""
        return self.firm or self.comp_id

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password come together")
        return self


class Tls(Section):
    """TLS 1.2 or later for all FIX clients: PEM files; with `client_authorities` each must show a certificate
    of theirs.

    `certificate_names_comp_id` demands that it bears the CompID as its common name or an alternative name.
    """

    certificate: Path
    key: Path
    client_authorities: Path | None = None
    certificate_names_comp_id: Flag = False

    @model_validator(mode="after")
    def _names_need_certificates(self) -> Self:
        if self.certificate_names_comp_id and self.client_authorities is None:
            raise ValueError("certificate_names_comp_id needs client_authorities")
        return self


class Fix(Section):
    """The FIX 4.4 listener and who may log on; port 0 takes a free one.

    `closing_notice_s` after it is asked to end the venue does, having told the clients (SES-28); asked again, at once.
    `dictionary` replaces the venue's own, files of `dictionary_extensions` add to it, each in QuickFIX's XML format.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(strict=True, ge=0, le=65_535)] = 9878
    any_comp_id: Flag = True
    closing_notice_s: Annotated[int, Field(strict=True, ge=0, le=86_400)] = 0
    dictionary: Path | None = None
    dictionary_extensions: Annotated[tuple[Path, ...], Field(max_length=EXTENSIONS_MAX)] = ()
    tls: Tls | None = None
    template: Profile = Profile()
    templates: Annotated[tuple[Template, ...], Field(max_length=TEMPLATES_MAX)] = ()
    sessions: Annotated[tuple[Session, ...], Field(max_length=LISTED_SESSIONS_MAX)] = ()

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, raw: Any) -> Any:
        """Fill in what a template of some CompIDs leaves to that of all, and a session to the first that fits."""
        if not isinstance(raw, dict):
            return raw
        common = _table(raw.get("template"))
        templates = [_on(common, item) for item in _tables(raw.get("templates"))]
        sessions = [_on(_fitting(templates, common, item), item) for item in _tables(raw.get("sessions"))]
        completed = {"templates": templates, "sessions": sessions}
        return raw | {key: tables for key, tables in completed.items() if isinstance(raw.get(key), list)}

    @field_validator("sessions")
    @classmethod
    def _one_session_each(cls, sessions: tuple[Session, ...]) -> tuple[Session, ...]:
        unique([session.comp_id for session in sessions])
        return sessions

    @model_validator(mode="after")
    def _certificates_need_tls(self) -> Self:
        for listed in self.sessions:
            if listed.certificate is not None and (self.tls is None or self.tls.client_authorities is None):
                raise ValueError(f"sessions[{listed.comp_id}].certificate needs tls.client_authorities")
        return self

    @model_validator(mode="after")
    def _someone_may_log_on(self) -> Self:
        if not self.any_comp_id and not self.sessions and not self.templates:
            raise ValueError("any_comp_id is false and no [[fix.sessions]] is listed: nobody could log on")
        return self

    @cached_property
    def _by_comp_id(self) -> dict[str, Session]:
        return {listed.comp_id: listed for listed in self.sessions}

    @cached_property
    def _others(self) -> dict[str, Session]:
        """Those that are not listed and were asked for, at most OTHERS_MAX: each takes longer to make than an order."""
        return {}

    def session(self, comp_id: str) -> Session | None:
        """The session of a client's CompID: as listed, else by the first template that fits, else None (SES-02)."""
        known = self._by_comp_id.get(comp_id) or self._others.get(comp_id)
        if known is not None:
            return known
        fits = next((one for one in self.templates if fnmatchcase(comp_id, one.match)), None)
        if not is_name(comp_id) or (fits is None and not self.any_comp_id):
            return None
        template = self.template if fits is None else fits
        if len(self._others) >= OTHERS_MAX:
            self._others.clear()
        self._others[comp_id] = made = Session(comp_id=comp_id, **template.model_dump(exclude={"match"}))
        return made


def _table(raw: Any) -> dict[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _tables(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _on(base: dict[str, Any], item: Any) -> Any:
    """The table with what it leaves out taken from `base`; a preset it names comes between the two."""
    return base | preset(item) | item if isinstance(item, dict) else item


def _fitting(templates: list[Any], common: dict[str, Any], item: Any) -> dict[str, Any]:
    """The keys that a listed session inherits."""
    comp_id = _table(item).get("comp_id")
    for template in templates:
        pattern = _table(template).get("match")
        if isinstance(pattern, str) and isinstance(comp_id, str) and fnmatchcase(comp_id, pattern):
            return {key: value for key, value in template.items() if key != "match"}
    return common
