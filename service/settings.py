"""The only reader of the environment: every setting is one row of SETTINGS, and the README has a row for each."""

import difflib
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from service.errors import BadSettings

PREFIX = "GUATU_"
FOR_TESTS = "GUATU_TEST_"


@dataclass(frozen=True)
class Setting:
    """One setting: its variable, its default as a person would write it, what it means, and how its text is read."""

    variable: str
    default: str
    meaning: str
    read: Callable[[str], object]


class DatabaseUrl(str):
    """A database URL with its asynchronous driver. Printing it never shows the password; only `.full` holds it."""

    @property
    def full(self) -> str:
        return str.__str__(self)

    @property
    def redacted(self) -> str:
        parts = urlsplit(self.full)
        if parts.password is None:
            return self.full
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:***@{host}"))

    def __str__(self) -> str:
        return self.redacted

    __repr__ = __str__


DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


def database_url(text: str) -> DatabaseUrl:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in DRIVERS:
        raise ValueError("a URL such as sqlite:///guatu.db or postgresql://user@host/name")
    if scheme.startswith("sqlite") and (not rest.startswith("/") or rest in ("/", "/:memory:")):
        raise ValueError("a file: sqlite:///guatu.db in the working folder, sqlite:////path/guatu.db elsewhere")
    return DatabaseUrl(f"{DRIVERS[scheme]}://{rest}")


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def contact(text: str) -> str | None:
    """A mail address or URL at which a site can complain, `none` for nobody."""
    if text == "none":
        return None
    if not re.fullmatch(r"https?://[\x21-\x7e]{1,200}|[\x21-\x3f\x41-\x7e]{1,100}@[A-Za-z0-9.-]{1,100}", text):
        raise ValueError("a mail address or URL, or none")
    return text


def networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Networks in CIDR notation with commas between them, `none` for none."""
    try:
        return () if text == "none" else tuple(ipaddress.ip_network(one.strip()) for one in text.split(","))
    except ValueError as error:
        raise ValueError(f"networks such as 10.1.0.0/16,fd00:1::/64, or none ({error})") from None


def path(text: str) -> Path | None:
    """A file, `none` for none."""
    if "\0" in text:
        raise ValueError("the path of a file, or none")
    return None if text == "none" else Path(text)


def public_url(text: str) -> str | None:
    """The address under which others reach the API, without a slash at its end; `none` for nobody."""
    if text == "none":
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or "@" in text:
        raise ValueError("a URL such as https://guatu.example.org, or none")
    return text.rstrip("/")


def address(text: str) -> str:
    """An address of this machine to listen on."""
    if text != "localhost":
        try:
            ipaddress.ip_address(text)
        except ValueError:
            raise ValueError("an address such as 127.0.0.1, 0.0.0.0 or ::1, or localhost") from None
    return text


def names(text: str) -> tuple[str, ...]:
    """Names of hosts with commas between them, `none` for none."""
    found = () if text == "none" else tuple(one.strip().lower() for one in text.split(","))
    if not all(re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", one) for one in found):
        raise ValueError("names such as guatu.example.org,guatu.internal, or none")
    return found


def origins(text: str) -> tuple[str, ...]:
    """Origins as browsers write them, with commas between them, `*` for all, `none` for none."""
    found = () if text == "none" else tuple(one.strip() for one in text.split(","))
    if found != ("*",) and not all(re.fullmatch(r"https?://[a-z0-9._-]+(:\d{1,5})?", one) for one in found):
        raise ValueError("origins such as https://map.example.org,http://localhost:3000, or * for all, or none")
    return found


def cores() -> str:
    return str(min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 256))


SETTINGS: dict[str, Setting] = {
    "database_url": Setting(
        "GUATU_DATABASE_URL",
        "sqlite:///guatu.db",
        "where the database is: an SQLite file or a PostgreSQL",
        database_url,
    ),
    "workers": Setting("GUATU_WORKERS", "all cores", "worker processes that read documents", whole(1, 256)),
    "document_seconds": Setting(
        "GUATU_DOCUMENT_SECONDS", "30", "seconds one document may take before it is rejected", whole(1, 3600)
    ),
    "worker_megabytes": Setting(
        "GUATU_WORKER_MEGABYTES", "2048", "address space of one worker process, in MB", whole(512, 65536)
    ),
    "tries": Setting(
        "GUATU_TRIES", "5", "times a document that crashes its process or takes too long is read", whole(1, 100)
    ),
    "lease_seconds": Setting(
        "GUATU_LEASE_SECONDS", "30", "seconds after which a silent worker loses what it was reading", whole(2, 3600)
    ),
    "drain_seconds": Setting(
        "GUATU_DRAIN_SECONDS", "10", "seconds a process may take to stop when it is told to", whole(1, 3600)
    ),
    "address": Setting(
        "GUATU_ADDRESS",
        "127.0.0.1",
        "address the API listens on; beyond this machine, reading needs a key too",
        address,
    ),
    "port": Setting("GUATU_PORT", "8080", "port the API listens on; 0: one that is free", whole(0, 65535)),
    "host_names": Setting(
        "GUATU_HOST_NAMES", "none", "names besides localhost under which readers without a key may ask", names
    ),
    "proxies": Setting("GUATU_PROXIES", "none", "networks of proxies whose X-Forwarded-For counts", networks),
    "cors": Setting("GUATU_CORS", "none", "origins whose pages may read, * for all", origins),
    "rate": Setting(
        "GUATU_RATE",
        "1200",
        "requests a minute for each key, and each address without one; 0: no limit",
        whole(0, 1_000_000),
    ),
    "body_megabytes": Setting("GUATU_BODY_MEGABYTES", "16", "what the body of a request may measure", whole(1, 64)),
    "header_bytes": Setting(
        "GUATU_HEADER_BYTES", "8192", "what one header of a request may measure", whole(1024, 65536)
    ),
    "url_bytes": Setting("GUATU_URL_BYTES", "8000", "what the URL of a request may measure", whole(256, 65536)),
    "page": Setting("GUATU_PAGE", "200", "records or documents of one page", whole(1, 1000)),
    "batch": Setting("GUATU_BATCH", "1000", "documents of one push", whole(1, 10_000)),
    "streams": Setting("GUATU_STREAMS", "200", "streams that are open at the same time", whole(1, 10_000)),
    "connections": Setting(
        "GUATU_CONNECTIONS", "1000", "connections that are open at the same time", whole(1, 100_000)
    ),
    "request_seconds": Setting(
        "GUATU_REQUEST_SECONDS", "30", "seconds a request may take to come in, and to be answered", whole(1, 3600)
    ),
    "idle_seconds": Setting("GUATU_IDLE_SECONDS", "60", "seconds a connection may lie idle", whole(1, 3600)),
    "contact": Setting(
        "GUATU_CONTACT", "none", "who answers for the fetcher, told to every site that is asked", contact
    ),
    "fetch_seconds": Setting("GUATU_FETCH_SECONDS", "30", "seconds one answer of a site may take", whole(1, 600)),
    "fetch_megabytes": Setting(
        "GUATU_FETCH_MEGABYTES", "16", "what one page or feed may measure, unpacked", whole(1, 64)
    ),
    "fetch_networks": Setting(
        "GUATU_FETCH_NETWORKS", "none", "networks that may be fetched from although they are not public", networks
    ),
    "host_spacing_seconds": Setting(
        "GUATU_HOST_SPACING_SECONDS", "1", "least seconds between two requests to one host", whole(0, 3600)
    ),
    "host_connections": Setting(
        "GUATU_HOST_CONNECTIONS", "2", "requests of one process to one host at a time", whole(1, 16)
    ),
    "poll_least_seconds": Setting(
        "GUATU_POLL_LEAST_SECONDS", "60", "least seconds between two polls of a source", whole(1, 86400)
    ),
    "poll_most_seconds": Setting(
        "GUATU_POLL_MOST_SECONDS", "3600", "most seconds between two polls of a source that answers", whole(1, 604800)
    ),
    "alarm_failures": Setting(
        "GUATU_ALARM_FAILURES", "5", "failures in a row after which a source raises the alarm", whole(1, 1000)
    ),
    "sources": Setting("GUATU_SOURCES", "none", "the file that names the sources", path),
    "public_url": Setting(
        "GUATU_PUBLIC_URL", "none", "where others reach the API: hubs tell it of news (WebSub)", public_url
    ),
    "otlp_url": Setting(
        "GUATU_OTLP_URL", "none", "the collector that is told of spans (OpenTelemetry, OTLP over HTTP)", public_url
    ),
    "first_items": Setting(
        "GUATU_FIRST_ITEMS", "500", "entries taken of a source that is read for the first time", whole(1, 50_000)
    ),
    "scan_seconds": Setting(
        "GUATU_SCAN_SECONDS", "60", "seconds between two scans of a folder, beside its events", whole(1, 86400)
    ),
    "polls": Setting("GUATU_POLLS", "16", "sources, and pages, that one worker asks at the same time", whole(1, 256)),
    "queue_documents": Setting(
        "GUATU_QUEUE_DOCUMENTS", "5000", "documents that may wait before sources wait too", whole(1, 1_000_000)
    ),
    "webhook_networks": Setting(
        "GUATU_WEBHOOK_NETWORKS", "none", "networks that webhooks may lie in although they are not public", networks
    ),
    "webhook_seconds": Setting("GUATU_WEBHOOK_SECONDS", "15", "seconds a webhook may take to answer", whole(1, 60)),
    "webhook_concurrency": Setting(
        "GUATU_WEBHOOK_CONCURRENCY",
        "1",
        "messages sent to one webhook at a time; more than 1 may overtake each other",
        whole(1, 64),
    ),
    "webhook_connections": Setting(
        "GUATU_WEBHOOK_CONNECTIONS", "32", "messages that one worker sends at a time", whole(1, 1024)
    ),
    "webhook_backlog": Setting(
        "GUATU_WEBHOOK_BACKLOG",
        "100000",
        "messages that may wait for one webhook; the oldest above that are dead",
        whole(1, 10_000_000),
    ),
}


@dataclass(frozen=True)
class Settings:
    """What the environment says, checked."""

    database_url: DatabaseUrl
    workers: int
    document_seconds: int
    worker_megabytes: int
    tries: int
    lease_seconds: int
    drain_seconds: int
    address: str
    port: int
    host_names: tuple[str, ...]
    proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    cors: tuple[str, ...]
    rate: int
    body_megabytes: int
    header_bytes: int
    url_bytes: int
    page: int
    batch: int
    streams: int
    connections: int
    request_seconds: int
    idle_seconds: int
    contact: str | None
    fetch_seconds: int
    fetch_megabytes: int
    fetch_networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    host_spacing_seconds: int
    host_connections: int
    poll_least_seconds: int
    poll_most_seconds: int
    alarm_failures: int
    sources: Path | None
    public_url: str | None
    otlp_url: str | None
    first_items: int
    scan_seconds: int
    polls: int
    queue_documents: int
    webhook_networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    webhook_seconds: int
    webhook_concurrency: int
    webhook_connections: int
    webhook_backlog: int

    def __post_init__(self) -> None:
        if self.poll_least_seconds > self.poll_most_seconds:
            raise BadSettings("GUATU_POLL_LEAST_SECONDS must not be more than GUATU_POLL_MOST_SECONDS")


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of `environment` (the process's own by default).

    Raises BadSettings for a GUATU_ variable that does not exist or a value that cannot be meant; the message never
    holds the value of the database URL.
    """
    given = os.environ if environment is None else environment
    known = {setting.variable for setting in SETTINGS.values()}
    for variable in given:
        if variable.startswith(PREFIX) and not variable.startswith(FOR_TESTS) and variable not in known:
            near = difflib.get_close_matches(variable, known, 1) or sorted(known)
            raise BadSettings(f"there is no setting {variable}: did you mean {' or '.join(near)}?")
    return Settings(**{name: _value(setting, given) for name, setting in SETTINGS.items()})  # type: ignore[arg-type]


def _value(setting: Setting, given: Mapping[str, str]) -> object:
    text = given.get(setting.variable, "").strip()
    if not text:
        text = cores() if setting.default == "all cores" else setting.default
    try:
        return setting.read(text)
    except ValueError as error:
        shown = "" if setting.read is database_url else f", not {text!r}"
        raise BadSettings(f"{setting.variable} must be {error}{shown}") from None
