"""Only who shows the certificate is let in."""

from __future__ import annotations

import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from screening.clusters.address import is_loopback, open_address, scheduler_address
from screening.clusters.catalog import open_client
from screening.clusters.certificates import make_certificates, security_of
from screening.clusters.lean_scheduler import SCHEDULER_OPTIONS
from screening.errors import ClusterError
from tests.conftest import Run


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificates(tmp_path_factory.mktemp("tls") / "certificates")


@pytest.fixture(scope="module")
def encrypted(certificates: Path) -> Iterator[str]:
    """Address of a scheduler with one worker that talk TLS only."""
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        protocol="tls://",
        host="127.0.0.1",
        security=security_of(certificates),
        scheduler_kwargs=SCHEDULER_OPTIONS,
        silence_logs=50,
    ) as cluster:
        yield cluster.scheduler_address


def test_the_files_are_the_owners_alone(certificates: Path) -> None:
    assert sorted(path.name for path in certificates.iterdir()) == ["ca.pem", "certificate.pem", "key.pem"]
    assert stat.S_IMODE(certificates.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in certificates.iterdir()} == {0o600}
    with pytest.raises(ClusterError, match="there are certificates already"):
        make_certificates(certificates)


def test_openssl_agrees_that_the_certificate_is_signed(certificates: Path) -> None:
    checked = subprocess.run(
        ["openssl", "verify", "-CAfile", certificates / "ca.pem", certificates / "certificate.pem"],
        capture_output=True,
        text=True,
    )
    assert checked.stdout.strip().endswith("OK"), checked.stderr


def test_with_the_certificate_work_is_done(encrypted: str, certificates: Path) -> None:
    assert encrypted.startswith("tls://")
    with open_client(address=encrypted, certificates=certificates) as client:
        assert client is not None
        assert client.submit(sum, (1, 2)).result() == 3


def test_another_certificate_is_refused(tmp_path: Path, encrypted: str) -> None:
    stranger = make_certificates(tmp_path / "stranger")
    with (
        pytest.raises(ClusterError, match="no Dask scheduler answers there"),
        open_address(encrypted, certificates=stranger, timeout_seconds=2),
    ):
        pass


def test_no_certificate_is_refused(encrypted: str) -> None:
    with pytest.raises((OSError, TimeoutError)):
        Client(encrypted.replace("tls://", "tcp://"), timeout=2, set_as_default=False)


def test_plain_traffic_needs_a_word(tmp_path: Path) -> None:
    words = (
        r"tcp://192\.0\.2\.1:8786: is not encrypted, so everybody in its network could run code as you; expected tls"
    )
    with pytest.raises(ClusterError, match=words), open_address("tcp://192.0.2.1:8786"):
        pass
    words = r"tcp://127\.0\.0\.1:8786: is not encrypted, so every user of this machine could"
    with pytest.raises(ClusterError, match=words), open_address("tcp://127.0.0.1:8786"):
        pass
    words = r"there is no ca\.pem; expected a folder made by `workbench cluster"
    with pytest.raises(ClusterError, match=words), open_address("192.0.2.1:8786", certificates=tmp_path):
        pass


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("tcp://127.0.0.1:8786", True),
        ("localhost:8786", True),
        ("tls://[::1]:8786", True),
        ("tcp://10.1.2.3:8786", False),
        ("tls://head.cluster:8786", False),
    ],
)
def test_what_is_loopback(address: str, local: bool) -> None:
    assert is_loopback(address) is local


def test_a_scheduler_file_gives_its_address(tmp_path: Path) -> None:
    path = tmp_path / "scheduler.json"
    path.write_text('{"address": "tls://head:8786"}')
    assert scheduler_address(str(path)) == "tls://head:8786"
    with pytest.raises(ClusterError, match="no such scheduler file"):
        scheduler_address(str(tmp_path / "none.json"))
    path.write_text("[]")
    with pytest.raises(ClusterError, match="is no scheduler file"):
        scheduler_address(str(path))


def test_the_command_says_how_to_use_them(tmp_path: Path, workbench: Run) -> None:
    done = workbench("cluster", "certificates", "--out", tmp_path / "new", "--days", 3)
    assert done.returncode == 0, done.stderr
    assert f"--tls-key {tmp_path}/new/key.pem" in done.stdout
    again = workbench("cluster", "certificates", "--out", tmp_path / "new")
    assert again.returncode == 1
    assert "there are certificates already" in again.stderr
