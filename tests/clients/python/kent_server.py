"""Runs kent, a Sentry that only remembers what it is sent, on a free port, which it prints."""

from kent.app import create_app
from werkzeug.serving import make_server

server = make_server("127.0.0.1", 0, create_app())
print(server.server_port, flush=True)
server.serve_forever()
