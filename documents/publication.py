"""Whether a document may be seen, in the words of any tool that has some for it."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from .front_matter_forms import scalars

_YES = {"true", "yes", "on", "1"}
_NO = {"false", "no", "off", "0"}
# Words of a status by which other tools do not publish, and those by which they do.
_HIDDEN = {
    "draft", "drafts", "unpublished", "private", "pending", "future", "trash", "hidden", "internal",
    "members", "paid", "tiers", "review", "in-review", "needs-review", "unlisted",
}  # fmt: skip
# What further keys may be called that say it, as in `page_status` and `publishState`.
_OTHER_STATUS = re.compile(
    r"(?:^|[ _-])(?i:status|state|stage|workflow)\Z|[a-z](?:Status|State|Stage)\Z"
)
_DRAFTS = {"draft", "drafts", "unpublished", "private"}
_SHOWN = {"published", "publish", "public", "live"}
_DRAFT_KEYS = (
    "draft", "private", "isdraft", "is_draft", "headless", "unlisted", "hidden", "unpublished",
)  # fmt: skip
# Of Hugo: whether a page is made of the file.
_BUILD_KEYS = ("build", "_build")
_MADE = {"", "always", *_YES}
_PUBLISHED_KEYS = (
    "published", "publish", "public", "dg-publish", "publishable", "ispublished", "visible", "live",
)  # fmt: skip
_STATUS_KEYS = ("status", "visibility", "state", "access")
# Tools that leave out what has a date to come, unless they are told to.
_WAITING = frozenset({"hugo", "jekyll"})
_DATED = re.compile(r"\d{4}-\d\d-\d\d")
_FROM = (
    "publishdate", "publish_date", "published", "publish", "published_at", "publishedat",
    "publish_at", "publishat", "publish_on",
)  # fmt: skip
_UNTIL = ("expirydate", "expiry_date", "unpublishdate", "unpublish_date", "unpublish_at")


@dataclass(slots=True)
class Publication:
    """What front matter says. `is_own` says that it is our own key that says it; `is_later` that a
    day will change it."""

    status: Literal["draft", "published"] | None = None
    is_own: bool = False
    is_later: bool = False
    messages: list[str] = field(default_factory=list)


def read(values: dict[str, Any], today: date | None = None) -> Publication:
    """What the keys of any tool say. Our own `status` counts before all others; of those, one that
    hides counts before those that show. Whatever a draft may look like is one."""
    found, given = Publication(), values
    values = {**{key.lower(): value for key, value in values.items()}, **values}
    word = _word(values.get("status", ""))
    if word in ("draft", "published"):
        status: Literal["draft", "published"] = "draft" if word == "draft" else "published"
        return Publication(status, is_own="status" in given)
    for key in _STATUS_KEYS:
        words = {_word(text) for text in scalars(values.get(key, ""))} - {""}
        if words & _HIDDEN:
            found.status = "draft"
        elif (
            key == "status"
            and values.get(key) not in ("", [], {}, None)
            and (not words or not words <= _SHOWN)
        ):
            shown = f" {', '.join(sorted(words))[:40]!r}" if words else ""
            found.messages.append(f"status{shown} means nothing here and was ignored")
    if any(_word(values.get(key, "")) in _YES for key in _DRAFT_KEYS):
        found.status = "draft"
    others = (value for key, value in given.items() if _OTHER_STATUS.search(key))
    if any(_word(value) in _DRAFTS for value in others):
        found.status = "draft"
    if isinstance(values.get("draft"), list) and values["draft"]:  # where it is one
        found.status = "draft"
    if _word(values.get("draft", "")) not in {"", *_NO}:
        found.status = "draft"
    if any(_word(values.get(key, "")) in _NO for key in _PUBLISHED_KEYS):
        found.status = "draft"
    if _word(values.get("permalink", "")) == "false":  # Eleventy writes no page
        found.status = "draft"
    options = [build for key in _BUILD_KEYS if isinstance(build := values.get(key), dict)]
    if any(_word(build.get("render", "")) not in _MADE for build in options):
        found.status = "draft"
    _by_day(values, found, today or date.today())
    return found


def by_place(
    path: str, values: dict[str, str], tool: str, today: date | None = None
) -> Publication:
    """What the place of a file says, and a date to come where its tool waits for that."""
    found = Publication()
    if "_drafts" in path.split("/")[:-1]:
        found.status = "draft"
    elif tool in _WAITING:
        named = _DATED.match(path.rpartition("/")[2])
        day = _day(values.get("date")) or (_day(named[0]) if named else None)
        if day and day > (today or date.today()):
            found.status, found.is_later = "draft", True
            found.messages.append("date is still to come: a draft until an import after it")
    return found


def _by_day(values: dict[str, Any], found: Publication, today: date) -> None:
    starts = [day for key in _FROM if (day := _day(values.get(key)))]
    ends = [day for key in _UNTIL if (day := _day(values.get(key)))]
    if any(day > today for day in starts):
        found.status, found.is_later = "draft", True
        found.messages.append("publishDate is still to come: a draft until an import after it")
    elif any(day <= today for day in ends):
        found.status = "draft"
        found.messages.append("expiryDate is past: a draft")
    elif ends:
        found.is_later = True


def _word(value: Any) -> str:
    return re.sub(r"[\s_]+", "-", value.strip().lower()) if isinstance(value, str) else ""


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return None
