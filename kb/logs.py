"""Log lines: one each, as text or as JSON, with the id of the request."""

import json
import logging
import re
import time
from contextvars import ContextVar
from typing import Any
from urllib.parse import quote, unquote

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve

from kb.database.errors import is_away

request_id: ContextVar[str] = ContextVar("request_id", default="-")


# What gunicorn says of requests that it could not read, and that the site did not answer.
INVALID = re.compile(r"""Invalid request from ip=(\S+?)(: [^'"]*)(['"].*)?""", re.DOTALL)
ERROR = "Error handling request "
SECRET_PARTS = {"key", "token"}  # as the addresses call them


def without_tokens(path: str, match: ResolverMatch | None = None) -> str:
    """The path without the keys that its route names as such, whether a view was reached or not.

    `match` is the route, where it is known.
    """
    try:
        named = (match or resolve(path)).kwargs
    except Resolver404:
        return path
    for name in SECRET_PARTS & named.keys():
        path = path.replace(str(named[name]), "-")
    return path


def told_path(request: HttpRequest) -> str:
    """The path of a request as lines of the log tell it: without keys, in one line."""
    return quote(without_tokens(request.path, request.resolver_match))


def _path_in(word: str) -> str:
    return quote(without_tokens(unquote(word.partition("?")[0])))


def _tell_less(record: logging.LogRecord) -> None:
    """What Django and gunicorn say of a request names its path as it came, or quotes its lines."""
    request = getattr(record, "request", None)
    if record.name == "gunicorn.error":
        if invalid := INVALID.match(str(record.msg)):
            client = invalid[1] if settings.KB_LOG_CLIENTS else "-"
            record.msg = f"Invalid request from ip={client}{invalid[2]}{'-' if invalid[3] else ''}"
        elif str(record.msg).startswith(ERROR) and isinstance(record.args, tuple):
            record.args = tuple(_path_in(str(word)) for word in record.args)
    if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
        told = (told_path(request) if word == request.path else word for word in record.args)
        record.args = tuple(told)


class TextFormatter(logging.Formatter):
    """One line of text, in UTC, with the id of the request."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        _tell_less(record)
        record.request_id = request_id.get()
        return super().format(record)


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message, request id; the fields of `extra={"fields": …}` beside them."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        _tell_less(record)
        entry = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


def is_a_mistake_of_ours(record: logging.LogRecord) -> bool:
    """Whether Django's word on an answer says more than the line of the request: an exception does.

    That the database is away is said in a line of its own.
    """
    error = record.exc_info[1] if record.exc_info else None
    return error is not None and not is_away(error)


def logging_config(as_json: bool) -> dict[str, Any]:
    """For `logging.config.dictConfig`. The lines of requests come from `kb.requests` alone."""
    text = {
        "()": "kb.logs.TextFormatter",
        "format": "{asctime} {levelname} {message} [{request_id}]",
        "style": "{",
    }
    # Without a handler of its own, Python would write the line with a traceback.
    silent: dict[str, Any] = {"handlers": ["nowhere"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "mistakes": {
                "()": "django.utils.log.CallbackFilter",
                "callback": is_a_mistake_of_ours,
            }
        },
        "formatters": {"line": {"()": "kb.logs.JsonFormatter"} if as_json else text},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "kb": {"level": "INFO"},
            "jobs": {"level": "INFO"},
            "topics": {"level": "INFO"},
            "learning": {"level": "INFO"},
            "gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False},
            "django": {"level": "WARNING", "handlers": [], "propagate": True},
            "django.request": {"level": "ERROR", "filters": ["mistakes"]},
            "django.security.DisallowedHost": silent,
        },
    }
