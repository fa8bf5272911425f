"""A company's mail provider made of programs that others wrote: aiosmtpd takes letters, pymap keeps the mailbox; each
behind TLS from the first byte and behind STARTTLS, with a certificate that only its own authority vouches for (P-21).

As a program it writes one JSON line with ports, authority and sign-in, then obeys lines `[method, arguments…]` and
answers each with one.
"""

import argparse
import asyncio
import contextlib
import email
import email.policy
import json
import ssl
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPService
from pymap.parsing.message import AppendMessage

ADDRESS = "shop@lavka.example"
PASSWORD = "письма и марки"
HOST = "127.0.0.1"


def certificates(folder: Path):
    """An authority and a certificate for loopback: the authority as text, and what a server shows."""
    now = datetime.now(timezone.utc)

    def signed(name, key, issuer, by, extensions):
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(by, hashes.SHA256())

    def named(text):
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    above, below = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = signed(named("Lavka authority"), above, named("Lavka authority"), above, [(x509.BasicConstraints(ca=True, path_length=0), True)])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST)), x509.DNSName("localhost")])
    leaf = signed(named("mail.lavka.example"), below, authority.subject, above, [(names, False)])
    plain = serialization.NoEncryption()
    shown, key = folder / "cert.pem", folder / "key.pem"
    shown.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(below.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown, key)
    return authority.public_bytes(serialization.Encoding.PEM).decode(), context


class Kept:
    """What was sent through the SMTP server, and how private the line was."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = letter.get_body(("plain", "html"))
        self.letters.append({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "private": session.ssl is not None,
            "headers": {name.lower(): str(value) for name, value in letter.items()},
            "text": body.get_content() if body else "",
            "files": [{"name": part.get_filename(), "kind": part.get_content_type(), "size": len(part.get_payload(decode=True))} for part in letter.iter_attachments()],
        })
        return "250 2.0.0 kept"


def allowed(_server, _session, _envelope, _mechanism, told):
    # Not handled: aiosmtpd says the refusal itself.
    return AuthResult(success=(told.login, told.password) == (ADDRESS.encode(), PASSWORD.encode()), handled=False)


async def piped(reader, writer):
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    with contextlib.suppress(ConnectionError, ssl.SSLError, RuntimeError):
        writer.close()


def port(server):
    return server.sockets[0].getsockname()[1]


class MailHouse:
    def __init__(self):
        self.kept = Kept()

    async def start(self, stack, folder):
        authority, context = certificates(folder)
        loop = asyncio.get_running_loop()

        def smtp(behind):
            # Whoever speaks TLS already is asked for no STARTTLS; whoever does not may not sign in before.
            starttls = {} if behind else {"tls_context": context, "require_starttls": True}
            return SMTP(self.kept, hostname="mail.lavka.example", authenticator=allowed, auth_required=True, auth_require_tls=not behind, enable_SMTPUTF8=True, loop=loop, **starttls)

        starttls = await loop.create_server(lambda: smtp(False), HOST, 0)
        tls = await loop.create_server(lambda: smtp(True), HOST, 0, ssl=context)
        args = argparse.Namespace(host=HOST, port=0, debug=False, cert=None, key=None, tls=True, passlib_cfg=None, proxy_protocol=None, inherited_sockets=None, demo_data=False, demo_user=ADDRESS, demo_password=PASSWORD)
        # pymap does not tell the port it was given, so it is chosen here.
        free = await asyncio.start_server(lambda *_: None, HOST, 0)
        imap_port = args.port = port(free)
        free.close()
        await free.wait_closed()
        self.backend, config = await DictBackend.init(args, ssl_context=context)
        config.apply_context()
        await self.backend.start(stack)
        await IMAPService(self.backend, config).start(stack)

        async def unwrapped(reader, writer):
            to = await asyncio.open_connection(HOST, imap_port)
            await asyncio.gather(piped(reader, to[1]), piped(to[0], writer))

        wrapping = await asyncio.start_server(unwrapped, HOST, 0, ssl=context)
        self.session = await stack.enter_async_context(self.backend.login.demo_user_identity.new_session())
        await self.session.mailbox_set.add_mailbox("Sent")
        return {
            "address": ADDRESS, "password": PASSWORD, "authority": authority,
            "smtp": {"tls": port(tls), "starttls": port(starttls)},
            "imap": {"tls": port(wrapping), "starttls": imap_port},
        }

    async def deliver(self, raw, folder="INBOX"):
        """Puts a letter into a folder, as if it had come."""
        box = await self.session.mailbox_set.get_mailbox(folder)
        when = parsedate_to_datetime(email.message_from_string(raw)["Date"])
        await box.append(AppendMessage(raw.replace("\n", "\r\n").encode(), when, frozenset()), recent=True)
        return True

    async def number(self, folder="INBOX"):
        """Takes the next number of a folder for a letter that is not there yet: others come before it and after."""
        box = await self.session.mailbox_set.get_mailbox(folder)
        box._max_uid += 1
        return box._max_uid

    async def deliver_late(self, raw, number, folder="INBOX"):
        """Puts a letter into its place among those that came after it: who reads on from the newest misses it."""
        box = await self.session.mailbox_set.get_mailbox(folder)
        newest, box._max_uid = box._max_uid, number - 1
        await self.deliver(raw, folder)
        box._max_uid = newest
        return True

    async def sent(self):
        """The letters that were handed over by SMTP."""
        return self.kept.letters

    async def folder(self, name):
        """The numbers of the letters in a folder."""
        box = await self.session.mailbox_set.get_mailbox(name)
        return [letter.uid async for letter in box.messages()]


async def run():
    house = MailHouse()
    with tempfile.TemporaryDirectory() as folder:
        async with contextlib.AsyncExitStack() as stack:
            print(json.dumps(await house.start(stack, Path(folder))), flush=True)
            lines = asyncio.StreamReader()
            await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
            while line := await lines.readline():
                method, *args = json.loads(line)
                print(json.dumps({"answer": await getattr(house, method)(*args)}), flush=True)


if __name__ == "__main__":
    asyncio.run(run())
