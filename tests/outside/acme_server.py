"""Starts acme2certifier on a port of loopback: acme_server.py PORT PORT_OF_443 NAME…"""

import importlib.util
import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import acme2certifier
from acme2certifier.acme_srv import helper

port, port_443, names = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]

# The internet: these names lead here, and port 443 of here is the port of the server under test.
look_up, connect = helper.fqdn_resolve, helper.servercert_get
helper.fqdn_resolve = lambda logger, name, *more: ("127.0.0.1", False, None) if name in names else look_up(logger, name, *more)
helper.servercert_get = lambda logger, name, _port=443, *more, **kept: connect(logger, name, port_443, *more, **kept)

# What is not there yet is made by the program's own tool.
from acme2certifier.tools import a2c_db_update  # noqa: E402,F401

spec = importlib.util.spec_from_file_location(
    "a2c_wsgi", Path(acme2certifier.__file__).parent / "share/acme2certifier_wsgi.py"
)
wsgi = importlib.util.module_from_spec(spec)
spec.loader.exec_module(wsgi)


class Plain(WSGIRequestHandler):
    """No look-ups of who calls."""

    def address_string(self):
        return self.client_address[0]


make_server("127.0.0.1", port, wsgi.application, handler_class=Plain).serve_forever()
