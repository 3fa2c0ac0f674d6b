"""A mail server for tests: STARTTLS, one user (oprag / letters), every letter a file."""
import pathlib
import ssl
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

port, directory = int(sys.argv[1]), pathlib.Path(sys.argv[2])


class Box:
    async def handle_DATA(self, server, session, envelope):
        name = f"{'+'.join(envelope.rcpt_tos)}"
        (directory / "box" / name).write_bytes(envelope.content)
        return "250 kept"


def authenticate(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b"oprag", b"letters")
    return AuthResult(success=good, handled=good)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(directory / "cert.pem", directory / "key.pem")
Controller(Box(), hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True,
           authenticator=authenticate, auth_required=True).start()
print("ready", flush=True)
threading.Event().wait()
