"""`manage.py reset_second_factor`"""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Remove somebody's second factor, recovery codes included: for who lost the device and the "
        "codes. The password alone logs in from then on. Make sure who asks."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="+", help="the username")

    def handle(self, *args: Any, **options: Any) -> None:
        names = options["name"]
        users = {user.get_username(): user for user in User.objects.filter(username__in=names)}
        if missing := [name for name in names if name not in users]:
            raise CommandError(f"There is no account called {', '.join(missing)}.")
        for name in names:
            removed, _ = Authenticator.objects.filter(user=users[name]).delete()
            said = "is removed" if removed else "was not set up"
            self.stdout.write(f"The second factor of {name} {said}.")
