"""What is noted for good: who signed in, who may do what, what was done to content and settings.

Django's own signals tell of sign-ins and rights, for admin, commands and allauth give no other
place that hears of all of them.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from curating.models import AuditEntry
from importer.publish import Published

Kind = AuditEntry.Kind
FLAGS = ("is_active", "is_staff", "is_superuser")
_ACTING: ContextVar[int | None] = ContextVar("acting", default=None)


@contextmanager
def acting(user: User) -> Iterator[None]:
    """What Django's signals tell of in here was done by this user: they do not say by whom."""
    token = _ACTING.set(user.pk)
    try:
        yield
    finally:
        _ACTING.reset(token)


def note(
    kind: str,
    action: str,
    *,
    by: Any = None,
    target: Any = None,
    **facts: Any,
) -> None:
    """Note what `by`, or who is acting, did to `target`, a row; in the transaction of that.

    `facts` are keys, numbers and words of the program: no names and nothing that was typed.
    """
    AuditEntry.objects.create(
        kind=kind,
        action=action,
        actor=getattr(by, "pk", None) or _ACTING.get(),
        target_kind=target._meta.model_name if target is not None else "",
        target=target.pk if target is not None else None,
        facts=facts,
    )


def note_change(published: Published) -> None:
    """A step of `publish`: what was done to content."""
    change = published.change
    if change is None:
        return
    sections, topics = len(published.changed | published.removed), len(published.topics)
    facts = {"sections": sections, "topics": topics}
    if change.run_id:
        facts["run"] = change.run_id
    note(Kind.CONTENT, change.kind, by=change.by, target=change, **facts)


def note_export(user: User) -> None:
    """Somebody took her data along."""
    note(Kind.EXPORT, "own data", by=user, target=user)


def _signed_in(sender: Any, user: User, **kwargs: Any) -> None:
    note(Kind.SIGN_IN, "signed in", by=user)


def _flags_changing(sender: Any, instance: User, raw: bool, **kwargs: Any) -> None:
    fields = kwargs.get("update_fields")
    if raw or not instance.pk or (fields is not None and not set(fields) & set(FLAGS)):
        return
    now = {name: getattr(instance, name) for name in FLAGS}
    before = User.objects.filter(pk=instance.pk).values(*FLAGS).first()
    if before is not None and before != now:
        note(Kind.RIGHTS, "flags changed", target=instance, **now)


def _account_made(sender: Any, instance: User, created: bool, raw: bool, **kwargs: Any) -> None:
    if created and not raw:
        flags = {name: getattr(instance, name) for name in FLAGS}
        note(Kind.RIGHTS, "account made", target=instance, **flags)


def _account_deleted(sender: Any, instance: User, **kwargs: Any) -> None:
    note(Kind.RIGHTS, "account deleted", target=instance)


def _given(
    sender: Any, instance: Any, action: str, reverse: bool, pk_set: Collection[int] | None, **_: Any
) -> None:
    done = {
        "post_add": "rights given",
        "post_remove": "rights taken",
        "post_clear": "all rights taken",
    }
    if action not in done or (action != "post_clear" and not pk_set):
        return
    what = sender._meta.model_name  # user_groups, user_user_permissions, group_permissions
    note(
        Kind.RIGHTS, done[action], target=instance, what=what, keys=sorted(pk_set or ()),
        reverse=reverse,
    )  # fmt: skip


def _factor_saved(sender: Any, instance: Authenticator, created: bool, **kwargs: Any) -> None:
    if created:
        note(Kind.SIGN_IN, "second factor added", target=instance.user, what=instance.type)


def _factor_deleted(sender: Any, instance: Authenticator, **kwargs: Any) -> None:
    note(Kind.SIGN_IN, "second factor removed", target=instance.user, what=instance.type)


def connect() -> None:
    """Hear of sign-ins, second factors and rights."""
    user_logged_in.connect(_signed_in, dispatch_uid="audit sign-in")
    pre_save.connect(_flags_changing, sender=User, dispatch_uid="audit flags")
    post_save.connect(_account_made, sender=User, dispatch_uid="audit account")
    post_delete.connect(_account_deleted, sender=User, dispatch_uid="audit deletion")
    post_save.connect(_factor_saved, sender=Authenticator, dispatch_uid="audit factor")
    post_delete.connect(_factor_deleted, sender=Authenticator, dispatch_uid="audit no factor")
    for through in (User.groups.through, User.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(_given, sender=through, dispatch_uid=f"audit {through.__name__}")
