"""Holds modals and Home tabs against slack_sdk's own models.

Reads one view a line from standard input, as JSON, passes it through the models and prints how
many passed. The first that does not ends it, with its line number.
"""

import json
import sys

from slack_sdk.models.blocks import Block, InputInteractiveElement, InteractiveElement
from slack_sdk.models.views import View


def check_elements(block: dict) -> None:
    """The models of blocks look into most elements; this looks into every one."""
    elements = [block.get("element"), block.get("accessory"), *(block.get("elements") or [])]
    for element in elements:
        if not isinstance(element, dict) or element.get("type") in ("mrkdwn", "plain_text"):
            continue
        model = InteractiveElement.parse(element) or InputInteractiveElement.parse(element)
        if model is None:
            raise ValueError(f"slack_sdk knows no element of type {element.get('type')!r}")
        model.to_dict()


def main() -> None:
    count = 0
    for number, line in enumerate(sys.stdin, start=1):
        try:
            view = json.loads(line)
            for block in view["blocks"]:
                if Block.parse(block) is None:
                    raise ValueError(f"slack_sdk knows no block of type {block.get('type')!r}")
                check_elements(block)
            sent = View(**view).to_dict()
            for key in view:
                if key not in sent:
                    raise ValueError(f"slack_sdk drops {key!r}")
        except Exception as error:  # noqa: BLE001 - whatever the models raise, the line is bad
            sys.exit(f"line {number}: {type(error).__name__}: {error}")
        count += 1
    print(f"{count} views pass slack_sdk's models")


main()
