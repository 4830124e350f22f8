"""Writes, counts and searches documents of the sandbox through Elasticsearch's own client."""

import os

from elasticsearch import (
    ApiError,
    AuthenticationException,
    BadRequestError,
    ConflictError,
    Elasticsearch,
    NotFoundError,
    helpers,
)

URL = os.environ["GITLAB_URL"] + "/-/elasticsearch"
INDEX = "logs-signalbox-demo"
MINUTE = {"gte": "2026-11-20T09:00:00Z", "lt": "2026-11-20T09:10:00Z", "format": "strict_date_optional_time"}

held: list[str] = []


def holds(name: str, claim: bool, seen: object = None) -> None:
    """Counts what held; the first thing that did not stops the script."""
    if not claim:
        raise SystemExit(f"elasticsearch: {name}: not so: {seen!r}")
    held.append(name)


def refused(name: str, kind: type[ApiError], why: str, call) -> None:
    try:
        call()
    except kind as error:
        holds(name, why in str(error.body), error.body)
    else:
        raise SystemExit(f"elasticsearch: {name}: was not refused")


def words(text: str, **options) -> dict:
    safe = {"default_operator": "AND", "allow_leading_wildcard": False, "lenient": False, "time_zone": "UTC"}
    return {"query_string": {"query": text, **safe, **options}}


client = Elasticsearch(URL, api_key=("demo", "demo-elasticsearch-key"), retry_on_timeout=False, max_retries=0)


def writing() -> None:
    holds("info", client.info()["version"]["number"].startswith("8."), client.info())
    stranger = Elasticsearch(URL, api_key="bm86a2V5", max_retries=0)
    refused("no key", AuthenticationException, "security_exception", stranger.info)
    lines = (
        {
            "_op_type": "create",
            "_index": INDEX,
            "_id": f"line-{number}",
            "@timestamp": f"2026-11-20T09:0{number % 10}:00.000Z",
            "message": "channel_not_found: the channel is gone" if number % 4 == 0 else "delivered",
            "log": {"level": "ERROR" if number % 4 == 0 else "INFO"},
            "json.class": "Integrations::ExecuteWorker",
            "json": {"feature_flag_states": [f"a_flag:{number % 2}", "other:1"], "project_id": number % 7},
        }
        for number in range(40)
    )
    written, errors = helpers.bulk(client, lines)
    holds("bulk", written == 40 and not errors, errors)
    refused("again", ConflictError, "version_conflict", lambda: client.create(index=INDEX, id="line-1", document={"a": 1}))
    made = client.index(index="events", document={"type": "chatops"})
    holds("index", made["result"] == "created", made)
    holds("get", client.get(index="events", id=made["_id"])["_source"]["type"] == "chatops")
    holds("delete", client.delete(index="events", id=made["_id"])["result"] == "deleted")
    refused("gone", NotFoundError, "found", lambda: client.get(index="events", id=made["_id"]))
    client.indices.refresh(index=INDEX)
    wrong = {"@timestamp": "yesterday"}
    refused("wrong type", BadRequestError, "document_parsing_exception", lambda: client.index(index=INDEX, document=wrong))


def counting() -> None:
    def count(query: dict) -> int:
        answer = client.count(index="logs-*", query=query, allow_no_indices=False, ignore_unavailable=False)
        holds("shards", answer["_shards"]["failed"] == 0 and answer["_shards"]["total"] == 1, answer)
        return answer["count"]

    errors = words("log.level:ERROR AND json.class:Integrations\\:\\:ExecuteWorker")
    holds("errors", count({"bool": {"filter": [{"range": {"@timestamp": MINUTE}}, errors]}}) == 10)
    holds("on", count(words('json.feature_flag_states:"a_flag:1"')) == 20)
    holds("nested", count(words('json.feature_flag_states:"a_flag:0" -log.level:ERROR')) == 10)
    holds("message", count(words("message:(gone channel)")) == 10)
    holds("anywhere", count(words("delivered", lenient=True)) == 30)
    refused("strict anywhere", BadRequestError, "failed to parse date field [delivered]", lambda: count(words("delivered")))
    holds("phrase", count({"match_phrase": {"message": "channel is gone"}}) == 10)
    holds("match", count({"match": {"message": {"query": "gone nowhere", "operator": "or"}}}) == 10)
    holds("keyword", count({"term": {"log.level.keyword": "ERROR"}}) == 10)
    holds("terms", count({"terms": {"json.project_id": [1, 2]}}) == 12)
    holds("exists", count({"exists": {"field": "json.project_id"}}) == 40)
    holds("range", count(words("json.project_id:[2 TO 4} AND @timestamp:[2026-11-20T09:05 TO *]")) == count(
        {"bool": {"must": [{"range": {"json.project_id": {"gte": 2, "lt": 4}}}, {"range": {"@timestamp": {"gte": "2026-11-20T09:05"}}}]}}
    ))
    holds("wildcard", count(words("json.class:Integrations*")) == 40)
    refused("syntax", BadRequestError, "Failed to parse query [a AND]", lambda: count(words("a AND")))
    refused("leading", BadRequestError, "not allowed as first character", lambda: count(words("*Worker")))
    refused("number", BadRequestError, "query_shard_exception", lambda: count(words("json.project_id:many")))
    refused("clause", BadRequestError, "unknown query [fuzzy]", lambda: count({"fuzzy": {"a": "b"}}))
    refused("key", BadRequestError, "request does not support [size]", lambda: client.perform_request(
        "POST", f"/{INDEX}/_count", headers={"content-type": "application/json", "accept": "application/json"}, body={"size": 1}
    ))
    refused("no index", NotFoundError, "no such index [none-*]", lambda: client.count(index="none-*", allow_no_indices=False))
    holds("no index is none", client.count(index="none-*")["count"] == 0)
    refused("parameter", BadRequestError, "unrecognized parameter: [colour]", lambda: client.perform_request(
        "GET", f"/{INDEX}/_count", params={"colour": "red"}, headers={"accept": "application/json"}
    ))


def searching() -> None:
    arm = {
        "t": {"date_histogram": {"field": "@timestamp", "fixed_interval": "60s", "min_doc_count": 0}},
        "u": {"cardinality": {"field": "json.project_id"}},
    }
    states = {"on": words('json.feature_flag_states:"a_flag:1"'), "off": words('json.feature_flag_states:"a_flag:0"')}
    found = client.search(
        index="logs-*",
        query=words("log.level:ERROR"),
        size=0,
        track_total_hits=True,
        aggs={"arms": {"filters": {"filters": states}, "aggs": arm}, "levels": {"terms": {"field": "log.level"}}},
    )
    holds("total", found["hits"]["total"] == {"value": 10, "relation": "eq"} and not found["timed_out"], found)
    arms = found["aggregations"]["arms"]["buckets"]
    holds("arms", (arms["on"]["doc_count"], arms["off"]["doc_count"]) == (0, 10), arms)
    points = arms["off"]["t"]["buckets"]
    holds("points", [point["doc_count"] for point in points] == [2, 0, 2, 0, 2, 0, 2, 0, 2], points)
    holds("first point", points[0]["key_as_string"] == "2026-11-20T09:00:00.000Z", points[0])
    holds("people", arms["off"]["u"]["value"] == 7, arms)
    holds("levels", found["aggregations"]["levels"]["buckets"] == [{"key": "ERROR", "doc_count": 10}])
    newest = client.search(index=INDEX, sort=[{"@timestamp": "desc"}], size=3)["hits"]["hits"]
    holds("newest", {hit["_source"]["@timestamp"] for hit in newest} == {"2026-11-20T09:09:00.000Z"}, newest)
    refused("body", BadRequestError, "Unknown key", lambda: client.search(index=INDEX, body={"colour": {}}))
    refused("aggregation", BadRequestError, "Unknown aggregation type [percentile]", lambda: client.search(
        index=INDEX, aggs={"p": {"percentile": {"field": "x"}}}
    ))
    refused("text", BadRequestError, "Fielddata is disabled", lambda: client.search(
        index=INDEX, aggs={"m": {"terms": {"field": "message"}}}
    ))


for family in (writing, counting, searching):
    family()
print(f"elasticsearch: {len(held)} claims held")
