"""Drafts: pages for readers with an account, made once for all of them.

What depends on the reader are holes in a draft: templates of her own (`{% personal %}`), what
`topics.section_parts` shows, and the token of forms. Filling them takes one query for all parts
that share their `states`. A draft is made for `Anybody`, so that it holds nothing of the reader
whose request it was made for.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template import Context, Engine, RequestContext, Template
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from topics.section_parts import Asked, Found, Part

# PostgreSQL holds no NUL, and views take it from parameters: no text can look like a hole.
# A text cannot hold such a field, though it may hold the words of one.
HOLE = re.compile('\0(\\d+)\0|(?<=<input type="hidden" name="csrfmiddlewaretoken" value=")[^"]*')


class Anybody:
    """A reader with an account of whom nothing is known."""

    pk = id = None
    is_authenticated = is_active = True
    is_anonymous = is_staff = is_superuser = False

    def has_perm(self, *_: object) -> bool:
        return False

    has_module_perms = has_perms = has_perm


@dataclass(frozen=True, slots=True)
class Token:
    """The token of a form."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A template for the reader alone, and its values beside those of every page."""

    template: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a page, and its values; `default` shows it for readers who have nothing there."""

    part: Part
    asked: Asked
    values: Mapping[str, Any]
    default: tuple["Piece", ...]
    keys: frozenset[tuple[str, int]]  # what is asked, as pairs of kind and key


Piece = str | Token | Fragment | Mark


class Held(NamedTuple):
    """What a reader has, and of it the pairs of kind and key."""

    found: Found
    keys: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, found: Found) -> "Held":
        """What was found, with the keys of what is not empty."""
        return cls(found, frozenset((kind, key) for kind, rows in found.items() for key in rows))


@dataclass
class Draft:
    """A page with its holes."""

    content_type: str = ""
    size: int = 0
    holes: list[Fragment | Mark] = field(default_factory=list)
    pieces: tuple[Piece, ...] = ()
    asked: dict[Any, dict[str, set[int]]] = field(default_factory=dict)  # of what finds the marks

    def hole(self, template: str, values: Mapping[str, Any]) -> SafeString:
        """Leave a hole that a template fills for each reader."""
        return self._add(Fragment(template, values))

    def mark(
        self, part: Part, asked: Asked, values: Mapping[str, Any], default: str = ""
    ) -> SafeString:
        """Leave a hole that a part of the page fills; `default` is shown where it has nothing."""
        keys = frozenset((kind, key) for kind, keys in asked.items() for key in keys)
        return self._add(Mark(part, asked, values, self._cut(default), keys))

    def _add(self, hole: Fragment | Mark) -> SafeString:
        self.holes.append(hole)
        return mark_safe(f"\0{len(self.holes) - 1}\0")  # noqa: S308 - a number

    def _cut(self, html: str) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        start = 0
        for hole in HOLE.finditer(html):
            pieces += [html[start : hole.start()], self.holes[int(hole[1])] if hole[1] else Token()]
            start = hole.end()
        return tuple(piece for piece in (*pieces, html[start:]) if piece != "")

    def finish(self, response: HttpResponse) -> None:
        """Take the page as it was made apart, into its text and its holes."""
        self.content_type = response["Content-Type"]
        self.size = 2 * len(response.content)
        self.pieces = self._cut(response.content.decode())
        for piece in self.pieces:
            if isinstance(piece, Mark):
                asked = self.asked.setdefault(piece.part.states, {})
                for kind, keys in piece.asked.items():
                    asked.setdefault(kind, set()).update(keys)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page for this reader."""
        shared = {
            "user": request.user,
            "csrf_token": SimpleLazyObject(lambda: get_token(request)),
            "LANGUAGE_CODE": get_language(),
        }
        context = RequestContext(request)
        html: list[str] = []
        with context.bind_template(Template("")):
            _fill(html, self.pieces, context, self._held(request.user), shared)
        return HttpResponse("".join(html), content_type=self.content_type)

    def _held(self, user: Any) -> dict[Any, Held]:
        """What the reader has, by the function that finds it: one call of each."""
        return {states: Held.of(states(user, wanted)) for states, wanted in self.asked.items()}


def _fill(
    html: list[str],
    pieces: tuple[Piece, ...],
    context: Context,
    held: Mapping[Any, Held],
    shared: Mapping[str, Any],
) -> None:
    """Add the page piece by piece; templates of the reader's own get what `context` has of her
    request, parts of the page what is `shared`.
    """
    for piece in pieces:
        if isinstance(piece, str):
            html.append(piece)
        elif isinstance(piece, Mark):
            here = held[piece.part.states]
            if piece.keys.isdisjoint(here.keys):
                if piece.default:
                    _fill(html, piece.default, context, held, shared)
                continue
            # A page may have hundreds: they do without what other templates get of a request.
            values = {**shared, **piece.values, **told(piece.part, only(here.found, piece.asked))}
            html.append(
                Engine.get_default().get_template(piece.part.template).render(Context(values))
            )
        elif isinstance(piece, Token):
            html.append(str(shared["csrf_token"]))
        else:
            with context.push(**piece.values):
                html.append(Engine.get_default().get_template(piece.template).render(context))


def only(found: Found, asked: Asked) -> dict[str, dict[int, Any]]:
    """Of what was found that which one part asked for."""
    return {
        kind: {key: found[kind][key] for key in keys if key in found[kind]}
        for kind, keys in asked.items()
        if kind in found
    }


def told(part: Part, found: Found) -> dict[str, Any]:
    """The values that a part's template gets of what was found for it."""
    here = found.get(part.kind, {})
    return {"found": here, "all_found": found, "state": next(iter(here.values()), None)}


@contextmanager
def drafting(request: HttpRequest) -> Iterator[Draft]:
    """While this lasts, templates rendered for the request leave holes in the draft."""
    user, draft = request.user, Draft()
    request.user, request.draft = Anybody(), draft  # type: ignore[assignment, attr-defined]
    try:
        yield draft
    finally:
        request.user = user
        del request.draft  # type: ignore[attr-defined]


def render_drafted(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """Render a page that is not kept; for a reader with an account by a draft of its own."""
    if not request.user.is_authenticated:
        return render(request, template, context)
    with drafting(request) as draft:
        response = render(request, template, context)
    draft.finish(response)
    return draft.answer(request)


def draft_of(request: HttpRequest | None) -> Draft | None:
    """The draft that is being made of this request's page, if any."""
    return getattr(request, "draft", None)
