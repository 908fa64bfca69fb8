"""What the operator sets, read once from the environment and checked as a whole."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from base import Invalid, parse_url
from messages import parse_sender, parse_smtp_url

LMS_OF_THE_DEMO = "lms.localhost"
_ORIGIN = re.compile(r"https?://[a-z0-9.\-]+(:\d{1,5})?")
_NO_SENDER = "Waymark <waymark@localhost>"
_LARGEST_BODY_KB = 64 * 1024
"""Such a body is held whole in memory, by each request that is under way."""


class Settings(msgspec.Struct, frozen=True):
    """The checked environment; addresses have no slash at their end."""

    database_url: str
    url: str
    content_url: str
    host: str
    port: int
    files: Path
    files_quota_bytes: int | None
    keys: Path
    keys_passphrase: str | None
    private_hosts: frozenset[str]
    xapi_origins: frozenset[str]
    xapi_document_kb: int
    xapi_statements_kb: int
    issuer: str
    smtp_url: str | None
    mail_from: str
    time_zone: str
    oidc: Path | None
    proxies: int
    production: bool

    def __repr__(self) -> str:
        """Without the passphrase and the passwords of the database and the mail server, for logs."""
        return f"Settings(url={self.url!r}, content_url={self.content_url!r}, production={self.production})"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that `environment` gives, defaults where it is silent.

    Raises Invalid naming every fault at once. With WAYMARK_ENV=production, defaults that are unsafe are faults.
    """
    production = environment.get("WAYMARK_ENV", "development") == "production"
    private_hosts = environment.get(
        "WAYMARK_PRIVATE_HOSTS", "" if production else f"localhost,127.0.0.1,{LMS_OF_THE_DEMO}"
    )
    settings = Settings(
        database_url=environment.get("WAYMARK_DATABASE_URL", "sqlite:///waymark.db"),
        url=environment.get("WAYMARK_URL", "http://127.0.0.1:8000").rstrip("/"),
        content_url=environment.get("WAYMARK_CONTENT_URL", "http://localhost:8000").rstrip("/"),
        host=environment.get("WAYMARK_HOST", "127.0.0.1"),
        port=_whole(environment.get("WAYMARK_PORT", "8000")),
        files=Path(environment.get("WAYMARK_FILES", "waymark-files")),
        files_quota_bytes=_quota_bytes(environment.get("WAYMARK_FILES_QUOTA_MB", "")),
        keys=Path(environment.get("WAYMARK_KEYS", "waymark-keys")),
        keys_passphrase=environment.get("WAYMARK_KEYS_PASSPHRASE") or None,
        private_hosts=_listed(private_hosts),
        xapi_origins=_listed(environment.get("WAYMARK_XAPI_ORIGINS", "")),
        xapi_document_kb=_whole(environment.get("WAYMARK_XAPI_DOCUMENT_KB", "1024")),
        xapi_statements_kb=_whole(environment.get("WAYMARK_XAPI_STATEMENTS_KB", "4096")),
        issuer=environment.get("WAYMARK_ISSUER", "Urban Learning Center, Mayors for Economic Growth"),
        smtp_url=environment.get("WAYMARK_SMTP_URL") or None,
        mail_from=environment.get("WAYMARK_MAIL_FROM", _NO_SENDER),
        time_zone=environment.get("WAYMARK_TIME_ZONE", "UTC"),
        oidc=Path(oidc) if (oidc := environment.get("WAYMARK_OIDC")) else None,
        proxies=_whole(environment.get("WAYMARK_PROXIES", "0")),
        production=production,
    )
    faults = [*_faults(settings), *_unknown_environment(environment), *(_unsafe(settings) if production else ())]
    if faults:
        raise Invalid("; ".join(faults), rule="settings")
    return settings


def _listed(text: str) -> frozenset[str]:
    return frozenset(each.strip() for each in text.split(",") if each.strip())


def _whole(text: str) -> int:
    """The number, or one that no setting may be."""
    return int(text) if text.isdecimal() else -1


def _quota_bytes(megabytes: str) -> int | None:
    return _whole(megabytes) * 1_000_000 if megabytes else None


def _faults(settings: Settings) -> list[str]:
    faults = _mail_faults(settings)
    if settings.files_quota_bytes is not None and settings.files_quota_bytes <= 0:
        faults.append("WAYMARK_FILES_QUOTA_MB must be a number of megabytes above 0, or not set for no limit")
    try:
        parse_url(settings.database_url)
    except Invalid as error:
        faults.append(error.message)
    for name, address in (("WAYMARK_URL", settings.url), ("WAYMARK_CONTENT_URL", settings.content_url)):
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
            faults.append(f"{name} is {address!r}; it must be like https://learn.example, without a path")
    if urlsplit(settings.url).netloc == urlsplit(settings.content_url).netloc:
        faults.append(
            "WAYMARK_CONTENT_URL must have another host than WAYMARK_URL: content runs in an origin of its own"
        )
    faults += [
        f"WAYMARK_XAPI_ORIGINS has {origin!r}; an origin is like https://lms.example, without a path"
        for origin in sorted(settings.xapi_origins)
        if not _ORIGIN.fullmatch(origin)
    ]
    faults += [
        f"{name} must be a number of kibibytes from 1 to {_LARGEST_BODY_KB}"
        for name, size in (
            ("WAYMARK_XAPI_DOCUMENT_KB", settings.xapi_document_kb),
            ("WAYMARK_XAPI_STATEMENTS_KB", settings.xapi_statements_kb),
        )
        if not 0 < size <= _LARGEST_BODY_KB
    ]
    if settings.proxies < 0:
        faults.append("WAYMARK_PROXIES must be how many reverse proxies stand before this service: 0, 1, …")
    if not 0 < settings.port < 65536:  # noqa: PLR2004 (the last TCP port)
        faults.append("WAYMARK_PORT must be a number from 1 to 65535")
    return faults


def _mail_faults(settings: Settings) -> list[str]:
    faults = []
    try:
        parse_sender(settings.mail_from)
        server = None if settings.smtp_url is None else parse_smtp_url(settings.smtp_url)
    except Invalid as error:
        return [error.message]
    if server is not None and settings.mail_from == _NO_SENDER:
        faults.append("WAYMARK_MAIL_FROM must be set with WAYMARK_SMTP_URL: the address that mail comes from")
    if server is not None and server.shows_password and settings.production:
        faults.append(
            "WAYMARK_SMTP_URL sends a password over a connection that is not encrypted; "
            "in production use smtps:// or smtp+starttls://"
        )
    try:
        ZoneInfo(settings.time_zone)
    except (KeyError, ValueError, OSError):  # unknown; a path; a folder of zones
        faults.append(f"WAYMARK_TIME_ZONE is {settings.time_zone!r}; it must be like Asia/Tbilisi")
    return faults


def _unknown_environment(environment: Mapping[str, str]) -> list[str]:
    if environment.get("WAYMARK_ENV", "development") in {"development", "production"}:
        return []
    return ["WAYMARK_ENV must be development or production"]


def _unsafe(settings: Settings) -> list[str]:
    faults = [
        f"{name} must begin with https:// in production"
        for name, address in (("WAYMARK_URL", settings.url), ("WAYMARK_CONTENT_URL", settings.content_url))
        if not address.startswith("https://")
    ]
    if settings.keys_passphrase is None:
        faults.append(
            "WAYMARK_KEYS_PASSPHRASE must be set in production, so that private keys are not kept unencrypted"
        )
    return faults
