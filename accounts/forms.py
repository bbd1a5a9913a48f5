"""The forms of accounts: allauth's, with our labels."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.models import EmailAddress
from allauth.mfa.base import forms as code_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import login_attempts, second_factor


class PlainFields:
    """Labels are above their fields, so placeholders that repeat them only get in the way."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        if "password1" in self.fields:
            self.fields["password1"].help_text = _("At least 8 characters, and not easy to guess.")


class LoginForm(PlainFields, allauth_forms.LoginForm):
    """Log in by name or e-mail address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Name or e-mail")
        self.fields["login"].widget.attrs["autocomplete"] = "username"

    def user_credentials(self) -> dict[str, str]:
        """Who may be meant: a confirmed address means its owner alone.

        Version 0.1 let others have it as their name.
        """
        credentials: dict[str, str] = super().user_credentials()
        owners = EmailAddress.objects.filter(email__iexact=credentials.get("email"), verified=True)
        if "email" in credentials and owners.exists():
            credentials.pop("username", None)
        return credentials


class SignupForm(PlainFields, allauth_forms.SignupForm):
    """A new account; it asks for an e-mail address only where the site can send mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Name")
        if settings.KB_HAS_MAIL:
            self.fields["email"].label = _("E-mail (optional)")
            self.fields["email"].help_text = _("Used to reset your password.")
        else:
            del self.fields["email"]


class AddEmailForm(PlainFields, allauth_forms.AddEmailForm):
    """Another e-mail address for the account."""


class ChangePasswordForm(PlainFields, allauth_forms.ChangePasswordForm):
    """A new password, for who knows the present one."""


class SetPasswordForm(PlainFields, allauth_forms.SetPasswordForm):
    """A first password, for an account that has none."""


class ResetPasswordForm(PlainFields, allauth_forms.ResetPasswordForm):
    """The address to which a link for a new password is sent."""


class ResetPasswordKeyForm(PlainFields, allauth_forms.ResetPasswordKeyForm):
    """A new password, for who followed that link."""


class ReauthenticateForm(PlainFields, allauth_forms.ReauthenticateForm):
    """The password once more, before something that needs it."""


class CodeField(PlainFields):
    """A code of an authenticator app, checked as `accounts.second_factor` says."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs |= {
            "inputmode": "numeric",
            "autocapitalize": "off",
            "maxlength": 20,
        }

    def clean_code(self) -> str:
        """The code. Raises ValidationError for a wrong or used one, and too many of them."""
        return second_factor.check_code(self.user, super().clean_code)  # type: ignore[misc]


class CodeForm(CodeField, code_forms.AuthenticateForm):
    """The second step of a log-in."""


class CodeAgainForm(CodeField, code_forms.ReauthenticateForm):
    """A code once more, before something that needs it."""


class SetUpForm(CodeField, totp_forms.ActivateTOTPForm):
    """The first code of an app, which shows that it has the key."""


class BroughtForm(forms.Form):
    """What somebody took along from another site, or from here."""

    file = forms.FileField(
        label=_("Your file"),
        help_text=_("my-data.zip, or learning.json of it. At most 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".zip,.json"}),
    )


class PasswordForm(forms.Form):
    """Asks for the password, and counts wrong ones as log-ins do."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        """The password. Raises ValidationError for a wrong one, and for too many of them."""
        user = self.request.user
        name = {"username": user.get_username()}
        if login_attempts.too_many(self.request, name):
            raise forms.ValidationError(_("Too many wrong passwords. Please try again later."))
        password: str = self.cleaned_data["password"]
        if not user.check_password(password):
            login_attempts.count(self.request, name)
            raise forms.ValidationError(_("This is not your password."))
        return password


class DeleteAccountForm(PasswordForm):
    """The same, for those who may delete their accounts by themselves."""

    def clean_password(self) -> str:
        """The password. Raises ValidationError as above, and for staff."""
        if self.request.user.is_staff:
            raise forms.ValidationError(
                _("This is a staff account: another administrator has to delete it in the admin.")
            )
        return super().clean_password()
