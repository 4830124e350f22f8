"""Holds messages against slack_sdk's own models.

Reads one message a line from standard input, as JSON {"text", "blocks", "attachments"}, passes
every block and attachment through the models and prints how many messages passed. The first
that does not ends it, with its line number.
"""

import inspect
import json
import sys

from slack_sdk.models.attachments import Attachment, AttachmentField, BlockAttachment
from slack_sdk.models.blocks import Block


def check_blocks(blocks: list) -> list:
    parsed = []
    for block in blocks:
        model = Block.parse(block)
        if model is None:
            raise ValueError(f"slack_sdk knows no block of type {block.get('type')!r}")
        model.to_dict()
        parsed.append(model)
    return parsed


def known(model: type, attachment: dict) -> dict:
    """What the model takes of an attachment; it has no place for ids and the like."""
    taken = inspect.signature(model.__init__).parameters
    return {key: value for key, value in attachment.items() if key in taken}


def check_attachment(attachment: dict) -> None:
    if "blocks" in attachment:
        blocks = check_blocks(attachment["blocks"])
        BlockAttachment(**{**known(BlockAttachment, attachment), "blocks": blocks}).to_dict()
        return
    fields = [AttachmentField(**field) for field in attachment.get("fields") or []]
    Attachment(**{"text": "", **known(Attachment, attachment), "fields": fields}).to_dict()


def main() -> None:
    count = 0
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            message = json.loads(line)
            check_blocks(message.get("blocks") or [])
            for attachment in message.get("attachments") or []:
                check_attachment(attachment)
        except Exception as error:  # noqa: BLE001 - whatever the models raise, the line is bad
            sys.exit(f"line {number}: {type(error).__name__}: {error}")
        count += 1
    print(f"{count} messages pass slack_sdk's models")


main()
