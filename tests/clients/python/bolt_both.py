"""A Bolt app for Python against a sandbox at SLACK_URL, unchanged: events, a command, a modal with
an external select, a button, a shortcut, the Home tab, a retry. TRANSPORT is http or socket."""

import json
import os
import threading
import time
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode
from urllib.request import urlopen

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from checks import API, URL, Checks, now, sandbox, screen

BY_SOCKET = os.environ["TRANSPORT"] == "socket"
checks = Checks(f"slack_bolt {os.environ['TRANSPORT']}")
sandbox("clock", {"advance": time.time() - datetime.fromisoformat(now()).timestamp()})
made = sandbox(
    "apps",
    {
        "name": "Bolt",
        "bot_scopes": ["app_mentions:read", "chat:write", "commands", "im:history", "im:write"],
        "bot_events": ["app_home_opened", "app_mention", "message.im"],
        "commands": [{"name": "/bolt"}],
        "shortcuts": [{"name": "Ask", "type": "global", "callback_id": "ask", "description": ""}],
        "has_home": True,
        "is_interactive": True,
        "socket_mode": BY_SOCKET,
        "install": "T0DEMO",
    },
)
app = App(
    signing_secret=made["signing_secret"],
    client=WebClient(token=made["bot_token"], base_url=API),
)


class Kept:
    """What a handler heard, for the script that waits for it."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.value: dict = {}

    def keep(self, value: dict) -> None:
        self.value = value
        self.event.set()

    def wait(self) -> dict:
        if not self.event.wait(10):
            raise SystemExit("a handler was not called")
        return self.value


mentions: list[tuple[str, object]] = []
pressed, saved, written, published = Kept(), Kept(), Kept(), Kept()


def text(words: str) -> dict:
    return {"type": "plain_text", "text": words}


def modal(callback_id: str) -> dict:
    title = {"type": "plain_text_input", "action_id": "title"}
    project = {"type": "external_select", "action_id": "project", "min_query_length": 1}
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": text("A form"),
        "submit": text("Save"),
        "blocks": [
            {"type": "input", "block_id": "title", "label": text("Title"), "element": title},
            {"type": "input", "block_id": "project", "label": text("Project"), "element": project},
        ],
    }


@app.event("app_mention")
def mentioned(body, request):
    retry = request.headers.get("x-slack-retry-num")
    mentions.append((body["event_id"], retry[0] if retry else None))


@app.event("app_home_opened")
def home_opened(event, client):
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "Home of all"}}
    view = {"type": "home", "blocks": [section]}
    client.views_publish(user_id=event["user"], view=view)
    published.keep(event)


@app.message("ping")
def ping(message, say):
    say("pong")
    written.keep(message)


@app.command("/bolt")
def command(ack, command, client):
    if command["text"] == "form":
        ack()
        client.views_open(trigger_id=command["trigger_id"], view=modal("form"))
        return
    button = {"type": "button", "action_id": "press", "value": "one", "text": text("Press")}
    blocks = [{"type": "actions", "elements": [button]}]
    ack(text="press it", response_type="in_channel", blocks=blocks)


@app.action("press")
def press(ack, action, body, respond):
    ack()
    respond(text=f"pressed {action['value']}", replace_original=True)
    pressed.keep(body)


@app.options("project")
def options(ack, payload):
    ack(options=[{"text": text(f"{payload['value']}/shop"), "value": "shop"}])


@app.view("form")
def submitted(ack, view):
    values = view["state"]["values"]
    title = values["title"]["title"]["value"]
    if title == "bad":
        ack(response_action="errors", errors={"title": "not that"})
        return
    ack()
    project = values["project"]["project"]["selected_option"]["value"]
    saved.keep({"title": title, "project": project})


@app.shortcut("ask")
def ask(ack, shortcut, client):
    ack()
    client.views_open(trigger_id=shortcut["trigger_id"], view=modal("asked"))


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        said = app.dispatch(BoltRequest(body=body, headers=headers))
        self.send_response(said.status)
        for name, value in said.first_headers_without_set_cookie().items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said.body.encode())

    def log_message(self, *_):
        pass


def serve() -> None:
    if BY_SOCKET:
        handler = SocketModeHandler(app, made["app_token"], web_client=app.client)
        handler.connect()
        return
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/slack/events"
    sandbox(f"apps/{made['app_id']}", {"request_url": url})


def seen(**query) -> dict:
    with urlopen(f"{URL}/sandbox/screen?{urlencode({**query, 'format': 'json'})}") as said:
        return json.load(said)


def soon(name: str, look):
    """What `look` finds, once it finds something: apps go on working after they acknowledged."""
    for _ in range(100):
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise SystemExit(f"{name}: not in ten seconds")


def modal_called(callback_id: str) -> dict:
    def look():
        top = seen(user="ana", modal=1)["modal"]
        return top if top and top["callback_id"] == callback_id else None

    return soon(f"the modal {callback_id}", look)


serve()
ana = {"user": "ana", "channel": "general"}

sandbox("type", {**ana, "text": "/bolt form"})
opened = modal_called("form")
checks.holds("the command opens a modal", opened["title"]["text"] == "A form", opened)
query = {"user": "ana", "view_id": opened["id"], "action_id": "project", "query": "acme"}
offered = sandbox("suggest", query)["options"]
checks.holds("options are asked for", offered[0]["text"]["text"] == "acme/shop", offered)
form = {"user": "ana", "view_id": opened["id"], "values": {"title": "bad", "project": "shop"}}
refused = sandbox("submit", form)
checks.holds("errors come back", refused["errors"] == {"title": "not that"}, refused)
sandbox("submit", {**form, "values": {"title": "good", "project": "shop"}})
checks.holds("the form arrives", saved.wait() == {"title": "good", "project": "shop"})

said = sandbox("type", {**ana, "text": "/bolt"})
sandbox("click", {**ana, "ts": said["ts"], "action_id": "press", "value": "one"})
container = pressed.wait()["container"]
checks.holds("the click names its message", container["message_ts"] == said["ts"], container)
message = next(m for m in screen("ana", "general") if m["ts"] == said["ts"])
checks.holds("the message is replaced", message["text"] == "pressed one", message)

sandbox("shortcut", {"user": "ana", "callback_id": "ask"})
opened = modal_called("asked")
checks.holds("a shortcut opens a modal", opened["title"]["text"] == "A form", opened)
sandbox("close", {"user": "ana"})

sandbox("type", {"user": "ana", "channel": "bolt", "text": "ping"})
checks.holds("a direct message arrives", written.wait()["channel_type"] == "im")
sandbox("home", {"user": "ana", "app": made["app_id"]})
published.wait()
home = soon("the Home tab", lambda: seen(user="ana", home=1, app=made["app_id"])["home"])
words = home["blocks"][0]["text"]["text"]
checks.holds("the Home tab is published", words == "Home of all", words)

sandbox("channels", {"name": "general", "members": ["ana", "ben", "ops", "bolt"]})
sandbox("fault", {"method": "event", "status": 503, "after": True, "times": 1})
sandbox("type", {**ana, "text": "@bolt are you there?"})
soon("an event that was not acknowledged comes again", lambda: len(mentions) == 2)
checks.holds("it is the same", mentions[0][0] == mentions[1][0], mentions)
retries = [retry for _, retry in mentions]
checks.holds("and says so", sorted(map(str, retries)) == ["1", "None"] or BY_SOCKET, retries)

checks.report()
os._exit(0)
