"""The asynchronous `slack_sdk` client (GET with a query for what reads) against SLACK_URL."""

import asyncio

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from checks import API, REFUSED, TOO_LONG, TOO_LONG_MESSAGE, Checks

checks = Checks("slack_sdk AsyncWebClient")


async def refused(client: AsyncWebClient, method: str, arguments: dict) -> SlackApiError:
    try:
        said = await getattr(client, method)(**arguments)
    except SlackApiError as error:
        return error
    raise SystemExit(f"{method}({arguments}) was not refused: {said.data}")


async def main() -> None:
    client = AsyncWebClient(token="xoxb-demo", base_url=API)
    me = await client.auth_test()
    checks.holds("auth.test says who the bot is", me["bot_id"] == "B0SIGNALBOX", me.data)
    posted = await client.chat_postMessage(channel="#general", text="hello")
    channel, ts = posted["channel"], posted["ts"]
    updated = await client.chat_update(channel=channel, ts=ts, text="changed")
    checks.holds("a message is changed", updated["text"] == "changed", updated.data)
    link = await client.chat_getPermalink(channel=channel, message_ts=ts)
    checks.holds("a permalink comes by GET", ts.replace(".", "") in link["permalink"], link.data)
    whisper = await client.chat_postEphemeral(channel="C0SECURITY", user="U0ANA", text="psst")
    checks.holds("an ephemeral message has a ts", "." in whisper["message_ts"], whisper.data)
    for method, arguments, error in REFUSED:
        seen = (await refused(client, method, arguments)).response["error"]
        checks.holds(f"{method} answers {error}", seen == error, seen)
    await client.conversations_join(channel=channel)
    channels = [page["channels"] async for page in await client.conversations_list(limit=2)]
    checks.holds("channels come in pages", len(channels) == 3, channels)
    members = [page["members"] async for page in await client.users_list(limit=2)]
    checks.holds("people come in pages", sum(map(len, members)) == 5, members)
    history = await client.conversations_history(channel=channel, limit=1)
    messages = [page["messages"] async for page in history]
    checks.holds("history comes in pages", len(messages) == 2, messages)
    bad = await refused(client, "chat_postMessage", {"channel": channel, "text": "a", "blocks": TOO_LONG})
    seen = bad.response["response_metadata"]["messages"]
    checks.holds("invalid blocks are pointed at", seen == [TOO_LONG_MESSAGE], seen)
    checks.holds("a message is deleted", (await client.chat_delete(channel=channel, ts=ts))["ok"])
    patient = AsyncWebClient(token="xoxb-demo", base_url=API)
    patient.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=3))
    for _ in range(6):
        said = await patient.chat_postMessage(channel="C0STAGING", text="often")
    checks.holds("the retry handler gets through", said["ok"])
    checks.report()


asyncio.run(main())
