"""The forms of the workbench of search: synonyms, pins, weights, golden queries."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from search.log import normalised
from search.models import GoldenQuery, Synonym, Weight
from search.pins import key_of_text
from search.synonyms import lexemes_of
from search.weights import CHOSEN
from topics.address_lookup import section_at
from topics.models import Section
from topics.visibility import PUBLIC, by_everybody

MOST_NAMES = 20  # of a synonym
LONGEST_NAME = 100
MOST_WEIGHT = 10.0


class NamesField(forms.CharField):
    """Words separated by commas, as a list without repetition."""

    def clean(self, value: Any) -> list[str]:
        """Raises ValidationError for too many or too long ones, and for what no query can hold."""
        text = str(super().clean(value) or "")
        names = list(dict.fromkeys(" ".join(name.split()) for name in text.split(",")))
        names = [name for name in names if name]
        if len(names) > MOST_NAMES or any(len(name) > LONGEST_NAME for name in names):
            raise forms.ValidationError(_("At most 20 words, each of at most 100 characters."))
        for name in names:
            if not lexemes_of(name):
                message = _("“%(name)s” holds no word that a search could find.")
                raise forms.ValidationError(message, params={"name": name})
        return names


class SynonymForm(forms.Form):
    """Words that mean the same, or some that also find others."""

    words = NamesField(
        max_length=2_000, label=_("Who searches for"), help_text=_("Separated by commas.")
    )
    expansions = NamesField(
        max_length=2_000,
        required=False,
        label=_("also finds"),
        help_text=_("Empty: all of the words above mean the same."),
    )
    note = forms.CharField(max_length=200, required=False, label=_("Note"))
    key = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        names = {*cleaned.get("words", ()), *cleaned.get("expansions", ())}
        if not self.errors and len(names) < 2:
            raise forms.ValidationError(_("It takes two words at least."))
        key = cleaned.get("key")
        if key and not Synonym.objects.filter(pk=key).exists():
            raise forms.ValidationError(_("Somebody else has removed this synonym."))
        return cleaned


class SectionField(forms.CharField):
    """A section that everybody may see, by the address of its page as the browser shows it."""

    def clean(self, value: Any) -> Section | None:
        """Raises ValidationError where nothing is published there."""
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        section = section_at(text, (PUBLIC,))
        if section is None:
            raise forms.ValidationError(_("Nothing is published at this address."))
        return section


class PinForm(forms.Form):
    """A section that comes first for a query, or to which those who search for it are sent."""

    section = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    address = SectionField(
        required=False,
        max_length=2_000,
        label=_("Address of the section"),
        help_text=_("As the browser shows it."),
    )
    label = forms.CharField(
        max_length=60,
        required=False,
        label=_("Label"),
        help_text=_("Readers see it beside the result. Empty: “Recommended”."),
    )
    begins = forms.DateField(
        required=False, label=_("From"), widget=forms.DateInput(attrs={"type": "date"})
    )
    ends = forms.DateField(
        required=False,
        label=_("Until"),
        help_text=_("The whole day, in UTC."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if begins and ends and ends < begins:
            self.add_error("ends", _("It would end before it begins."))
        section = cleaned.get("address")
        if cleaned.get("section"):
            with by_everybody():  # whom a private section would be shown first is not known
                section = Section.objects.current(cleaned["section"])
        if section is None and "address" not in self.errors:
            self.add_error("address", _("Say which section."))
        cleaned["found"] = section
        return cleaned


class WeightsForm(forms.Form):
    """All weights of the ranking."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = CHOSEN | dict(Weight.objects.values_list("name", "value"))
        for name, value in now.items():
            self.fields[name] = forms.FloatField(
                min_value=0, max_value=MOST_WEIGHT, initial=value, label=LABELS.get(name, name)
            )
            if name in CHOSEN:
                self.fields[name].help_text = _("Delivered as %(value)s.") % {"value": CHOSEN[name]}


LABELS = {
    "title": _("Words of the query in the title"),
    "missing": _("Taken off for words that a section lacks"),
    "root": _("Topics whose title fits"),
    "part": _("Sections whose title and topic are the query together"),
    "stub": _("Texts of few words"),
    "links": _("Lists of links"),
    "question": _("Questions, where the query is none"),
    "letter": _("Letters of a glossary"),
    "bare": _("Items without text"),
    "comparison": _("Titles that compare, for “a vs b”"),
    "pairs": _("Words side by side, as in the query"),
    "form": _("The one word of a query in the form that was typed"),
    "asking": _("Words that only ask"),
}


class GoldenForm(forms.ModelForm):
    """A query and its answer."""

    class Meta:
        model = GoldenQuery
        fields = ["query", "whole_topic", "within"]
        labels = {
            "query": _("Query"),
            "whole_topic": _("Any section of that topic answers"),
            "within": _("Among the first"),
        }

    address = SectionField(
        max_length=2_000,
        label=_("Address of the answer"),
        help_text=_("As the browser shows it."),
    )
    field_order = ["query", "address", "whole_topic", "within"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["within"].widget.attrs.update(min=1, max=10)
        if self.instance.pk:
            self.initial["address"] = self.instance.section.get_absolute_url()

    def clean_query(self) -> str:
        """As the log has queries."""
        return normalised(self.cleaned_data["query"])

    def clean_within(self) -> int:
        """One of the rows that are looked through."""
        within = int(self.cleaned_data["within"])
        if not 1 <= within <= 10:
            raise forms.ValidationError(_("A number from 1 to 10."))
        return within

    def save(self, commit: bool = True) -> GoldenQuery:
        """With the section that the address names."""
        self.instance.section = self.cleaned_data["address"]
        row: GoldenQuery = super().save(commit)
        return row


def pin_values(query: str, form: PinForm, *, is_redirect: bool) -> dict[str, Any]:
    """What a trial of a pin holds."""
    data = form.cleaned_data
    return {
        "query": normalised(query),
        "section": data["found"].pk,
        "label": data["label"],
        "is_redirect": is_redirect,
        "begins": data["begins"].isoformat() if data["begins"] else None,
        "ends": data["ends"].isoformat() if data["ends"] else None,
    }


def can_be_pinned(query: str) -> bool:
    """Whether pins know the query: not one that a filter or quotation marks narrow."""
    return bool(key_of_text(query))
