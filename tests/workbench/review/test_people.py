"""Who may log in, how often somebody may guess, and what the file gives away."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.errors import FileError, UsageError
from workbench.review.login_limit import GUESSES, WITHIN_S, LoginLimit
from workbench.review.people import People
from workbench.review.server import Place, require_safe, tls


def test_the_file_holds_neither_passwords_nor_tokens(tmp_path: Path) -> None:
    people = People(tmp_path / "people.json")
    people.add("Ada Lovelace", "lead", "a long password")
    token = people.new_token("Ada Lovelace")
    text = people.path.read_text()
    assert "a long password" not in text
    assert token not in text
    assert people.path.stat().st_mode & 0o077 == 0
    other = People(people.path)
    found = other.check("Ada Lovelace", "a long password")
    assert found is not None
    assert found.role == "lead"
    assert other.check("Ada Lovelace", "a long passwore") is None
    assert other.check("nobody", "a long password") is None
    assert other.by_token(token) == found
    assert other.by_token("x") is None
    people.add("Ada Lovelace", "observer", "another password")
    assert other.check("Ada Lovelace", "a long password") is None
    assert other.by_token(token) is not None
    people.remove("Ada Lovelace")
    assert other.by_token(token) is None


@pytest.mark.parametrize(
    ("name", "role", "password", "problem"),
    [("", "lead", "0123456789", "no name"), ("a\x1b[1m", "lead", "0123456789", "no name"),
     ("ada", "boss", "0123456789", "no role"), ("ada", "lead", "short", "too short")],
)  # fmt: skip
def test_who_cannot_be_added(tmp_path: Path, name: str, role: str, password: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        People(tmp_path / "people.json").add(name, role, password)
    assert not (tmp_path / "people.json").exists()


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    for text in ("", "[]", "{}", '{"format":"workbench people","version":2,"people":[]}'):
        path.write_text(text)
        with pytest.raises(FileError):
            People(path).all()


def test_guesses_are_limited_for_some_minutes() -> None:
    now = [0.0]
    limit = LoginLimit(lambda: now[0])
    for _ in range(GUESSES):
        assert limit.wait_s("name ada", "address a") == 0
        limit.failed("name ada", "address a")
        now[0] += 1
    assert limit.wait_s("name ada", "address b") > 0
    assert limit.wait_s("name bo", "address a") > 0
    assert limit.wait_s("name bo", "address b") == 0
    now[0] += WITHIN_S
    assert limit.wait_s("name ada") == 0
    limit.failed("name ada")
    limit.worked("name ada")
    assert limit.wait_s("name ada") == 0


def test_beyond_this_machine_tls_and_people_are_demanded(tmp_path: Path) -> None:
    for host in ("127.0.0.1", "::1", "localhost", "127.8.8.8"):
        require_safe(Place(host), people=False)
    for host in ("0.0.0.0", "::", "192.168.1.5", "example.org"):
        with pytest.raises(UsageError, match="--people and --cert and --key"):
            require_safe(Place(host), people=False)
        with pytest.raises(UsageError, match="--cert and --key"):
            require_safe(Place(host), people=True)
    require_safe(Place("0.0.0.0", cert=tmp_path / "c", key=tmp_path / "k"), people=True)
    with pytest.raises(UsageError, match="certificate and its key"):
        tls(Place(cert=tmp_path / "c"))
    (tmp_path / "c").write_text("no certificate")
    with pytest.raises(FileError, match="cannot be used"):
        tls(Place(cert=tmp_path / "c", key=tmp_path / "c"))
