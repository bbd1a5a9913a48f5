"""The forms of bookmarks and accounts."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from learning.models import NOTE_LIMIT, Bookmark


class SearchForm(forms.Form):
    q = forms.CharField(max_length=200, required=False, label=_("Search your bookmarks"))


class NoteField(forms.CharField):
    """A text whose line ends count as one character, as in the browser that sent them."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class NoteForm(forms.ModelForm):
    # The limit is checked here and not in the browser, which would cut a pasted text silently.
    note = NoteField(
        required=False,
        label=_("Note"),
        help_text=format_lazy(
            _("Only you can see it. Up to {limit} characters."), limit=f"{NOTE_LIMIT:,}"
        ),
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={
            "null_characters_not_allowed": _("The note has a character we cannot keep.")
        },
    )

    class Meta:
        model = Bookmark
        fields = ["note"]


class PlainFields:
    """The label stands above each field, so a placeholder that repeats it only gets in the way."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        if "password1" in self.fields:
            self.fields["password1"].help_text = _("At least 8 characters, and not easy to guess.")


class LoginForm(PlainFields, allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Name or e-mail")
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class SignupForm(PlainFields, allauth_forms.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Name")
        self.fields["email"].label = _("E-mail (optional)")
        self.fields["email"].help_text = _("For a new password, should you forget yours.")


class AddEmailForm(PlainFields, allauth_forms.AddEmailForm):
    pass


class ChangePasswordForm(PlainFields, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(PlainFields, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordForm(PlainFields, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(PlainFields, allauth_forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(PlainFields, allauth_forms.ReauthenticateForm):
    pass
