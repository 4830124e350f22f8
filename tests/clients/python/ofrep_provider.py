"""OpenFeature's Python provider against the evaluation of a service at SERVICE_URL.

EXPECTED has what the engine decides, as rows of flag, actor, enabled."""

import json
import os

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import Reason

from checks import Checks

checks = Checks("OpenFeature Python provider")
URL = os.environ["SERVICE_URL"]


def client(domain: str, token: str, url: str = URL, header: str = "Authorization"):
    value = f"Bearer {token}" if header == "Authorization" else token
    api.set_provider(OFREPProvider(url, headers_factory=lambda: {header: value}), domain=domain)
    return api.get_client(domain)


def of(key: str | None, **attributes) -> EvaluationContext:
    return EvaluationContext(targeting_key=key, attributes=attributes)


shop = client("shop", "shop-secret")
PROJECT = of("Project:12")

for flag, context, value, reason in [
    ("on", PROJECT, True, Reason.STATIC),
    ("off", PROJECT, False, Reason.DISABLED),
    ("named", PROJECT, True, Reason.TARGETING_MATCH),
    ("named", of("Project:3", **{"signalbox.ancestors": ["Group:9"]}), True, Reason.TARGETING_MATCH),
    ("named", of("Project:3", email="ana@example.com", plan={"name": "gold"}), False, Reason.DEFAULT),
    ("nearly_all", PROJECT, True, Reason.SPLIT),
    ("keep_cache", PROJECT, True, Reason.DEFAULT),
    ("stored_only", of(None), True, Reason.STATIC),
]:
    found = shop.get_boolean_details(flag, not value, context)
    seen = (found.value, found.reason, found.error_code, found.error_message)
    checks.holds(f"{flag} is answered", seen == (value, reason, None, None), seen)
    checks.holds("with a variant", found.variant == ("on" if value else "off"), found)
    checks.holds("and metadata", found.flag_metadata["environment"] == "production", found)

for flag, context, code in [
    ("nothing", PROJECT, ErrorCode.FLAG_NOT_FOUND),
    ("no/flag", PROJECT, ErrorCode.FLAG_NOT_FOUND),
    ("named", of(None), ErrorCode.TARGETING_KEY_MISSING),
    ("named", of("12"), ErrorCode.INVALID_CONTEXT),
]:
    found = shop.get_boolean_details(flag, True, context)
    seen = (found.value, found.reason, found.error_code)
    checks.holds(f"{flag}: {code}", seen == (True, Reason.ERROR, code), (seen, found.error_message))
    checks.holds("with words", bool(found.error_message), found)
found = shop.get_string_details("on", "default", PROJECT)
checks.holds("a boolean is no text", found.error_code == ErrorCode.TYPE_MISMATCH, found)

for header in ["PRIVATE-TOKEN", "X-API-Key"]:
    found = client(header, "shop-secret", header=header).get_boolean_details("on", False, PROJECT)
    checks.holds(f"the token comes as {header} too", found.value is True, found)
found = client("stranger", "wrong").get_boolean_details("on", False, PROJECT)
checks.holds("a wrong token gets the default", (found.value, found.error_message) == (False, "unauthorized"), found)
staging = client("staging", "shop-secret", f"{URL}/environments/staging/")
found = staging.get_boolean_details("on", False, PROJECT)
checks.holds("staging has flags of its own", found.error_code == ErrorCode.FLAG_NOT_FOUND, found)

rows = json.loads(os.environ["EXPECTED"])
for flag, actor, enabled in rows:
    found = shop.get_boolean_details(flag, not enabled, of(actor))
    checks.holds(f"{flag} for {actor} is the engine's", found.value is enabled, found)

checks.report()
