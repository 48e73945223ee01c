"""The sandbox's own certificate authority, by which APIs answer under their real host names."""

import ssl
from collections.abc import Iterable
from pathlib import Path

import trustme
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import load_pem_x509_certificate

CERTIFICATE = "ca.pem"
# The authority as a whole; only its certificate may leave the data folder.
_KEY = "ca.key"


def open_authority(home: Path) -> trustme.CA:
    """The authority of a data folder, made when there is none yet; its certificate is `ca.pem`."""
    kept = home / _KEY
    if not kept.exists():
        made = trustme.CA(organization_name="Headwater sandbox")
        _write(kept, made.private_key_pem.bytes() + made.cert_pem.bytes(), 0o600)
    both = kept.read_bytes()
    certificate = load_pem_x509_certificate(both).public_bytes(serialization.Encoding.PEM)
    _write(home / CERTIFICATE, certificate, 0o644)
    return trustme.CA.from_pem(cert_bytes=certificate, private_key_bytes=both)


def server_context(authority: trustme.CA, names: Iterable[str]) -> ssl.SSLContext:
    """What a server needs to prove that it is all of these hosts (`*.` for every first label)."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.set_alpn_protocols(["http/1.1"])
    authority.issue_cert(*names).configure_cert(context)
    return context


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a file at once or not at all."""
    if path.exists() and path.read_bytes() == content:
        return
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.touch(mode)
    draft.write_bytes(content)
    draft.replace(path)
