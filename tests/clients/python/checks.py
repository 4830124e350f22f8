"""What the Python clients share: a list of checks that is printed at the end, and the sandbox's
own endpoints."""

import json
import os
from urllib.parse import urlencode
from urllib.request import Request, urlopen

URL = os.environ.get("SLACK_URL", "")
API = URL + "/api/"


def sandbox(what: str, body: dict) -> dict:
    """A scripting endpoint."""
    headers = {"content-type": "application/json"}
    with urlopen(Request(f"{URL}/sandbox/{what}", json.dumps(body).encode(), headers)) as said:
        return json.load(said)


def screen(user: str, channel: str) -> list[dict]:
    """The messages that a person sees."""
    query = urlencode({"user": user, "channel": channel, "format": "json"})
    with urlopen(f"{URL}/sandbox/screen?{query}") as said:
        return json.load(said)["messages"]


def now() -> str:
    """The sandbox's time, in a form that Python 3.9 reads."""
    with urlopen(f"{URL}/sandbox/clock") as said:
        return json.load(said)["now"][:19] + "+00:00"


class Checks:
    """Counts what held; the first thing that did not stops the script."""

    def __init__(self, client: str) -> None:
        self.client = client
        self.names: list[str] = []

    def holds(self, name: str, claim: bool, seen: object = None) -> None:
        if not claim:
            raise SystemExit(f"{self.client}: {name}: not so: {seen!r}")
        self.names.append(name)

    def report(self) -> None:
        print(f"{self.client}: {len(self.names)} checks hold")


#: Calls that must fail, with the error that both clients see.
REFUSED = [
    ("chat_postMessage", {"channel": "C0NOWHERE", "text": "a"}, "channel_not_found"),
    ("chat_postMessage", {"channel": "C0LEADS", "text": "a"}, "channel_not_found"),
    ("chat_update", {"channel": "C0GENERAL", "ts": "1503435956.000247", "text": "a"}, "message_not_found"),
    ("chat_delete", {"channel": "C0GENERAL", "ts": "1503435956.000247"}, "message_not_found"),
    ("chat_postEphemeral", {"channel": "C0SECURITY", "user": "U0BEN", "text": "a"}, "user_not_in_channel"),
    ("chat_getPermalink", {"channel": "C0GENERAL", "message_ts": "1503435956.000247"}, "message_not_found"),
    ("conversations_info", {"channel": "C9"}, "channel_not_found"),
    ("conversations_history", {"channel": "C0GENERAL"}, "not_in_channel"),
    ("conversations_replies", {"channel": "C0SECURITY", "ts": "1503435956.000247"}, "thread_not_found"),
    ("conversations_join", {"channel": "C0SECURITY"}, "method_not_supported_for_channel_type"),
    ("conversations_open", {"users": ["U9"]}, "user_not_found"),
    ("conversations_list", {"cursor": "x"}, "invalid_cursor"),
    ("conversations_members", {"channel": "C9"}, "channel_not_found"),
    ("users_info", {"user": "U9"}, "user_not_found"),
    ("users_list", {"cursor": "x"}, "invalid_cursor"),
    ("users_lookupByEmail", {"email": "nobody@example.com"}, "users_not_found"),
    ("reactions_add", {"channel": "C0GENERAL", "name": "eyes", "timestamp": "1503435956.000247"}, "message_not_found"),
    ("team_info", {"team": "T1"}, "team_not_found"),
    ("bots_info", {"bot": "B1"}, "bot_not_found"),
]

#: A header one character too long, and what Slack says to it.
TOO_LONG = [{"type": "header", "text": {"type": "plain_text", "text": "a" * 151}}]
TOO_LONG_MESSAGE = "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
