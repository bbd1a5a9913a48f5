"""The forms on which content is edited, proposed and judged."""

from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from curating.bulk import NONE
from curating.care import curators
from curating.models import LONGEST_COMMENT, LONGEST_REASON, LONGEST_TEXT, Proposal
from topics.addresses import topic_url
from topics.models import Topic

LONGEST_TOPIC = 500_000  # characters; the form sends it twice


class MarkdownField(forms.CharField):
    """A text as it was typed, its line ends as files have them."""

    widget = forms.Textarea

    def __init__(self, *, longest: int = LONGEST_TEXT, **kwargs: Any) -> None:
        super().__init__(strip=False, required=False, max_length=longest, **kwargs)
        # The browser would cut a pasted text silently.
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class EditForm(forms.Form):
    """A section's title and text; `base` is the latest change when it was opened."""

    title = forms.CharField(max_length=500, label=_("Title"))
    markdown = MarkdownField(
        label=_("Text, in Markdown"),
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "true"}),
    )
    why = forms.CharField(
        max_length=LONGEST_REASON,
        required=False,
        label=_("Why"),
        help_text=_("Others read it in the history."),
    )
    base = forms.IntegerField(
        min_value=0, max_value=2**63 - 1, required=False, widget=forms.HiddenInput
    )

    def clean_title(self) -> str:
        """One line."""
        title = " ".join(self.cleaned_data["title"].split())
        if not title:
            raise forms.ValidationError(_("Give the section a title."))
        return title


class SettleForm(EditForm):
    """What a curator makes of a proposal and of what changed in the same lines since."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["why"]  # its author said
        self.fields["markdown"].label = _("Keep what is right of both sides")


class ReportForm(forms.Form):
    """What is wrong with a section."""

    kind = forms.ChoiceField(
        choices=[(k.value, k.label) for k in Proposal.Kind if k != Proposal.Kind.EDIT],
        label=_("What is it?"),
    )
    why = forms.CharField(
        max_length=LONGEST_REASON,
        label=_("What did you expect, or what is right?"),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AnswerForm(forms.Form):
    """What is said about a proposal."""

    text = forms.CharField(
        max_length=LONGEST_COMMENT,
        label=_("Your answer"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DocumentForm(forms.Form):
    """A whole topic as one text; `base` is what it was when it was opened."""

    markdown = MarkdownField(
        longest=LONGEST_TOPIC,
        label=_("The whole topic, in Markdown"),
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "true"}),
    )
    why = forms.CharField(max_length=500, required=False, label=_("Why"))
    base = MarkdownField(longest=LONGEST_TOPIC, widget=forms.HiddenInput)


class TopicField(forms.CharField):
    """The path of a topic, or its whole address; the topic, or None where it may be empty."""

    def clean(self, value: Any) -> Topic | None:
        """Raises ValidationError where there is no such topic."""
        text = str(super().clean(value))
        with suppress(ValueError):
            text = unquote(urlsplit(text).path) if "://" in text else text
        root = topic_url("").strip("/")
        path = text.strip("/").removeprefix(f"{root}/")
        if not path and not self.required:
            return None
        topic = Topic.objects.live().seen().filter(path=path).first()
        if topic is None:
            raise forms.ValidationError(
                _("There is no such topic: give its path as in its address.")
            )
        return topic


class TopicForm(forms.Form):
    """A topic that is new."""

    title = forms.CharField(max_length=300, label=_("Title"))
    under = TopicField(
        max_length=500,
        required=False,
        label=_("Below which topic"),
        help_text=_("Its path as in its address. Empty: at the top."),
    )
    markdown = MarkdownField(
        label=_("Text, in Markdown"),
        widget=forms.Textarea(attrs={"rows": 20, "spellcheck": "true"}),
    )
    why = forms.CharField(max_length=500, required=False, label=_("Why"))
    answers = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def clean_title(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["title"].split())


class DescriptionForm(forms.ModelForm):
    """What a topic is; imports leave alone what is changed here."""

    tags = SimpleArrayField(
        forms.CharField(max_length=60),
        required=False,
        label=_("Tags"),
        help_text=_("With commas between."),
    )

    class Meta:
        model = Topic
        fields = ["summary", "kind", "level", "tags", "status"]
        labels = {
            "summary": _("Summary"),
            "kind": _("Kind"),
            "level": _("Level"),
            "status": _("Status"),
        }
        widgets = {"summary": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("kind", "status"):  # what is not sent stays as it is
            self.fields[name].required = False

    def clean_kind(self) -> str:
        """The kind that the topic has where none is sent."""
        return str(self.cleaned_data["kind"] or self.instance.kind)

    def clean_status(self) -> str:
        """The status that the topic has where none is sent."""
        return str(self.cleaned_data["status"] or self.instance.status)

    def clean_tags(self) -> list[str]:
        """Each once."""
        return list(dict.fromkeys(" ".join(tag.split()) for tag in self.cleaned_data["tags"]))


class MoveForm(forms.Form):
    """Where a section goes."""

    to = TopicField(
        max_length=500,
        label=_("To which topic"),
        help_text=_("Its path as in its address."),
    )
    why = forms.CharField(max_length=500, required=False, label=_("Why"))


class BulkForm(forms.Form):
    """What many topics get at once; what is left empty stays as it is in each."""

    add_tags = SimpleArrayField(
        forms.CharField(max_length=60),
        required=False,
        label=_("Tags to add"),
        help_text=_("With commas between."),
    )
    remove_tags = SimpleArrayField(
        forms.CharField(max_length=60),
        required=False,
        label=_("Tags to remove"),
        help_text=_("With commas between."),
    )
    kind = forms.ChoiceField(required=False, label=_("Kind"))
    level = forms.ChoiceField(required=False, label=_("Level"))
    status = forms.ChoiceField(required=False, label=_("Status"))
    owner = forms.ChoiceField(required=False, label=_("Owner"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        same, none = ("", _("As it is")), (NONE, _("None"))
        self.owners = {str(user.pk): user for user in curators()}
        names = [(key, user.get_username()) for key, user in self.owners.items()]
        for name, choices in {
            "kind": [same, *Topic.Kind.choices],
            "level": [same, none, *Topic.Level.choices],
            "status": [same, *Topic.Status.choices],
            "owner": [same, none, *names],
        }.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_add_tags(self) -> list[str]:
        """Each once."""
        return _tidy(self.cleaned_data["add_tags"])

    def clean_remove_tags(self) -> list[str]:
        """Each once."""
        return _tidy(self.cleaned_data["remove_tags"])

    def clean_owner(self) -> Any:
        """An account, NONE, or nothing."""
        given = self.cleaned_data["owner"]
        return self.owners.get(given, given)


def _tidy(tags: list[str]) -> list[str]:
    found = (" ".join(tag.split()) for tag in tags)
    return [tag for tag in dict.fromkeys(found) if tag]
