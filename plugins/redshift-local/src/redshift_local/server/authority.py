"""The server's own certificate authority, which clients that verify must trust."""

import ssl
from pathlib import Path

import trustme
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import load_pem_x509_certificate

CERTIFICATE = "ca.pem"
# The authority as a whole; only its certificate may leave the data folder.
_KEY = "ca.key"
_NAMES = ("127.0.0.1", "localhost")


def server_context(home: Path) -> ssl.SSLContext:
    """What the server proves itself with; makes `ca.pem` in its data folder on first use."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    _authority(home).issue_cert(*_NAMES).configure_cert(context)
    return context


def _authority(home: Path) -> trustme.CA:
    kept = home / _KEY
    if not kept.exists():
        made = trustme.CA(organization_name="redshift-local")
        draft = home / f"{_KEY}.new"
        draft.unlink(missing_ok=True)
        draft.touch(0o600)
        draft.write_bytes(made.private_key_pem.bytes() + made.cert_pem.bytes())
        draft.replace(kept)
    both = kept.read_bytes()
    certificate = load_pem_x509_certificate(both).public_bytes(serialization.Encoding.PEM)
    (home / CERTIFICATE).write_bytes(certificate)
    return trustme.CA.from_pem(cert_bytes=certificate, private_key_bytes=both)
