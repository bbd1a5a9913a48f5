"""What happens between the start and the first request."""

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles.finders import get_finder

from kb import serve, static


@pytest.mark.django_db
def test_the_first_admin_is_made_once_from_the_environment(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "root")
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "root@example.org")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse")
    serve.make_first_admin()
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "another one")
    serve.make_first_admin()
    admin = User.objects.get()
    assert (admin.username, admin.email, admin.is_superuser) == ("root", "root@example.org", True)
    assert admin.check_password("correct horse")


@pytest.mark.django_db
def test_without_a_name_no_admin_is_made(monkeypatch):
    monkeypatch.delenv("DJANGO_SUPERUSER_USERNAME", raising=False)
    serve.make_first_admin()
    assert not User.objects.exists()


@pytest.fixture
def finders(settings):
    """Only the finder of STATICFILES_DIRS, which Django keeps from one test to the next."""
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    get_finder.cache_clear()
    yield
    get_finder.cache_clear()


def test_static_files_are_collected_again_only_when_one_changed(finders, settings, tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    (source / "a.css").write_text("a{}")
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = target
    static.collect()
    (target / "a.css").write_text("changed where nobody should")
    static.collect()
    assert (target / "a.css").read_text() == "changed where nobody should"
    (source / "a.css").write_text("a{color:red}")
    (source / "b.css").write_text("b{}")
    static.collect()
    assert sorted(file.name for file in target.glob("*.css")) == ["a.css", "b.css"]


@pytest.mark.parametrize(
    ("host", "port", "bound"), [("127.0.0.1", "80", "127.0.0.1:80"), ("::1", "80", "[::1]:80")]
)
def test_an_address_is_written_as_gunicorn_wants_it(host, port, bound):
    assert serve.address(host, port) == bound
