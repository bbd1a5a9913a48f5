"""E-mails to those who propose something, if they want them."""

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.last_read import as_last_read
from curating.models import MailWish, Proposal
from topics.rights import trees_of
from topics.visibility import PUBLIC, read_by

SUBJECT = 100  # characters of a section's title in a subject


def wants_mail(user: User) -> bool:
    """Whether somebody wants e-mails about her proposals."""
    return MailWish.objects.filter(user=user).exists()


def set_wish(user: User, *, is_wanted: bool) -> None:
    """Note whether somebody wants e-mails about her proposals."""
    if is_wanted:
        MailWish.objects.get_or_create(user=user)
    else:
        MailWish.objects.filter(user=user).delete()


def tell_author(proposal_id: int) -> bool:
    """Send the e-mail; whether there is an address for it. Raises OSError if the server fails.

    It names the section and the answer, and leads to the page; what was written stays there.
    """
    row = Proposal.objects.select_related("section__topic", "author").filter(pk=proposal_id).first()
    author = row.author if row else None
    if row is None or author is None or not author.email or not wants_mail(author):
        return False
    if row.section.topic.tree not in (PUBLIC, *trees_of(author)):
        return False
    with read_by(lambda: trees_of(author)):
        as_last_read([row.section])
    title = " ".join(str(row.section).split())[:SUBJECT]
    values = {"section": title, "status": row.get_status_display(), "site": settings.SITE_NAME}
    subject = _("%(site)s: your proposal for “%(section)s”") % values
    text = _("“%(section)s”: %(status)s.") % values
    page = reverse("curating:proposal", args=[row.pk])
    lines = [text, f"{settings.SITE_ADDRESS}{page}"]
    send_mail(" ".join(subject.split()), "\n\n".join(lines), None, [author.email])
    return True
