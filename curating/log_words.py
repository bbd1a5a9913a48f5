"""How people call what the audit log holds: its actions, what they were done to, and facts.

Entries hold words of the program, for they are there for good; pages say them in the reader's
language.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from curating.models import Trial
from importer.models import Change

ACTIONS = {
    **dict(Change.Kind.choices),
    **dict(Trial.Kind.choices),
    "proposal accepted": _("Proposal accepted"),
    "proposal declined": _("Proposal declined"),
    "proposal changes": _("Changes of a proposal asked for"),
    "care": _("Care of a topic"),
    "made private": _("Made private"),
    "made public": _("Made public"),
    "right given": _("Right to a topic given"),
    "right taken": _("Right to a topic taken"),
    "rights given": _("Rights given"),
    "rights taken": _("Rights taken"),
    "all rights taken": _("All rights taken"),
    "flags changed": _("Status of an account changed"),
    "account made": _("Account made"),
    "account deleted": _("Account deleted"),
    "signed in": _("Signed in"),
    "second factor added": _("Second factor set up"),
    "second factor removed": _("Second factor removed"),
    "own data": _("Own data taken along"),
    "audit log": _("The log downloaded"),
}
TARGETS = {
    "change": _("Change of content"),
    "topic": _("Topic"),
    "section": _("Section"),
    "proposal": _("Proposal"),
    "trial": _("Trial"),
    "user": _("Account"),
    "group": _("Group"),
}
FACTS = {
    "sections": _("Sections:"),
    "topics": _("Topics:"),
    "run": _("Import:"),
    "group": _("Group:"),
    "right": _("Right:"),
    "what": _("What:"),
    "keys": _("Keys:"),
    "reverse": _("From the other side:"),
    "is_active": _("Active:"),
    "is_staff": _("Staff:"),
    "is_superuser": _("Superuser:"),
}


def action(word: str) -> str:
    """An action; one that is not known any more as it was written."""
    return str(ACTIONS.get(word, word))


def target(kind: str) -> str:
    """Of what kind something was that it was done to."""
    return str(TARGETS.get(kind, kind))


def fact(name: str, value: Any) -> str:
    """A fact and its name."""
    said = {True: _("yes"), False: _("no")}[value] if isinstance(value, bool) else value
    if isinstance(value, list):
        said = ", ".join(map(str, value))
    return f"{FACTS.get(name, name)} {said}"
