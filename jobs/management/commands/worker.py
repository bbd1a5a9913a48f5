"""`manage.py worker`"""

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobs.worker import GRACE, Worker


class Command(BaseCommand):
    help = "Run the jobs that wait in the database, until Ctrl-C or SIGTERM."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="stop when no job is due")
        parser.add_argument(
            "--queue",
            action="append",
            metavar="NAME",
            help="run only the jobs of this queue; may be given several times",
        )
        parser.add_argument(
            "--processes", type=int, default=2, help="jobs to run at the same time (default: 2)"
        )
        parser.add_argument(
            "--grace",
            type=float,
            default=GRACE,
            metavar="SECONDS",
            help=f"for running jobs to end at a stop; after it they are given back ({GRACE:.0f})",
        )
        parser.add_argument(
            "--parent",
            type=int,
            metavar="PID",
            help="stop when this process is no longer the parent",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["processes"] < 1:
            raise CommandError("--processes must be 1 or more.", returncode=2)
        worker = Worker(
            queues=options["queue"],
            processes=options["processes"],
            once=options["once"],
            grace=options["grace"],
            parent=options["parent"],
        )
        signal.signal(signal.SIGTERM, worker.stop)
        signal.signal(signal.SIGINT, worker.interrupt)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as under nohup
            signal.signal(signal.SIGHUP, worker.stop)
        worker.run()
