"""Certificates for encrypted, mutually authenticated traffic between client, scheduler and workers.

One certificate authority signs one certificate that all roles use; its private key is thrown away, so nobody can
make another one. Whoever cannot show this certificate is refused by Dask, on every connection. Workers on this machine
get one that exists in memory alone and ends with them: on a shared machine the loopback interface is everybody's.
"""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import TYPE_CHECKING

from screening.errors import ClusterError, MissingExtraError, StorageError

if TYPE_CHECKING:
    from distributed.security import Security

CA, CERTIFICATE, KEY = "ca.pem", "certificate.pem", "key.pem"
DAYS = 365


def default_folder() -> Path:
    """Return where certificates are kept if nobody says otherwise: in the user's configuration folder."""
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(base).expanduser() / "workbench" / "certificates"


def make_certificates(folder: str | os.PathLike[str], *, days: int = DAYS) -> Path:
    """Make a certificate authority and a certificate in a new folder that only its owner can read.

    Raises
    ------
    ClusterError
        If there are certificates in the folder already.
    StorageError
        If it cannot be written.
    MissingExtraError
        If the package ``cryptography`` is not installed.
    """
    folder = Path(folder)
    if any((folder / name).exists() for name in (CA, CERTIFICATE, KEY)):
        raise ClusterError("there are certificates already", source=folder, expected="a new folder")
    authority, certificate, key = _signed(days)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, content in ((CA, authority), (CERTIFICATE, certificate), (KEY, key)):
            # Created unreadable for others from the first byte on, whatever the umask is.
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
    except OSError as error:
        raise StorageError(f"certificates cannot be written ({error.strerror})", source=folder) from error
    return folder


def _signed(days: int) -> tuple[bytes, bytes, bytes]:
    """Return PEM texts: certificate of the authority, certificate signed by it, private key of the latter."""
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import NameOID
    except ImportError as error:
        raise MissingExtraError(
            "certificates need the package cryptography", expected="pip install cryptography"
        ) from error
    now = datetime.datetime.now(datetime.UTC)
    # Clocks of cluster nodes disagree; a certificate is valid an hour before it was made.
    begin, end = now - datetime.timedelta(hours=1), now + datetime.timedelta(days=days)

    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    def bare(subject: str, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(named(subject))
            .issuer_name(named("workbench cluster authority"))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
        )

    root, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_id = x509.SubjectKeyIdentifier.from_public_key(root.public_key())
    authority = (
        bare("workbench cluster authority", root.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(root_id, critical=False)
        .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
        .sign(root, hashes.SHA256())
    )
    certificate = (
        bare("workbench cluster", leaf.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(leaf.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root_id), critical=False)
        .sign(root, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = leaf.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return authority.public_bytes(pem), certificate.public_bytes(pem), private


def security_of(folder: str | os.PathLike[str], *, check: bool = True) -> Security:
    """Return Dask's security settings for the certificates in a folder; encryption is required.

    Without `check` they may still have to be made.

    Raises
    ------
    ClusterError
        If there are none.
    """
    folder = Path(folder)
    missing = [name for name in (CA, CERTIFICATE, KEY) if check and not (folder / name).is_file()]
    if missing:
        raise ClusterError(
            f"there is no {missing[0]}", source=folder, expected="a folder made by `workbench cluster certificates`"
        )
    return _for_all_roles(*(str((folder / name).absolute()) for name in (CA, CERTIFICATE, KEY)))


def passing_security() -> Security:
    """Return security settings with certificates of their own, made now, that are never written to a disk.

    Raises
    ------
    MissingExtraError
        If the package ``cryptography`` is not installed.
    """
    return _for_all_roles(*(content.decode() for content in _signed(DAYS)))


def _for_all_roles(authority: str, certificate: str, key: str) -> Security:
    """Return settings in which client, scheduler and workers show the same certificate; paths or PEM texts."""
    from distributed.security import Security

    kinds = (("cert", certificate), ("key", key))
    roles = {f"tls_{role}_{kind}": text for role in ("client", "scheduler", "worker") for kind, text in kinds}
    return Security(require_encryption=True, tls_ca_file=authority, **roles)
