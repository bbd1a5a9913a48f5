"""Days and moments as each language writes them: "28 December 2026", "28. Dezember 2026"."""

from datetime import date, datetime

from django import template
from django.template.defaultfilters import date as formatted
from django.utils.translation import gettext

register = template.Library()


@register.filter
def day(value: date | None) -> str:
    """28 December 2026."""
    return str(formatted(value, gettext("j F Y")))


@register.filter
def moment(value: datetime | None) -> str:
    """28 December 2026, 14:05."""
    return str(formatted(value, gettext("j F Y, H:i")))


@register.filter
def day_of_year(value: date | None) -> str:
    """28 December."""
    return str(formatted(value, gettext("j F")))


@register.filter
def weekday(value: date | None) -> str:
    """Mon, 28 December."""
    return str(formatted(value, gettext("D, j F")))


@register.filter
def short_day(value: date | None) -> str:
    """28 Dec."""
    return str(formatted(value, gettext("j M")))
