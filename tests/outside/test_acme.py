"""U-28: certificates from an ACME server that we did not write (acme2certifier, with a certificate authority made here).

Two things of the internet stand in: names are looked up here, and the port that authorities connect back to, 443, is
the one our server listens on. All else is the other side's own: nonces, signatures, the proof, the signing.
"""

import datetime
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from beseda import Server, binary

NAMES = ["chat.example.com", "talk.example.com"]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


class Authority:
    """acme2certifier in a process of its own."""

    def __init__(self, folder, port_443):
        self.folder, self.port = Path(folder), free_port()
        self.key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        now = datetime.datetime.now(datetime.timezone.utc)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name).issuer_name(name).public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=365))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .add_extension(x509.KeyUsage(True, False, False, False, False, True, True, False, False), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        (self.folder / "ca.pem").write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        (self.folder / "ca.key").write_bytes(pem(self.key))
        (self.folder / "issued").mkdir()
        revoked = x509.CertificateRevocationListBuilder().issuer_name(name).last_update(now).next_update(now + datetime.timedelta(days=30))
        (self.folder / "ca.crl").write_bytes(revoked.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        (self.folder / "acme_srv.cfg").write_text(
            f"""[DEFAULT]
debug: False
[Nonce]
nonce_check_disable: False
[CAhandler]
handler_module: acme2certifier.cahandlers.openssl_ca_handler
issuing_ca_key: {self.folder}/ca.key
issuing_ca_cert: {self.folder}/ca.pem
issuing_ca_crl: {self.folder}/ca.crl
cert_save_path: {self.folder}/issued
cert_validity_days: 90
[DBhandler]
handler: wsgi
dbfile: {self.folder}/acme.db
[Challenge]
challenge_validation_disable: False
[Order]
tnauthlist_support: False
""", encoding="utf-8")
        self.log = open(self.folder / "log", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("acme_server.py"), str(self.port), str(port_443), *NAMES],
            env={**os.environ, "ACME_SRV_CONFIGFILE": str(self.folder / "acme_srv.cfg")},
            cwd=self.folder, stdout=self.log, stderr=self.log,
        )
        until(lambda: answers(self.port), "the authority to listen", self.said)

    @property
    def directory(self):
        return f"http://127.0.0.1:{self.port}/directory"

    def said(self):
        self.log.flush()
        return (self.folder / "log").read_text(encoding="utf-8")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def until(look, what, said=lambda: ""):
    """Waits for a condition of another process, at most half a minute."""
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"Waited in vain for {what}\n{said()}")


def shown(port, name):
    """The certificate a browser is shown, or None while there is none."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as raw, context.wrap_socket(raw, server_hostname=name) as tls:
            return x509.load_der_x509_certificate(tls.getpeercert(True))
    except (OSError, ssl.SSLError):
        return None


def names_of(certificate):
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return sorted(found.value.get_values_for_type(x509.DNSName))


def config(directory, names=NAMES, contact="admin@example.com"):
    listed = ", ".join(f'"{name}"' for name in names)
    return f'[tls]\nmode = "acme"\nnames = [{listed}]\ncontact = "{contact}"\ndirectory = "{directory}"\n'


def doctor(data):
    out = subprocess.run(
        [binary(), "--data", data, "--config", data / "config.toml", "doctor"],
        capture_output=True, text=True, timeout=60, check=True,
    )
    return next(line for line in out.stdout.splitlines() if line.startswith("certificate"))


@pytest.fixture
def place(tmp_path):
    port = free_port()
    authority = Authority(tmp_path, port)
    yield authority, port
    authority.stop()


def test_u_28_a_certificate_is_asked_for_proved_shown_and_kept(place):
    authority, port = place
    server = Server(f"127.0.0.1:{port}", config(authority.directory))
    try:
        both = lambda: server.log() + authority.said()
        certificate = until(lambda: shown(port, NAMES[0]), "a certificate", both)
        certificate.verify_directly_issued_by(authority.certificate)
        assert names_of(certificate) == sorted(NAMES)
        # A browser that trusts the authority is content, over either protocol of HTTP.
        context = ssl.create_default_context(cafile=authority.folder / "ca.pem")
        with socket.create_connection(("127.0.0.1", port), timeout=5) as raw, context.wrap_socket(raw, server_hostname=NAMES[1]) as tls:
            tls.sendall(f"GET /healthz HTTP/1.1\r\nHost: {NAMES[1]}\r\nConnection: close\r\n\r\n".encode())
            assert b"200 OK" in tls.recv(1000)
        # The proof is no page and is gone once it was looked at.
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["acme-tls/1"])
        with pytest.raises((ssl.SSLError, OSError)), socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
            context.wrap_socket(raw, server_hostname=NAMES[0])
        folder = server.data / "tls/acme"
        for name in ["certificate.pem", "account.json"]:
            assert (folder / name).stat().st_mode & 0o777 == 0o600
        assert "good" in doctor(server.data) and NAMES[0] in doctor(server.data)
        # The next start shows the kept one without asking again.
        server.end()
        orders = lambda: authority.said().count("POST /acme/neworders")
        before = orders()
        server = Server(f"127.0.0.1:{port}", config(authority.directory), server.data)
        again = until(lambda: shown(port, NAMES[0]), "the kept certificate", both)
        assert again.serial_number == certificate.serial_number
        assert orders() == before == 1
    finally:
        server.stop()


def test_u_28_an_old_certificate_is_shown_until_it_is_renewed_without_a_restart(place):
    authority, port = place
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.timezone.utc)
    old = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([])).issuer_name(authority.certificate.subject).public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - datetime.timedelta(days=80)).not_valid_after(now + datetime.timedelta(days=10))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in NAMES]), critical=True)
        .sign(authority.key, hashes.SHA256())
    )
    server = Server(f"127.0.0.1:{port}", config("http://127.0.0.1:9/directory"))
    data = server.data
    server.end()
    folder = data / "tls/acme"
    (folder / "certificate.pem").write_bytes(old.public_bytes(serialization.Encoding.PEM) + pem(key))
    (folder / "failure.json").unlink(missing_ok=True)
    server = Server(f"127.0.0.1:{port}", config(authority.directory), data)
    try:
        seen = set()

        def renewed():
            certificate = shown(port, NAMES[0])
            assert certificate, "there is always one"
            seen.add(certificate.serial_number)
            return certificate if certificate.serial_number != 7 else None

        fresh = until(renewed, "the renewal", lambda: server.log() + authority.said())
        fresh.verify_directly_issued_by(authority.certificate)
        assert len(seen) <= 2 and names_of(fresh) == sorted(NAMES)
    finally:
        server.stop()


def test_u_28_what_goes_wrong_is_said_in_plain_words():
    # Nobody is at the directory's address. (This authority tells nobody that a proof was not found: the words for
    # that are proved beside the code.)
    server = Server("127.0.0.1:0", config("http://127.0.0.1:9/directory"))
    try:
        until((server.data / "tls/acme/failure.json").exists, "the failure", server.log)
        line = doctor(server.data)
        assert "tls.directory" in line and "needs a look" in line, line
        assert "no certificate was given" in server.log()
        assert shown(int(server.url.rsplit(":", 1)[1]), NAMES[0]) is None
    finally:
        server.stop()
    for names in [["localhost"], ["10.0.0.5"], ["*.example.com"]]:
        with pytest.raises(RuntimeError, match="tls.names"):
            Server("127.0.0.1:0", config("http://127.0.0.1:9/directory", names))
