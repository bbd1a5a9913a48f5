"""Fits when cards are asked to learners' own memory."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from learning import memory_fit


class Command(BaseCommand):
    """`manage.py fit_reviews [NAME ...]`: these learners, or all with enough new answers."""

    help = "Fits when cards are asked to each learner's own answers, from 400 of them on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="of learners; without, all")

    def handle(self, *args: Any, **options: Any) -> None:
        if not memory_fit.is_possible():
            raise CommandError("Install fsrs-rs-python first: it does the fitting.")
        names = options["names"]
        named = User.objects.filter(username__in=names).order_by("username")
        users = list(named) if names else memory_fit.waiting()
        if missing := set(names) - {user.get_username() for user in users}:
            raise CommandError(f"There is no learner {min(missing)}.")
        for user in users:
            fit = memory_fit.fit(user, timezone.now())
            self.stdout.write(f"{user.get_username()}: {_said(fit)}")


def _said(fit: memory_fit.Fit | None) -> str:
    if fit is None:
        return f"fewer than {memory_fit.FEWEST} answers"
    what = "fitted" if fit.is_better else "the weights that there were are as good"
    return f"{what}, {fit.answers:,} answers, log loss {fit.loss:.3f}"
