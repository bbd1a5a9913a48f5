"""The admin shows no bookmark and no note: they belong to their learner alone.

Its log-in is the site's own, so the same rate limits guard it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.adapter import check_name
from curating import audit
from curating.access import unreachable
from curating.typed import View, handed_back, hands_back, is_handed_back, typed_in
from topics.models import Grant

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

admin_view = admin.site.admin_view
CHOSEN = ACTION_CHECKBOX_NAME


def _are_keys(view: Callable[..., Any], chosen: list[str]) -> bool:
    """Whether rows of a list can have these keys: Django would ask the database for any text."""
    model = getattr(getattr(view, "__self__", None), "model", None)
    try:
        return all(model is None or model._meta.pk.to_python(key) is not None for key in chosen)
    except ValidationError:
        return False


def _hands_back(view: Callable[..., Any], cacheable: bool = False) -> View:
    """Django's `admin_view` that hands back what was typed into a form, as curators' pages do."""
    checked = admin_view(view, cacheable)

    @wraps(checked)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with audit.acting(cast(User, request.user)):
            return checked(request, *args, **kwargs)

    handing = hands_back(asked)

    @wraps(asked)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not _are_keys(view, request.POST.getlist(CHOSEN)):
            raise BadRequest
        if not (is_handed_back(request) and typed_in(request)):
            return asked(request, *args, **kwargs)
        if admin.site.has_permission(request):
            return handing(request, *args, **kwargs)
        return handed_back(request, 403 if request.user.is_authenticated else 401)

    return answer


admin.site.admin_view = _hands_back  # type: ignore[assignment,method-assign]


def by_key(request: HttpRequest, key: str) -> HttpResponseBase:
    """In place of Django's view, which tells all staff the address of any row, private ones too."""
    raise Http404


class NewName(forms.ModelForm):
    """A name that is given here is held to what sign-up asks; one from before may stay."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "username" in self.changed_data and "username" in self.cleaned_data:
            try:
                check_name(self.cleaned_data["username"])
            except ValidationError as error:
                self.add_error("username", error)
        return cleaned


class NewUserForm(NewName, AdminUserCreationForm):
    """A new account."""


class UserForm(NewName, UserChangeForm):
    """An account that there is."""


class LearnerAdmin(UserAdmin):
    """The page that asks whether to delete a user tells nothing of what the learner keeps."""

    form = UserForm
    add_form = NewUserForm

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """The users by name, and counts of users alone."""
        _shown, counts, _lacking, protected = super().get_deleted_objects(objs, request)
        own = {str(User._meta.verbose_name), str(User._meta.verbose_name_plural)}
        said = _("Account %s, with all that belongs to it")
        shown = [said % user for user in objs]
        lacking: set[str] = set()
        if not self.has_delete_permission(request):
            lacking.add(str(User._meta.verbose_name))
        return shown, {name: n for name, n in counts.items() if name in own}, lacking, protected


class TeamAdmin(GroupAdmin):
    """A group goes as long as somebody else sees the private topics that it sees."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """With the private topics that superusers alone would see then: those protect it."""
        shown, counts, lacking, protected = super().get_deleted_objects(objs, request)
        kept = Grant.objects.exclude(group__in=[group.pk for group in objs])
        lost = unreachable(Q(), kept)
        alone = [_("Nobody else sees this private topic: %s") % topic for topic in lost]
        return shown, counts, lacking, [*protected, *alone]


# It would show the keys.
admin.site.unregister(Authenticator)
admin.site.unregister(User)
admin.site.register(User, LearnerAdmin)
admin.site.unregister(Group)
admin.site.register(Group, TeamAdmin)
