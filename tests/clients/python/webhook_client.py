"""`slack_sdk`'s webhook clients against the incoming webhooks of a sandbox at SLACK_URL."""

import asyncio

from slack_sdk.models.blocks import SectionBlock
from slack_sdk.webhook import WebhookClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from checks import TOO_LONG, URL, Checks, sandbox, screen

checks = Checks("slack_sdk WebhookClient")
LEGACY = URL + "/services/T0DEMO/B0LEGACY/demo-webhook-secret"
client = WebhookClient(LEGACY)

said = client.send_dict({"channel": "#production", "username": "GitLab", "text": "old integration"})
checks.holds("a webhook posts", (said.status_code, said.body) == (200, "ok"), said.body)
message = screen("ana", "production")[-1]
checks.holds("under its own name", message["username"] == "GitLab", message)
checks.holds("and says what it came through", message["via"] == "webhook", message)

said = client.send(text="hello", blocks=[SectionBlock(text="*Body*")])
checks.holds("models go in as blocks", (said.status_code, said.body) == (200, "ok"), said.body)
checks.holds("where the webhook was put", screen("ana", "general")[-1]["text"] == "hello")

made = sandbox("webhook", {"channel": "staging"})["url"]
said = asyncio.run(AsyncWebhookClient(made).send(text="app"))
checks.holds("the asynchronous client posts", (said.status_code, said.body) == (200, "ok"), said.body)
checks.holds("as the app", screen("ana", "staging")[-1]["author"]["name"] == "signalbox")

for body, status, word in [
    ({"text": ""}, 400, "no_text"),
    ({"text": "a", "blocks": TOO_LONG}, 400, "invalid_blocks"),
    ({"text": "a", "channel": "#nowhere"}, 404, "channel_not_found"),
]:
    said = client.send_dict(body)
    checks.holds(f"refused with {word}", (said.status_code, said.body) == (status, word), said.body)
said = WebhookClient(URL + "/services/T0DEMO/B0LEGACY/wrong").send(text="a")
checks.holds("a wrong secret is refused", (said.status_code, said.body) == (403, "invalid_token"), said.body)

limited = None
for _ in range(20):
    said = client.send_dict({"channel": "#g_manage_integrations", "text": "fast"})
    if said.status_code != 200:
        limited = said
        break
checks.holds("a fast sender meets 429", limited is not None and limited.status_code == 429)
wait = {name.lower(): value for name, value in limited.headers.items()}["retry-after"]
checks.holds("with whole seconds to wait", int(wait) >= 1, limited.headers)

checks.report()
