"""One description for many topics at once: what would change in each, before it does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curating import audit
from curating.care import TAKES_TWO, taking_two
from curating.models import TopicCare
from curating.skeletons import left_in, unfilled
from importer.edits import save_topics
from importer.models import Change
from importer.written_topics import document_of
from topics.models import Topic

MOST = 500  # topics at once
NONE = "-"  # chosen for a level or an owner: none
CHOICES = {
    "kind": Topic.Kind.choices,
    "level": Topic.Level.choices,
    "status": Topic.Status.choices,
}
LABELS = {
    "tags": gettext_lazy("Tags"),
    "kind": gettext_lazy("Kind"),
    "level": gettext_lazy("Level"),
    "status": gettext_lazy("Status"),
    "owner": gettext_lazy("Owner"),
}


@dataclass
class Planned:
    """What becomes of a topic: of each field its name, what it is and what it will be; `refused`
    says why it is left as it is."""

    topic: Topic
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    refused: str = ""

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """The changes in words."""
        return [
            (str(LABELS[name]), self._said(name, before), self._said(name, after))
            for name, (before, after) in self.changes.items()
        ]

    def _said(self, name: str, value: Any) -> str:
        if name == "tags":
            return ", ".join(value) or "–"
        if name == "owner":
            return value.get_username() if value else "–"
        return str(dict(CHOICES[name]).get(value, "–"))


def planned(topics: Iterable[Topic], wanted: Mapping[str, Any]) -> list[Planned]:
    """What `wanted`, the data of a BulkForm, would change; topics that it leaves alone are not
    among them. Three queries, and one for each draft that would be published."""
    rows = list(topics)
    owners = {
        care.topic_id: care.owner
        for care in TopicCare.objects.filter(topic__in=rows).select_related("owner")
    }
    bound = taking_two(row.path for row in rows)
    found = []
    for row in rows:
        now = {name: getattr(row, name) for name in ("tags", "kind", "level", "status")}
        now["owner"] = owners.get(row.pk)
        then = _then(now, wanted)
        plan = Planned(
            row, {name: (now[name], then[name]) for name in now if now[name] != then[name]}
        )
        if plan.changes:
            plan.refused = _refusal(plan, row.path in bound)
            found.append(plan)
    return found


def _then(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    gone = {tag.casefold() for tag in wanted["remove_tags"]}
    kept = [tag for tag in now["tags"] if tag.casefold() not in gone]
    then = {**now, "tags": list(dict.fromkeys([*kept, *wanted["add_tags"]]))}
    for name in ("kind", "level", "status", "owner"):
        if value := wanted[name]:
            then[name] = {"level": "", "owner": None}[name] if value == NONE else value
    return then


def _refusal(plan: Planned, takes_two: bool) -> str:
    if takes_two and set(plan.changes) - {"owner"}:
        return str(TAKES_TWO)
    if plan.changes.get("status", ("", ""))[1] == Topic.Status.PUBLISHED:
        left = left_in(document_of(plan.topic))
        return unfilled(left) if left else ""
    return ""


@transaction.atomic
def carry_out(plans: Iterable[Planned], *, by: User) -> tuple[int, Change | None]:
    """Do what was planned, but for what is refused; how many topics changed, and the change that
    can be undone. Raises EditRefused while an import runs."""
    done = [plan for plan in plans if not plan.refused]
    rows = []
    for plan in done:
        changed = [name for name in plan.changes if name != "owner"]
        for name in changed:
            setattr(plan.topic, name, plan.changes[name][1])
        if changed:
            rows.append((plan.topic, changed))
        if "owner" in plan.changes:
            owner = plan.changes["owner"][1]
            TopicCare.objects.update_or_create(topic=plan.topic, defaults={"owner": owner})
            audit.note(audit.Kind.SETTINGS, "care", by=by, target=plan.topic)
    change = save_topics(rows, user=by, why=_("Several topics at once")) if rows else None
    return len(done), change
