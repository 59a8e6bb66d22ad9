"""The people of a review: a file with names, roles, scrypt hashes of passwords, and hashes of access tokens.

The file holds no password and no token. It is read again whenever it has changed, so somebody who is added or taken
away while a server runs counts from then on.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

from screening.engine import files
from screening.errors import FileError, UsageError
from screening.runs.decisions.event import MOST_NAME, ROLES

FORMAT, VERSION = "workbench people", 1
#: Cost of scrypt: 32 MB and about 0.1 s a guess (RFC 7914).
_COST = {"n": 2**15, "r": 8, "p": 1, "maxmem": 2**26, "dklen": 32}
SHORTEST_PASSWORD = 10


@dataclasses.dataclass(frozen=True)
class Person:
    """Somebody who may use a review.

    Attributes
    ----------
    name, role
        As they stand in the log; roles are reviewer, lead and observer.
    salt, password
        Hexadecimal; the password as scrypt hash.
    tokens
        SHA-256 of the tokens of this person.
    """

    name: str
    role: str
    salt: str = ""
    password: str = ""
    tokens: tuple[str, ...] = ()


def _hash(password: str, salt: str) -> str:
    return hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), **_COST).hex()


def token_hash(token: str) -> str:
    """Return the hash under which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


class People:
    """The people of one file.

    Parameters
    ----------
    path
        The file; it may be absent until somebody is added.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int] | None = None
        self._people: dict[str, Person] = {}
        self._by_token: dict[str, Person] = {}

    def all(self) -> dict[str, Person]:
        """Return name to person.

        Raises
        ------
        FileError
            If the file is none of people, or of a later version.
        """
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return {}
        stamp = (found.st_mtime_ns, found.st_size)
        if stamp != self._stamp:
            self._people = self._read()
            self._by_token = {token: person for person in self._people.values() for token in person.tokens}
            self._stamp = stamp
        return self._people

    def _read(self) -> dict[str, Person]:
        try:
            said = json.loads(self.path.read_text("utf-8"))
            if said["format"] != FORMAT or said["version"] > VERSION:
                raise FileError(
                    "is no file of people of this version", source=self.path, expected="one made by `people add`"
                )
            people = [Person(**{**one, "tokens": tuple(one["tokens"])}) for one in said["people"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise FileError(
                "is no file of people", source=self.path, expected="one made by `workbench review people add`"
            ) from error
        return {person.name: person for person in people}

    def check(self, name: str, password: str) -> Person | None:
        """Return the person if the password is right; an unknown name takes as long as a wrong password."""
        person = self.all().get(name)
        known = person or Person(name, "observer", salt="00" * 16, password="00" * 32)
        same = hmac.compare_digest(_hash(password, known.salt or "00" * 16), known.password or "00" * 32)
        return person if same and person is not None and person.password else None

    def by_token(self, token: str) -> Person | None:
        """Return the person a token belongs to."""
        self.all()
        return self._by_token.get(token_hash(token))

    def add(self, name: str, role: str, password: str) -> None:
        """Add a person, or give one a new role and password.

        Raises
        ------
        UsageError
            If the name or role may not be, or the password is short.
        StorageError
            If the file cannot be written.
        """
        if not name.strip() or name != name.strip() or len(name) > MOST_NAME or not name.isprintable():
            raise UsageError(f"{name!r} is no name of a person", expected=f"1 to {MOST_NAME} printable characters")
        if role not in ROLES:
            raise UsageError(f"{role!r} is no role", expected=" or ".join(ROLES))
        if len(password) < SHORTEST_PASSWORD:
            raise UsageError("the password is too short", expected=f"at least {SHORTEST_PASSWORD} characters")
        salt = secrets.token_hex(16)
        before = self.all().get(name)
        tokens = before.tokens if before else ()
        self._write({**self.all(), name: Person(name, role, salt, _hash(password, salt), tokens)})

    def remove(self, name: str) -> None:
        """Take a person away; what they decided stays in the log.

        Raises
        ------
        UsageError
            If there is nobody of that name.
        """
        self.require(name)
        self._write({key: person for key, person in self.all().items() if key != name})

    def new_token(self, name: str) -> str:
        """Return a new token of a person for the REST interface; it is shown only now.

        Raises
        ------
        UsageError
            If there is nobody of that name.
        """
        person = self.require(name)
        token = secrets.token_urlsafe(32)
        tokens = (*person.tokens, token_hash(token))
        self._write({**self.all(), name: dataclasses.replace(person, tokens=tokens)})
        return token

    def require(self, name: str) -> Person:
        """Return a person.

        Raises
        ------
        UsageError
            If there is nobody of that name.
        """
        person = self.all().get(name)
        if person is None:
            raise UsageError(
                f"nobody is called {name!r}", source=self.path, expected=", ".join(self.all()) or "anybody"
            )
        return person

    def _write(self, people: dict[str, Person]) -> None:
        content = {
            "format": FORMAT,
            "version": VERSION,
            "people": [dataclasses.asdict(people[name]) for name in sorted(people)],
        }
        with files.replacing(self.path) as temporary:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(json.dumps(content, indent=2) + "\n")
        self._stamp = None
