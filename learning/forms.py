"""The forms of bookmarks, collections and highlights."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from learning.bookmarks import room_for_notes
from learning.models import (
    COLLECTED_NOTE_LIMIT,
    NOTE_LIMIT,
    NOTES_LIMIT,
    QUOTE_LIMIT,
    Bookmark,
    CollectedSection,
    Collection,
    Highlight,
)


class SearchForm(forms.Form):
    """Words that titles or notes must have."""

    q = forms.CharField(max_length=200, required=False, label=_("Search your bookmarks"))


class NotesSearchForm(SearchForm):
    """Words that a highlight or its note must have."""

    q = forms.CharField(max_length=200, required=False, label=_("Search your notes"))


class NoteField(forms.CharField):
    """A text whose line ends count as one character, as in the browser that sent them."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class NoteForm(forms.ModelForm):
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


class CollectedNoteForm(forms.ModelForm):
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
