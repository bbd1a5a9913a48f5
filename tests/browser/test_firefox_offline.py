"""What is kept in Firefox is read, searched and answered there without the server, too."""

from pathlib import Path

from tests.browser.conftest import PASSWORD
from tests.browser.firefox import FIREFOX, Firefox
from tests.browser.keeping import TOPIC, Manage, counts

ENTER = "\ue007"  # the key, as WebDriver has it
QUEUES = "/topics/handbook/kept/queues/"
CARD = """
from django.contrib.auth.models import User
from learning import cards
from learning.card_sources import Source
from topics.models import Section
user = User.objects.get(username="{}")
section = Section.objects.published().get(topic__path="handbook/kept/queues", anchor="")
cards.add(user, [Source("own", None, section.pk, "Why one?", "Because.")])
"""

if FIREFOX:

    def test_firefox_keeps_a_topic_and_sends_what_was_marked(
        firefox: Firefox, site: str, kept: Path, manage: Manage, name: str
    ) -> None:
        firefox.open(f"{site}/accounts/signup/")
        for field in ("password1", "password2"):
            firefox.fill(f"[name={field}]", PASSWORD)
        firefox.fill("[name=username]", f"{name}{ENTER}")
        firefox.find(".site-nav form[action*=logout]")
        manage("shell", "-v", "0", "-c", CARD.format(name))
        firefox.open(f"{site}{TOPIC}")
        firefox.click(".keep button")
        firefox.find(".keep a[href*=offline]")
        firefox.go_offline(is_offline=True)

        firefox.open(f"{site}{QUEUES}")
        assert firefox.text("h1") == "Queues"
        assert "You are offline." in firefox.text(".kept-bar")
        for kind in ("read", "bookmark"):
            firefox.click(f"form[data-{kind}] button")
            firefox.find(f"form[data-{kind}] button[aria-pressed=true]")
        firefox.open(f"{site}/search/?q=worker")
        assert firefox.text(".results .result h3") == "What is a worker?"
        firefox.open(f"{site}/learn/review/")
        assert firefox.text(".asked-front") == "Why one?"
        firefox.click("[data-answer] summary")
        firefox.click(".rating-3")
        firefox.find("#kb\\:asked > p")  # that none is left
        firefox.open(f"{site}/learn/offline/")
        assert "wait to be sent: 3" in firefox.text("[data-kept-list] > .message")

        firefox.go_offline(is_offline=False)
        firefox.open(f"{site}/learn/offline/")
        firefox.find("[data-kept-list] > .kept:first-child")  # nothing waits
        assert counts(manage, name) == {"readings": 1, "bookmarks": 1, "reviews": 1}
