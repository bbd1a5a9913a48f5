"""The worker for jobs beside gunicorn: it comes and goes with the site."""

import os
import signal

import pytest

from tests.start.processes import wait_until
from tests.start.sites import children, get, is_for_jobs, run, workers_for_jobs


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_worker_for_jobs_ends_with_the_site(start, state, number):
    run("manage.py", "migrate", "--verbosity=0", KB_DATA_DIR=str(state))
    site = start("kb.wsgi", KB_DATA_DIR=str(state), KB_ENDS_ON_HANGUP="1")
    wait_until(lambda: workers_for_jobs(site))
    (worker,) = workers_for_jobs(site)
    os.killpg(site.process.pid, number)
    rest = site.process.communicate(timeout=60)[0]
    assert site.process.returncode == 0
    assert not is_for_jobs(worker)
    assert "Traceback" not in rest
    assert "another one is started" not in rest


def test_the_worker_for_jobs_ends_with_a_killed_master(start, state):
    run("manage.py", "migrate", "--verbosity=0", KB_DATA_DIR=str(state))
    site = start("kb.wsgi", KB_DATA_DIR=str(state))
    wait_until(lambda: workers_for_jobs(site))
    (worker,) = workers_for_jobs(site)
    os.kill(site.process.pid, signal.SIGKILL)
    wait_until(lambda: not is_for_jobs(worker))
    site.process.communicate(timeout=60)
    assert site.process.returncode == -signal.SIGKILL


def test_a_killed_worker_for_jobs_is_replaced(start, state):
    run("manage.py", "migrate", "--verbosity=0", KB_DATA_DIR=str(state))
    site = start("tests.start.slow", KB_DATA_DIR=str(state))
    wait_until(lambda: workers_for_jobs(site))
    (worker,) = workers_for_jobs(site)
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: workers_for_jobs(site) - {worker})
    os.kill(site.process.pid, signal.SIGHUP)  # a reload reads gunicorn.conf.py again
    wait_until(lambda: get(site.port, "/healthz") == (200, b'{"status": "ok"}'))
    (worker,) = workers_for_jobs(site)
    assert "another one is started" in site.stop()
    assert not is_for_jobs(worker)


def test_the_worker_for_jobs_can_be_a_service_of_its_own(start, state):
    site = start("kb.wsgi", KB_DATA_DIR=str(state), KB_WORKER="0")
    wait_until(lambda: len(children(site)) == 2)
    assert workers_for_jobs(site) == set()
    site.stop()
