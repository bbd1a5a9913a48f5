"""The pages: home, the list of topics, reading, the glossary."""

from topics.views.browsing import asset, home, topic_list
from topics.views.glossary import glossary
from topics.views.reading import read

__all__ = ["asset", "glossary", "home", "read", "topic_list"]
