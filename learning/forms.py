"""The forms of bookmarks, collections and highlights."""

import hashlib
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from learning.bookmarks import room_for_notes
from learning.models import (
    COLLECTED_NOTE_LIMIT,
    FRONT_LIMIT,
    NOTE_LIMIT,
    NOTES_LIMIT,
    QUOTE_LIMIT,
    Bookmark,
    Card,
    CollectedSection,
    Collection,
    Highlight,
    Plan,
)


class SearchForm(forms.Form):
    """Words that titles or notes must have."""

    q = forms.CharField(max_length=200, required=False, label=_("Search your bookmarks"))


class NotesSearchForm(SearchForm):
    """Words that a note, or what it is on, must have, and the order."""

    q = forms.CharField(max_length=200, required=False, label=_("Search your notes"))
    by = forms.ChoiceField(
        required=False,
        label=_("Order"),
        choices=[("", _("As it fits")), ("topic", _("By topic")), ("date", _("The latest first"))],
    )


class NoteField(forms.CharField):
    """A text whose line ends count as one character, as in the browser that sent them."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


def _unless_changed(form: Any, now: str, typed: str, said: Any) -> None:
    """Raise ValidationError if what a form shows says something else `now` than when it was opened.

    `seen` of the form tells what that was. No conflict if what was typed is the same already.
    """
    seen = form.cleaned_data.get("seen")
    if not seen or seen == _print_of(now) or typed == now:
        return
    form.other = now
    data = form.data.copy()
    data["seen"] = _print_of(now)  # what is sent next was written in sight of it
    form.data = data
    raise forms.ValidationError(said)


class MarkNoteForm(forms.ModelForm):
    """The note on a mark. Where another device changed it meanwhile, nothing is overwritten: the
    form has an error, and what the note says now is `other`."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    other: str | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = _print_of(self.instance.note)

    def clean(self) -> dict[str, Any]:
        """Everything, if the note is still the one that was `seen`, or says the same already."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        said = _(
            "This note was changed elsewhere since you opened it. Both are here: put together "
            "what you want to keep, and save it."
        )
        _unless_changed(self, self.instance.note, cleaned.get("note", ""), said)
        return cleaned


def _print_of(note: str) -> str:
    return hashlib.sha256(note.encode()).hexdigest()[:16]


class NoteForm(MarkNoteForm):
    """The note on a bookmark."""

    # The limit is checked here and not in the browser, which would cut a pasted text silently.
    note = NoteField(
        required=False,
        label=_("Note"),
        help_text=format_lazy(
            _("Only you can see it. Up to {limit} characters."), limit=f"{NOTE_LIMIT:,}"
        ),
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={
            "null_characters_not_allowed": _("The note contains a character that cannot be saved.")
        },
    )

    class Meta:
        model = Bookmark
        fields = ["note"]

    def clean_note(self) -> str:
        """The note, if there is room for it beside the learner's others."""
        note = str(self.cleaned_data["note"])
        if len(note) > max(len(self.instance.note), room_for_notes(self.instance)):
            raise forms.ValidationError(
                format_lazy(
                    _(
                        "All your notes together may have {limit} characters, and this one does "
                        "not fit. Shorten it, or others first."
                    ),
                    limit=f"{NOTES_LIMIT:,}",
                )
            )
        return note


class CollectionForm(forms.ModelForm):
    """The title of a collection."""

    class Meta:
        model = Collection
        fields = ["title"]
        labels = {"title": _("Title")}


class CollectedNoteForm(MarkNoteForm):
    """The note on a section of a collection."""

    note = NoteField(
        required=False,
        label=_("Note"),
        help_text=format_lazy(
            _("Anybody with the link to the collection sees it. Up to {limit} characters."),
            limit=f"{COLLECTED_NOTE_LIMIT:,}",
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    class Meta:
        model = CollectedSection
        fields = ["note"]


class HighlightNoteForm(NoteForm):
    """The note on a highlight."""

    class Meta:
        model = Highlight
        fields = ["note"]


class HighlightForm(forms.Form):
    """Words of a section that a reader's browser names, and their color."""

    section = forms.IntegerField(min_value=1, max_value=2**62)
    start = forms.IntegerField(min_value=0, max_value=10**8)
    exact = forms.CharField(max_length=QUOTE_LIMIT, strip=False)
    before = forms.CharField(max_length=64, required=False, strip=False)
    behind = forms.CharField(max_length=64, required=False, strip=False)
    color = forms.ChoiceField(choices=Highlight.Color)


class AttachForm(forms.Form):
    """Words of the text that a highlight shall have."""

    exact = NoteField(
        max_length=QUOTE_LIMIT,
        label=_("Words of the text"),
        help_text=_("Copy them from the text."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place = forms.CharField(
        max_length=2_000,
        required=False,
        label=_("Address of the page"),
        help_text=_("Where the words stand on another page: copy it from your browser."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class CardForm(forms.Form):
    """The two sides of a card that a learner writes."""

    front = NoteField(
        max_length=FRONT_LIMIT, label=_("Question"), widget=forms.Textarea(attrs={"rows": 3})
    )
    back = NoteField(
        max_length=NOTE_LIMIT, label=_("Answer"), widget=forms.Textarea(attrs={"rows": 6})
    )


class CardEditForm(CardForm):
    """Both sides of a card; where they are others than when it was opened, see `MarkNoteForm`."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    other: str | None = None

    def __init__(self, data: Any = None, *, card: Card) -> None:
        self.now = f"{card.front}\n\n{card.back}"
        values = {"front": card.front, "back": card.back, "seen": _print_of(self.now)}
        super().__init__(data, initial=values)

    def clean(self) -> dict[str, Any]:
        """Both sides, if the card is still as it was."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        said = _(
            "This card was changed elsewhere since you opened it. Both are here: put together "
            "what you want to keep, and save it."
        )
        typed = f"{cleaned.get('front', '')}\n\n{cleaned.get('back', '')}"
        _unless_changed(self, self.now, typed, said)
        return cleaned


class WordsQuestionForm(forms.Form):
    """A question that highlighted words answer."""

    front = NoteField(
        max_length=FRONT_LIMIT, label=_("Question"), widget=forms.Textarea(attrs={"rows": 3})
    )


class CardSearchForm(forms.Form):
    """Words that a card must have, and which cards are wanted."""

    q = forms.CharField(max_length=200, required=False, label=_("Search your cards"))
    show = forms.ChoiceField(
        required=False,
        label=_("Which"),
        choices=[
            ("", _("All")),
            *Card.State.choices[1:],
            ("new", _("Never asked")),
            ("hard", _("Failed often")),
            ("suspended", _("Put aside")),
        ],
    )


class ForeignForm(forms.Form):
    """A file of another program."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("At most 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".apkg,.colpkg,.txt,.csv,.tsv"}),
    )


def zones_known() -> list[str]:
    """The time zones to choose from; what a server calls "localtime" is none elsewhere."""
    return sorted(available_timezones() - {"localtime"})


class PlanForm(forms.ModelForm):
    """How a learner wants to be asked."""

    retention = forms.TypedChoiceField(
        label=_("How much to remember"),
        coerce=float,
        help_text=_(
            "The share of cards that you want to know when you are asked. More of it costs many "
            "more reviews: 90 % is what most people want."
        ),
        choices=[(str(share / 100), f"{share} %") for share in (75, 80, 85, 88, 90, 92, 94, 96)],
    )
    easy_days = forms.TypedMultipleChoiceField(
        label=_("Easy days"),
        coerce=int,
        required=False,
        help_text=_("Fewer cards are planned for these days, half of them asked, and no new ones."),
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        help_text=_("Your day begins at midnight there."),
        choices=lambda: [("", _("The site's")), *((z, z) for z in zones_known())],
    )

    class Meta:
        model = Plan
        fields = [
            "new_a_day", "reviews_a_day", "retention", "exam_on", "easy_days", "time_zone",
            "has_two_buttons", "has_streak",
        ]  # fmt: skip
        labels = {
            "new_a_day": _("New cards a day"),
            "reviews_a_day": _("Reviews a day"),
            "exam_on": _("Exam on"),
            "has_two_buttons": _("Only “knew it” and “not known”"),
            "has_streak": _("Count the days on which I recalled something"),
        }
        help_texts = {
            "reviews_a_day": _(
                "After a pause no day has more than these: what is left comes on the days after."
            ),
            "exam_on": _("All cards come once more before that day. It may be empty."),
            "has_streak": _("Two days off a week do not end the count."),
        }
        widgets = {"exam_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["retention"] = str(self.instance.retention)

    def clean_time_zone(self) -> str:
        """The time zone, if the database has it too."""
        name = str(self.cleaned_data["time_zone"])
        if not Plan(time_zone=name).has_known_zone():
            raise forms.ValidationError(_("This time zone is not known here."))
        return name
