"""What a learner may take along: each room that keeps something of hers registers a part."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User

from registry import Registry


class Part(NamedTuple):
    """`rows` are for programs, JSON; `markdown` is the same for people, without a title."""

    rows: Callable[[User], list[dict[str, Any]]]
    markdown: Callable[[User], str]


PARTS: Registry[Part] = Registry("accounts.own_data.PARTS")
# Who hears that somebody took her data along.
LISTENERS: Registry[Callable[[User], None]] = Registry("accounts.own_data.LISTENERS")


def as_json(user: User) -> str:
    """The account and all registered parts, as a JSON object."""
    account = {
        "name": user.get_username(),
        "email": user.email,
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified")),
        "joined": user.date_joined.isoformat(),
        "last log-in": user.last_login.isoformat() if user.last_login else None,
    }
    parts = {name: part.rows(user) for name, part in PARTS.items()}
    return json.dumps({"account": account, **parts}, ensure_ascii=False, indent=2)


def as_markdown(user: User) -> str:
    """The same for people, as a Markdown document."""
    parts = [f"# {user.get_username()}", *(part.markdown(user) for part in PARTS)]
    return "\n\n".join(filter(None, parts)) + "\n"
