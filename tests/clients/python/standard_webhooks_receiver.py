"""Takes signed webhooks on a free port and says 204 to those whose signature holds, else 401.

Checked with the Python package of the specification. Prints its port and the time, in seconds,
and then what each webhook that holds says.
"""

import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(sys.argv[1])


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            said = webhook.verify(body, dict(self.headers))
        except WebhookVerificationError as error:
            print(f"refused: {error}", flush=True)
            self.send_response(401)
        else:
            print(f"held: {said['type']} of {said['data']['flag']}", flush=True)
            self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, int(time.time()), flush=True)
server.serve_forever()
