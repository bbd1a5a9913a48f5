"""Forms that check the parameters of searches, by GET or POST."""

from django import forms
from django.utils.translation import gettext_lazy as _

from topics.models import Topic

LONGEST_QUERY = 10_000
SWITCH = [("0", "0"), ("1", "1")]


class SearchForm(forms.Form):
    """The search box and the filters of the results page and of the API."""

    q = forms.CharField(max_length=LONGEST_QUERY, required=False, strip=True)
    topic = forms.CharField(max_length=500, required=False)
    kind = forms.ChoiceField(choices=Topic.Kind, required=False)
    tag = forms.CharField(max_length=60, required=False)
    sort = forms.ChoiceField(
        choices=[("relevance", _("Relevance")), ("recent", _("Recently changed"))], required=False
    )
    limit = forms.IntegerField(min_value=1, max_value=50, required=False)
    offset = forms.IntegerField(min_value=0, max_value=10_000, required=False)
    group = forms.ChoiceField(choices=SWITCH, required=False)
    exact = forms.ChoiceField(choices=SWITCH, required=False)

    def clean_topic(self) -> str:
        """The path without slashes around it."""
        return str(self.cleaned_data["topic"]).strip("/")


class SuggestForm(forms.Form):
    """What was typed so far."""

    q = forms.CharField(max_length=LONGEST_QUERY, required=False, strip=True)


class WishForm(forms.Form):
    """What a reader searched for and did not find."""

    q = forms.CharField(max_length=LONGEST_QUERY)


class OpenedForm(WishForm):
    """What a reader searched for, and the result that was opened."""

    section = forms.IntegerField(min_value=1, max_value=2**63 - 1)
