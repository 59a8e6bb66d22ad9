"""Fetch an entry from the RCSB PDB or the AlphaFold DB: only when asked, cached, checksummed."""

from __future__ import annotations

import dataclasses
import http.client
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

from screening.engine import files
from screening.errors import DownloadError, UsageError
from screening.provenance import file_sha256
from screening.targets.files.formats import LARGEST_BYTES, open_structure_file
from screening.version import __version__

_PDB_ID = re.compile(r"^(?:[1-9][A-Za-z0-9]{3}|pdb_[0-9A-Za-z]{8})$", re.I)
#: UniProt accession numbers, https://www.uniprot.org/help/accession_numbers.
_UNIPROT = re.compile(r"^(?:[OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9](?:[A-Z][A-Z0-9]{2}[0-9]){1,2})$", re.I)

RCSB = "rcsb"
ALPHAFOLD = "alphafold"

#: Where each source answers; a test or a mirror gives another one.
BASE_URLS: dict[str, str] = {RCSB: "https://files.rcsb.org", ALPHAFOLD: "https://alphafold.ebi.ac.uk"}

_NAMES = {RCSB: "the RCSB PDB", ALPHAFOLD: "the AlphaFold DB"}


@dataclasses.dataclass(frozen=True)
class Fetched:
    """What is kept beside a downloaded file, as JSON: where its bytes came from and what they are."""

    url: str
    sha256: str
    size: int
    downloaded: str


def source_of(entry: str) -> str:
    """Return which source an id belongs to: ``"rcsb"`` for PDB ids, ``"alphafold"`` for UniProt accessions.

    Raises
    ------
    UsageError
        If it is neither.
    """
    bare = _accession(entry)
    if _PDB_ID.match(bare):
        return RCSB
    if _UNIPROT.match(bare):
        return ALPHAFOLD
    raise UsageError(f"{entry!r} is no id of an entry",
                     expected="a PDB id such as 1FMO or a UniProt accession such as P05132")  # fmt: skip


def cache_folder() -> Path:
    """Return where downloads are kept by default: the user's cache folder."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "target-screening-workbench" / "targets"


def download_target(
    entry: str,
    folder: str | os.PathLike[str] | None = None,
    base_url: str | None = None,
    *,
    source: str | None = None,
    timeout_s: float = 60.0,
) -> Path:
    """Return the path of an entry's mmCIF file, fetched unless it is already there and intact.

    Parameters
    ----------
    entry
        PDB id, UniProt accession or ``AF-<accession>-F1``.
    folder
        Where to keep it; the user's cache folder by default. A file whose bytes no longer have the SHA-256 that was
        noted beside it is fetched again.
    base_url
        Another server that answers like the source.
    source
        ``"rcsb"`` or ``"alphafold"``; by the look of the id if not given.
    timeout_s
        Longest silence of the server, in seconds.

    Raises
    ------
    UsageError
        If the id or the source makes no sense.
    DownloadError
        If there is no such entry, no network, or what came was no structure.
    StorageError
        If the folder cannot be written.
    """
    source = source or source_of(entry)
    if source not in BASE_URLS:
        raise UsageError(f"{source!r} is no source", expected="rcsb or alphafold")
    bare = _accession(entry)
    pattern = _PDB_ID if source == RCSB else _UNIPROT
    if not pattern.match(bare):
        kind = "PDB id such as 1FMO" if source == RCSB else "UniProt accession such as P05132"
        raise UsageError(f"{entry!r} is no id of an entry of {_NAMES[source]}", expected=f"a {kind}")
    base = (base_url or BASE_URLS[source]).rstrip("/")
    if urllib.parse.urlsplit(base).scheme not in ("http", "https"):
        raise UsageError(f"{base!r} is no web address", expected="http:// or https://")
    place = Path(folder) if folder is not None else cache_folder()
    name = f"{bare.lower()}.cif.gz" if source == RCSB else f"AF-{bare.upper()}.cif"
    path = place / name
    if is_intact(path):
        return path
    url = f"{base}/download/{bare.upper()}.cif.gz"
    if source == ALPHAFOLD:
        url = _alphafold_url(base, bare.upper(), timeout_s)
    content = _fetched(url, f"{_NAMES[source]} has no entry {bare.upper()}", timeout_s)
    _keep(path, url, content)
    return path


def is_intact(path: Path) -> bool:
    """Tell whether a downloaded file has the SHA-256 noted beside it."""
    try:
        noted = Fetched(**json.loads(_note(path).read_text("utf-8")))
        return path.is_file() and file_sha256(path) == noted.sha256
    except (OSError, ValueError, TypeError):
        return False


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _accession(entry: str) -> str:
    match = re.fullmatch(r"AF-([A-Za-z0-9]+)(?:-F1)?(?:-model_v\d+)?", entry.strip())
    return match[1] if match else entry.strip()


def _alphafold_url(base: str, accession: str, timeout_s: float) -> str:
    """Ask which file is the current version of a prediction; it is taken from the same server."""
    url = f"{base}/api/prediction/{accession}"
    answer = _fetched(url, f"the AlphaFold DB has no prediction for {accession}", timeout_s)
    try:
        address = json.loads(answer)[0]["cifUrl"]
        return base + urllib.parse.urlsplit(address).path
    except (ValueError, LookupError, TypeError):
        raise DownloadError("answered with something else than a prediction", source=url) from None


def _fetched(url: str, absent: str, timeout_s: float) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": f"target-screening-workbench/{__version__}"})
    try:
        with urllib.request.urlopen(request, timeout=timeout_s) as answer:
            content: bytes = answer.read(LARGEST_BYTES + 1)
            promised = answer.headers.get("Content-Length", "")
    except urllib.error.HTTPError as error:
        with error:
            if error.code in (404, 410):
                raise DownloadError(absent, source=url) from None
            raise DownloadError(f"the server answered {error.code} {error.reason}", source=url) from None
    except urllib.error.URLError as error:
        raise DownloadError(f"cannot be reached ({_reason(error.reason)})", source=url,
                            expected="a network connection, or a file instead of an id") from None  # fmt: skip
    except (http.client.HTTPException, TimeoutError, OSError) as error:
        raise DownloadError(f"the connection broke off ({_reason(error)})", source=url,
                            expected="the same command again") from None  # fmt: skip
    if promised.isdigit() and len(content) < int(promised):
        raise DownloadError(f"the connection broke off after {len(content)} of {promised} bytes", source=url,
                            expected="the same command again")  # fmt: skip
    if len(content) > LARGEST_BYTES:
        raise DownloadError("is larger than 1 GiB", source=url)
    return content


def _reason(error: object) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _keep(path: Path, url: str, content: bytes) -> None:
    """Write the bytes if they are a whole structure file, and the note beside them."""
    with files.replacing(path) as temporary:
        temporary.write_bytes(content)
        try:
            found = open_structure_file(temporary)
        except Exception as error:
            problem = getattr(error, "problem", str(error))
            raise DownloadError(f"what came {problem}", source=url, expected="an mmCIF file") from None
        if found.format != "mmCIF":
            raise DownloadError(f"what came is {found.format}", source=url, expected="an mmCIF file")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    note = Fetched(url, found.sha256, len(content), now)
    files.write_text(_note(path), json.dumps(dataclasses.asdict(note), indent=2) + "\n")
