"""A Bolt app that receives slash commands from a sandbox at SLACK_URL, unchanged."""

import threading
import time
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from slack_bolt import App, BoltRequest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from checks import API, Checks, now, sandbox, screen

SECRET = "demo-signing-secret"
checks = Checks("slack_bolt App")
app = App(signing_secret=SECRET, client=WebClient(token="xoxb-demo", base_url=API))
answered = threading.Event()
heard: list[dict] = []
requests: list[tuple[bytes, dict]] = []


@app.command("/say")
def say(ack, command):
    heard.append(command)
    ack(f"you said {command['text']}")


@app.command("/tell")
def tell(ack):
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "*everyone*"}}
    ack(text="everyone", blocks=[block], response_type="in_channel")


@app.command("/work")
def work(ack, respond, client, command):
    ack()
    first = respond("working")
    client.chat_postEphemeral(channel=command["channel_id"], user=command["user_id"], text="psst")
    last = respond("done", replace_original=True)
    checks.holds("respond posts", (first.body, last.body) == ("ok", "ok"), (first.body, last.body))
    answered.set()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        requests.append((body, headers))
        said = app.dispatch(BoltRequest(body=body.decode(), headers=headers))
        self.send_response(said.status)
        for name, value in said.first_headers_without_set_cookie().items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said.body.encode())

    def log_message(self, *_):
        pass


# Bolt takes no request that is five minutes old by its own clock.
sandbox("clock", {"advance": time.time() - datetime.fromisoformat(now()).timestamp()})
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
for name in ["/say", "/tell", "/work", "/nobody"]:
    url = f"http://127.0.0.1:{server.server_port}/slack/events"
    sandbox("commands", {"command": name, "url": url})


def types(text: str, channel: str = "security") -> dict:
    return sandbox("type", {"user": "ana", "channel": channel, "text": text})


said = types("/say <this> & that")
checks.holds("a text is answered", said["answer"] == "you said &lt;this&gt; &amp; that", said)
checks.holds("the command names its typist", heard[0]["user_name"] == "ana", heard[0])
shown = screen("ana", "security")[-1]
checks.holds("to the typist alone", shown["ephemeral"] and shown["ts"] == said["ts"], shown)

body, headers = requests[0]
stamp, signature = headers["x-slack-request-timestamp"], headers["x-slack-signature"]
verifier = SignatureVerifier(SECRET)
checks.holds("slack_sdk verifies the signature", verifier.is_valid(body, stamp, signature), headers)
checks.holds("of this very body", not verifier.is_valid(body + b"&text=x", stamp, signature))
plain = headers["content-type"] == "application/x-www-form-urlencoded"
checks.holds("the form has no charset", plain, headers["content-type"])

said = types("/tell all")
checks.holds("blocks are answered", said["answer"]["blocks"][0]["type"] == "section", said)
line, answer = screen("ops", "security")[-2:]
checks.holds("everyone sees the command", line["text"] == "/tell all", line)
checks.holds("and its answer", answer["ts"] == said["ts"] and not answer["ephemeral"], answer)

said = types("/work")
checks.holds("nothing is answered at once", (said["answer"], said["ts"]) == (None, None), said)
checks.holds("but later", answered.wait(10))
texts = [message["text"] for message in screen("ana", "security") if message["ephemeral"]]
checks.holds("in place of the first answer", texts[-2:] == ["done", "psst"], texts)

said = types("/nobody listens")
checks.holds("a command nobody handles fails", said["error"] == "dispatch_failed", said)

server.shutdown()
checks.report()
