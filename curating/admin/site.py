"""The admin shows no bookmark and no note: they belong to their learner alone.

Its log-in is the site's own, so the same rate limits guard it.
"""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.adapter import check_name

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


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
        _, counts, _, protected = super().get_deleted_objects(objs, request)
        own = {str(User._meta.verbose_name), str(User._meta.verbose_name_plural)}
        shown = [f"User: {user}, with all that belongs to the account" for user in objs]
        lacking: set[str] = set()
        if not self.has_delete_permission(request):
            lacking.add(str(User._meta.verbose_name))
        return shown, {name: n for name, n in counts.items() if name in own}, lacking, protected


# It would show the keys.
admin.site.unregister(Authenticator)
admin.site.unregister(User)
admin.site.register(User, LearnerAdmin)
