"""Settings that take more than a line to read from the environment."""

import ipaddress
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import django
import environ
from django.core.checks.security.base import (
    SECRET_KEY_INSECURE_PREFIX,
    SECRET_KEY_MIN_LENGTH,
    SECRET_KEY_MIN_UNIQUE_CHARACTERS,
)
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

CONNECT_SECONDS = 3  # for each host that is named
# A server that disappears is given up after some 20 seconds, not after two hours.
LOST_AFTER = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
}
MAKE_A_KEY = "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
# Words of keys in examples and instructions, ours and others'.
BORROWED = re.compile("change.?me|example|secret.?key|only-for-this-step|your.?key", re.IGNORECASE)
HOST = re.compile(
    r"(\.?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(?::([1-9]\d{0,4}))?", re.IGNORECASE
)
HEADER = re.compile("[A-Za-z0-9-]+")
FORWARDED_PROTO = "X-Forwarded-Proto"
MAIL_OPTIONS = {
    "EMAIL_HOST": "host",
    "EMAIL_PORT": "port",
    "EMAIL_HOST_USER": "username",
    "EMAIL_HOST_PASSWORD": "password",
    "EMAIL_USE_TLS": "use_tls",
    "EMAIL_USE_SSL": "use_ssl",
    "EMAIL_FILE_PATH": "file_path",
}
# What may be in a file of its own, as Docker's and Kubernetes' secrets do.
SECRETS = (
    "SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "KB_METRICS_TOKEN", "SENTRY_DSN",
    "DJANGO_SUPERUSER_PASSWORD",
)  # fmt: skip
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def read_file(default: Path) -> None:
    """Read settings from the file that KB_ENV_FILE names, or `default`; the environment wins."""
    named = os.environ.get("KB_ENV_FILE", "")
    path = Path(named) if named else default
    if not named and not path.is_file():
        return
    try:
        with path.open(encoding="utf-8") as file:
            environ.Env.read_env(file)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not in UTF-8"
        raise ImproperlyConfigured(
            f"Cannot read the settings in {path} ({reason}): run this as a user who may, or name "
            "another file in KB_ENV_FILE."
        ) from error


def read_secrets() -> None:
    """Read the secrets that are in files of their own: SECRET_KEY_FILE=/run/secrets/key.

    A line break at the end is none of the secret. The variable that named the file goes, so that
    programs which are started from here do not find two answers.
    """
    for name in SECRETS:
        path = os.environ.get(f"{name}_FILE", "")
        if not path:
            continue
        try:
            secret = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not text in UTF-8"
            raise ImproperlyConfigured(
                f"{name}_FILE: cannot read {path} ({reason}): let the site's user read it."
            ) from error
        # A program that this one starts reads the file of settings once more.
        if os.environ.get(name, secret) not in ("", secret):
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: remove one.")
        os.environ[name] = secret
        del os.environ[f"{name}_FILE"]


def number(name: str, default: int, least: int = 0) -> int:
    """The whole number, `least` or more, in the environment's variable `name`."""
    text = os.environ.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or int(text) < least:
        raise ImproperlyConfigured(
            f"{name}={text} is not a whole number of {least} or more: see .env.example."
        )
    return int(text)


def flag(name: str, default: bool) -> bool:
    """Whether the environment's variable `name` says yes. A typing error must not mean no."""
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text not in YES + NO:
        raise ImproperlyConfigured(f"{name}={text} is neither 1 nor 0: see .env.example.")
    return text in YES


def listed(name: str) -> list[str]:
    """The words between commas in the environment's variable `name`."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def chosen(name: str, values: Sequence[str]) -> str:
    """One of `values`: the one in the environment's variable `name`, or else the first."""
    text = os.environ.get(name, "").strip().lower() or values[0]
    if text not in values:
        raise ImproperlyConfigured(f"{name}={text} is none of {', '.join(values)}.")
    return text


def hosts(name: str) -> list[str]:
    """As `listed`; each must be the name of a host, perhaps with `*.` in front."""
    found = [host.lower() for host in listed(name)]
    for host in found:
        match = HOST.fullmatch(host.removeprefix("*."))
        if not match or match[2]:
            raise ImproperlyConfigured(f"{name}: {host} is not the name of a host.")
    return found


def shown_hosts(policy: str, names: Sequence[str]) -> list[str]:
    """What the content security policy says of pictures on other sites."""
    return [f"https://{name}" for name in names] if policy == "show" else []


def origins(name: str) -> list[str]:
    """As `listed`; each must be the beginning of an address."""
    found = listed(name)
    for origin in found:
        if not origin.startswith(("https://", "http://")):
            raise ImproperlyConfigured(
                f"{name}: {origin} has no scheme: write it as https://{origin}."
            )
    return found


def hosts_and_ports(names: list[str]) -> tuple[list[str], set[str]]:
    """The hosts without their ports, as Django wants them, and the ports that are named."""
    found = [HOST.fullmatch(name) for name in names]
    ports = {match[2] for match in found if match and match[2]}
    return [match[1] if match else name for match, name in zip(found, names, strict=True)], ports


def site_address(names: Sequence[str], *, is_secure: bool) -> str:
    """The address to which mails of workers lead: of the first host that is one, else empty."""
    host = next((name for name in names if not name.startswith(".")), "")
    return f"http{'s' if is_secure else ''}://{host}" if host else ""


class Proxy(NamedTuple):
    """What is known of the proxy in front of the site."""

    is_settled: bool  # whether somebody said which one, or that there is none
    names: list[str]  # addresses, networks, and `unix` for a local socket
    header: str  # in which it says how it was asked; empty where nothing is believed

    @property
    def is_absent(self) -> bool:
        """Whether browsers reach gunicorn itself, which speaks no https."""
        return self.is_settled and not self.names


def proxy() -> Proxy:
    """The proxy that KB_PROXY names, or KB_TRUSTED_PROXIES, as the variable was called before."""
    now, before = listed("KB_PROXY"), listed("KB_TRUSTED_PROXIES")
    if now and before and now != before:
        raise ImproperlyConfigured(
            "KB_PROXY and its older name KB_TRUSTED_PROXIES differ: remove KB_TRUSTED_PROXIES."
        )
    header = os.environ.get("KB_PROXY_SSL_HEADER", "").strip()
    if header and not HEADER.fullmatch(header):
        raise ImproperlyConfigured(
            f"KB_PROXY_SSL_HEADER={header} is not the name of a header, such as {FORWARDED_PROTO}."
        )
    names = now or before
    if names == ["none"]:
        if header:
            raise ImproperlyConfigured(
                f"KB_PROXY=none and KB_PROXY_SSL_HEADER={header} contradict each other: remove one."
            )
        return Proxy(is_settled=True, names=[], header="")
    for name in names:
        _check_proxy("KB_PROXY" if now else "KB_TRUSTED_PROXIES", name)
    return Proxy(bool(names), names, header or (FORWARDED_PROTO if names else ""))


def _check_proxy(variable: str, name: str) -> None:
    if name == "unix":
        return
    try:
        everybody = ipaddress.ip_network(name).prefixlen == 0
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{variable}: {error}. Give addresses or networks, such as 10.0.0.0/8, with commas "
            "between, or unix for a local socket, or none alone."
        ) from error
    if everybody:
        raise ImproperlyConfigured(
            f"{variable}: {name} holds every address, so anybody could say who they are: name the "
            "proxy's own address."
        )


def check_production(keys: dict[str, list[str]], hosts: list[str]) -> None:
    """Raises ImproperlyConfigured for a key that can be guessed, and for hosts that guard nothing.

    `keys` are those that each setting names. The bounds are those of Django's own check
    (security.W009).
    """
    for name, key in ((setting, key) for setting, named in keys.items() for key in named):
        if (
            len(key) < SECRET_KEY_MIN_LENGTH
            or len(set(key)) < SECRET_KEY_MIN_UNIQUE_CHARACTERS
            or key.startswith(SECRET_KEY_INSECURE_PREFIX)
            or BORROWED.search(key)
        ):
            raise ImproperlyConfigured(
                f"{name} can be guessed: a key takes {SECRET_KEY_MIN_LENGTH} random characters or "
                f"more. Make one with: {MAKE_A_KEY}"
            )
    for host in hosts:
        if host == "*":
            raise ImproperlyConfigured(
                "ALLOWED_HOSTS=* lets anybody choose the address in our e-mails: name the hosts by "
                "which browsers reach the site."
            )
        if not HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"ALLOWED_HOSTS: {host} is not the name of a host: give it without scheme and "
                "path, with a port only where that is not the usual one (kb.example.org:8443), and "
                "all below a domain as .example.org."
            )


def mail(url: str, timeout: int) -> dict[str, Any]:
    """Django's settings of the mail server at `url`; without one, mail goes to the console.

    `timeout` is in seconds. Django has one setting MAILERS from 6.1 on, and EMAIL_* before.
    """
    try:
        found = dict(environ.Env.email_url_config(url or "consolemail://"))
    except (ValueError, KeyError, ImproperlyConfigured) as error:
        # The value itself may hold a password, so it is not repeated.
        raise ImproperlyConfigured(
            "EMAIL_URL is not the address of a mail server: write it as "
            "smtp+tls://user:password@host:587, with special characters percent-encoded."
        ) from error
    if django.VERSION < (6, 1):
        return {**found, "EMAIL_TIMEOUT": timeout}
    options = {option: found[name] for name, option in MAIL_OPTIONS.items() if found.get(name)}
    if "host" in options:
        options["timeout"] = timeout
    return {"MAILERS": {"default": {"BACKEND": found["EMAIL_BACKEND"], "OPTIONS": options}}}


def secret_key(state: Path) -> str:
    """The key kept in `state`, made at the first call; two processes at once agree on one."""
    path = state / "secret_key"
    try:
        if not path.exists():
            state.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"secret_key.{os.getpid()}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "w") as file:
                file.write(get_random_secret_key())
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"Cannot read or write {path} ({error.strerror}): make {state} writable, or name "
            "another folder in KB_DATA_DIR."
        ) from error


def database(url: str, state: Path, statement_timeout_ms: int) -> dict[str, Any]:
    """Django's settings of the database at `url`; without one, of the embedded one in `state`.

    The time limit is the connection's own affair (`kb.database.base`): as an option of the start
    PgBouncer refuses it. Connections stay open for a minute, one per thread of gunicorn: workers
    times threads in all.
    """
    options: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS}
    if url:
        config = _parsed(url)
        options |= {**LOST_AFTER, **config.get("OPTIONS", {})}
    else:
        config = {"NAME": "kb", "USER": "kb", "HOST": str(state / "postgres"), "PORT": "5432"}
        config["EMBEDDED_STATE"] = state
    return {
        **config,
        "STATEMENT_TIMEOUT_MS": statement_timeout_ms,
        "ENGINE": "kb.database",
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _parsed(url: str) -> dict[str, Any]:
    example = "postgres://user:password@host:5432/name"
    own = "" if flag("KB_PRODUCTION", default=False) else ", or unset it to use the embedded server"
    try:
        if not url.startswith(("postgres://", "postgresql://")):
            raise ValueError
        config: dict[str, Any] = environ.Env.db_url_config(url)
        if not config["NAME"]:
            raise ValueError
    except (ValueError, KeyError) as error:
        # The value itself may hold a password, so it is not repeated.
        raise ImproperlyConfigured(
            f"DATABASE_URL is not the address of a PostgreSQL database: write it as {example}, "
            f"with special characters percent-encoded{own}."
        ) from error
    return config
