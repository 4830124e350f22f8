"""The synchronous `slack_sdk` client against a sandbox at SLACK_URL."""

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.models.blocks import HeaderBlock, SectionBlock

from checks import API, REFUSED, TOO_LONG, TOO_LONG_MESSAGE, Checks

checks = Checks("slack_sdk WebClient")
client = WebClient(token="xoxb-demo", base_url=API)


def refused(method: str, arguments: dict) -> SlackApiError:
    try:
        said = getattr(client, method)(**arguments)
    except SlackApiError as error:
        return error
    raise SystemExit(f"{method}({arguments}) was not refused: {said.data}")


me = client.auth_test()
checks.holds("auth.test says who the bot is", me["bot_id"] == "B0SIGNALBOX", me.data)
checks.holds("scopes are in the headers", "chat:write" in me.headers["x-oauth-scopes"], me.headers)
checks.holds("api.test gives arguments back", client.api_test(foo="bar")["args"]["foo"] == "bar")

# Messages
posted = client.chat_postMessage(
    channel="#general",
    text="hello",
    blocks=[HeaderBlock(text="Header"), SectionBlock(text="*Body*")],
    attachments=[{"color": "good", "text": "beside"}],
    metadata={"event_type": "delivery", "event_payload": {"id": "dlv_1"}},
    unfurl_links=False,
)
channel, ts = posted["channel"], posted["ts"]
checks.holds("a name is answered with its id", channel == "C0GENERAL", posted.data)
checks.holds("models go in as blocks", posted["message"]["blocks"][1]["text"]["text"] == "*Body*")
updated = client.chat_update(channel=channel, ts=ts, text="changed", blocks=[])
checks.holds("a message is changed", updated["text"] == "changed", updated.data)
checks.holds("an empty list takes blocks away", "blocks" not in updated["message"], updated.data)
link = client.chat_getPermalink(channel=channel, message_ts=ts)["permalink"]
checks.holds("a permalink names the message", link.endswith("/p" + ts.replace(".", "")), link)
reply = client.chat_postMessage(channel=channel, text="reply", thread_ts=ts, reply_broadcast=True)
checks.holds("a reply is in its thread", reply["message"]["thread_ts"] == ts, reply.data)
whisper = client.chat_postEphemeral(channel="C0SECURITY", user="U0ANA", text="psst")
checks.holds("an ephemeral message has a ts", "." in whisper["message_ts"], whisper.data)
checks.holds("a reaction is added", client.reactions_add(channel=channel, timestamp=ts, name="eyes")["ok"])
again = refused("reactions_add", {"channel": channel, "timestamp": ts, "name": "eyes"})
checks.holds("and only once", again.response["error"] == "already_reacted")
checks.holds("a message is deleted", client.chat_delete(channel=channel, ts=reply["ts"])["ok"])

# Reading
for method, arguments, error in REFUSED:
    seen = refused(method, arguments).response["error"]
    checks.holds(f"{method} answers {error}", seen == error, seen)
joined = client.conversations_join(channel=channel)
checks.holds("the bot joins", joined["channel"]["is_member"], joined.data)
again = client.conversations_join(channel=channel)
checks.holds("joining twice warns", again["warning"] == "already_in_channel", again.data)
history = client.conversations_history(channel=channel, include_all_metadata=True)
first = next(message for message in history["messages"] if message["ts"] == ts)
checks.holds("history gives metadata", first["metadata"]["event_payload"]["id"] == "dlv_1", first)
thread = client.conversations_replies(channel=channel, ts=ts)
checks.holds("a thread begins with its root", thread["messages"][0]["ts"] == ts, thread.data)
direct = client.conversations_open(users=["U0BEN"], return_im=True)
checks.holds("a direct message opens", direct["channel"]["user"] == "U0BEN", direct.data)
made = client.conversations_create(name="made-here")
checks.holds("a channel is made", made["channel"]["name"] == "made-here", made.data)
found = client.users_lookupByEmail(email="ana@example.com")["user"]["id"]
checks.holds("people are found by email", client.users_info(user=found)["user"]["name"] == "ana")

# Paging
pages = [page["channels"] for page in client.conversations_list(limit=2, types="public_channel")]
checks.holds("channels come in pages", len(pages) == 3 and all(len(page) <= 2 for page in pages), pages)
pages = [page["members"] for page in client.users_list(limit=2)]
checks.holds("people come in pages", sum(map(len, pages)) == 5 and len(pages) == 3, pages)
pages = [page["messages"] for page in client.conversations_history(channel=channel, limit=1)]
checks.holds("history comes in pages", len(pages) == 2 and all(len(page) == 1 for page in pages), pages)
pages = [page["members"] for page in client.conversations_members(channel=channel, limit=2)]
checks.holds("members come in pages", sum(map(len, pages)) == 5, pages)

# Validation
bad = refused("chat_postMessage", {"channel": channel, "text": "a", "blocks": TOO_LONG})
messages = bad.response["response_metadata"]["messages"]
checks.holds("invalid blocks are pointed at", messages == [TOO_LONG_MESSAGE], bad.response.data)
bad = refused("api_call", {"api_method": "blocks.validate", "json": {"blocks": TOO_LONG}})
pointer = bad.response["errors"][0]["pointer"]
checks.holds("blocks.validate points too", pointer == "/0/text/text", bad.response.data)
bad = refused("chat_update", {"channel": channel, "ts": ts, "text": "a" * 4001})
checks.holds("a long update is refused", bad.response["error"] == "msg_too_long")
try:
    WebClient(token="xoxb-nobody", base_url=API).auth_test()
except SlackApiError as error:
    checks.holds("a wrong token is refused", error.response["error"] == "invalid_auth")

# Rate limits
limited = None
for _ in range(20):
    try:
        client.chat_postMessage(channel="C0STAGING", text="fast")
    except SlackApiError as error:
        limited = error.response
        break
checks.holds("a fast sender meets 429", limited is not None and limited.status_code == 429)
checks.holds("with whole seconds to wait", int(limited.headers["Retry-After"]) >= 1, limited.headers)
checks.holds("and Slack's word for it", limited["error"] == "ratelimited", limited.data)
patient = WebClient(token="xoxb-demo", base_url=API)
patient.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=3))
checks.holds("the retry handler gets through", patient.chat_postMessage(channel="C0STAGING", text="slow")["ok"])

checks.report()
