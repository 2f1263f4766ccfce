"""The HTTP interface, in process."""

import re
from collections.abc import Iterator
from typing import get_type_hints

import pytest
from fastapi.testclient import TestClient
from opencc import OpenCC

from api import schemas
from api.app import create_app
from qa.assistant import Assistant
from qa.calibration import Signals, load_calibration
from qa.errors import IndexDamagedError
from qa.indexing import index_files
from qa.passage_index import PassageIndex
from qa.reading.sentence_reader import SentenceReader
from qa.retriever import Retriever
from tests.doors import SEEDS


def _client(index, encoder) -> TestClient:
    calibration = load_calibration("sentence")
    assistant = Assistant(index, Retriever(index, encoder), SentenceReader(), calibration, threshold=0.0)
    return TestClient(create_app(assistant), raise_server_exceptions=False)


@pytest.fixture
def client(index, encoder) -> Iterator[TestClient]:
    with _client(index, encoder) as client:
        yield client


def test_ask(client):
    response = client.post("/v1/ask", json={"question": "贵阳高新区新引进多少个大数据项目？", "k": 2})
    assert response.status_code == 200
    answer = response.json()
    assert set(answer) == set(get_type_hints(schemas.AnswerJson)) - {"explanation"}
    assert set(answer["answer"]["source"]) == set(get_type_hints(schemas.SourceJson))
    assert "45个" in answer["answer"]["text"]
    assert answer["answer"]["source"]["headline"] == "贵阳高新区加快发展大数据产业"
    assert answer["answer"]["source"]["headings"] == ["贵阳高新区加快发展大数据产业"]
    assert [passage["role"] for passage in answer["passages"]][:1] == ["text"]
    assert len(answer["passages"]) == 2


def test_an_answer_says_why(client):
    body = {"question": "贵阳高新区新引进多少个大数据项目？", "k": 2, "explain": True}
    answer = client.post("/v1/ask", json=body).json()
    assert set(answer) == set(get_type_hints(schemas.AnswerJson))
    assert set(answer["explanation"]["contributions"]) == set(Signals._fields)
    first = answer["passages"][0]
    assert first["terms"]
    assert (first["dense"] > 0, first["lexical"] > 0, first["relevance"]) == (True, True, None)


def test_the_time_by_stage_is_a_header(client):
    for path, stages in (("ask", {"read", "dense", "beside.lexical"}), ("search", {"dense", "beside.lexical"})):
        response = client.post(f"/v1/{path}", json={"question": "贵阳高新区新引进多少个大数据项目？"})
        metrics = dict(metric.split(";dur=") for metric in response.headers["Server-Timing"].split(", "))
        assert set(metrics) >= {"encode", "fuse", "total", *stages}
        assert ("read" in metrics) == (path == "ask")
        times = {name: float(value) for name, value in metrics.items()}
        assert sum(times[name] for name in times if "beside" not in name) == pytest.approx(2 * times["total"], abs=0.1)
        assert sum(response.json()["timings"].values()) == pytest.approx(times["total"], abs=0.2)
        assert all(re.fullmatch(r"[\w.]+", name) for name in metrics)


def test_the_original_of_a_damaged_span(client):
    answer = client.post("/v1/ask", json={"question": "大連高新區科技創新步伐如何？"}).json()
    span = answer["answer"]
    assert span["text"] == "科技創新步伐加快，提前一年完成了目標。"
    document = client.get(f"/v1/documents/{span['source']['document']}/text").json()
    assert document["sha256"] == span["source"]["sha256"]
    place = document["text"][span["source"]["start"] : span["source"]["end"]]
    assert place == "科技創(chuàng)新步伐加快，提前一年完成了目標。"


def test_search_and_documents(client):
    found = client.post("/v1/search", json={"question": "永川大数据产业园", "k": 1}).json()
    assert set(found) == set(get_type_hints(schemas.SearchJson))
    assert "399家" in found["passages"][0]["text"]
    documents = client.get("/v1/documents").json()["documents"]
    assert [document["path"] for document in documents] == [
        "papers/2019/dalian.txt",
        "papers/guiyang.txt",
        "papers/zones.md",
    ]


def test_conditions_narrow_down_what_is_searched(client):
    question = {"question": "高新区有多少家企业？"}
    found = client.post("/v1/search", json={**question, "where": ["path=*/2019/*"]}).json()
    assert {passage["source"]["path"] for passage in found["passages"]} == {"papers/2019/dalian.txt"}
    answer = client.post("/v1/ask", json={**question, "where": ["script=simplified", "path!=*/guiyang.txt"]}).json()
    assert {passage["source"]["path"] for passage in answer["passages"]} == {"papers/zones.md"}
    assert answer["answer"]["source"]["path"] == "papers/zones.md"
    answer = client.post("/v1/ask", json={**question, "where": ["date>=2018"]}).json()
    assert (answer["passages"], answer["answer"]) == ([], None)


def test_passages_around_a_place(client):
    span = client.post("/v1/ask", json={"question": "贵阳高新区新引进多少个大数据项目？"}).json()["answer"]["source"]
    path = f"/v1/documents/{span['document']}/passages"
    everything = client.get(path, params={"n": 50}).json()
    assert set(everything) == set(get_type_hints(schemas.PassagesJson))
    assert (everything["sha256"], everything["path"]) == (span["sha256"], "papers/guiyang.txt")
    passages = everything["passages"]
    assert [passage["number"] for passage in passages] == list(range(len(passages)))
    assert len(passages) >= 2
    # By any offset of a passage, and so by that of any span in it, come the passage and its neighbours.
    for number, passage in enumerate(passages):
        near = client.get(path, params={"around": passage["source"]["start"], "n": 1, "sha256": span["sha256"]}).json()
        assert near["passages"] == passages[max(number - 1, 0) : number + 2]
    alone = client.get(path, params={"around": span["start"], "n": 0}).json()["passages"]
    assert [passage["source"]["start"] <= span["start"] for passage in alone] == [True]
    characters = len(client.get(f"/v1/documents/{span['document']}/text").json()["text"])
    assert client.get(path, params={"around": characters, "n": 0}).json()["passages"] == passages[-1:]


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"around": -1}, 422),
        ({"around": 100_000}, 422),
        ({"around": 10**30}, 422),
        ({"around": "here"}, 422),
        ({"n": -1}, 422),
        ({"n": 51}, 422),
        ({"sha256": "0" * 64}, 404),
    ],
)
def test_places_that_are_not_there_are_problems(client, parameters, status):
    document = client.get("/v1/documents").json()["documents"][0]["id"]
    response = client.get(f"/v1/documents/{document}/passages", params=parameters)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status


def test_a_document_without_passages_has_none_around(index, encoder, document):
    with _client(index, encoder) as client:
        made = document("\n", "empty.txt")
        index.replace(made, [], encoder.encode_passages([]), location="/empty.txt", recipe="r")
        assert client.get("/v1/documents/empty.txt/passages").json()["passages"] == []


@pytest.mark.parametrize("door", ["ask", "search"])
def test_hits_bring_their_context(client, door):
    body = {"question": "贵阳高新区新引进多少个大数据项目？", "k": 3}
    without = client.post(f"/v1/{door}", json=body).json()["passages"]
    assert [(hit["before"], hit["after"]) for hit in without] == [([], [])] * 3
    hits = client.post(f"/v1/{door}", json={**body, "context": 1}).json()["passages"]
    assert [hit["text"] for hit in hits] == [hit["text"] for hit in without]
    assert any(hit["before"] for hit in hits)
    for hit in hits:
        path = f"/v1/documents/{hit['source']['document']}/passages"
        near = client.get(path, params={"around": hit["source"]["start"], "n": 1}).json()["passages"]
        own = {"number": near[len(hit["before"])]["number"], "text": hit["text"], "source": hit["source"]}
        assert [*hit["before"], own, *hit["after"]] == near
    assert client.post(f"/v1/{door}", json={**body, "context": 51}).status_code == 422
    assert client.post(f"/v1/{door}", json={**body, "context": -1}).status_code == 422


def test_a_reprint_is_named_with_the_passage(index, encoder, folder):
    text = (folder / "guiyang.txt").read_text(encoding="utf-8").replace("贵阳高新区加快", "贵阳：加快")
    (folder / "reprint.txt").write_text(OpenCC("s2tw").convert(text), encoding="utf-8")
    index_files([folder], index, encoder, passage_characters=100)
    with _client(index, encoder) as client:
        answer = client.post("/v1/ask", json={"question": "贵阳高新区新引进多少个大数据项目？"}).json()
        found = client.post("/v1/search", json={"question": "贵阳高新区新引进多少个大数据项目？"}).json()
    first = answer["passages"][answer["answer"]["passage"]]
    assert set(first) == set(get_type_hints(schemas.PassageJson))
    (also,) = first["also"]
    assert set(also) == set(get_type_hints(schemas.SourceJson))
    assert {first["source"]["path"], also["path"]} == {"papers/guiyang.txt", "papers/reprint.txt"}
    assert found["passages"] == answer["passages"]


def test_history_is_searched_with_what_leans_on_it(client):
    history = [{"question": "永川大数据产业园入驻多少家企业？", "answer": "399家"}, "它何时建成？"]
    answer = client.post("/v1/ask", json={"question": "那产值呢？", "history": history}).json()
    assert answer["query"] == "永川大数据产业园的产值是多少？"
    assert answer["question"] == "那产值呢？"
    history[1] = {"question": "它何时建成？", "query": "南通高新区何时建成？"}
    assert (
        client.post("/v1/search", json={"question": "它有多大？", "history": history}).json()["query"]
        == "南通高新区有多大？"
    )


def test_what_was_made_of_a_question_can_be_refused(client):
    history = ["永川大数据产业园入驻多少家企业？"]
    for route in ("/v1/ask", "/v1/search"):
        found = client.post(route, json={"question": "它何时建成？", "history": history, "as_typed": True}).json()
        assert found["query"] == "它何时建成？"


def test_health(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"question": ""}', 422),
        ('{"question": "  \\n"}', 422),
        ("{}", 422),
        ("", 422),
        ("{broken", 422),
        ('{"question": 7}', 422),
        ('{"question": "谁", "k": 0}', 422),
        ('{"question": "谁", "k": NaN}', 422),
        ('{"question": "谁", "k": 1e999}', 422),
        ('{"question": "\\ud800"}', 422),
        ('{"question": "谁", "unknown": 1}', 422),
        ('{"question": "谁", "history": [7]}', 422),
        ('{"question": "谁", "where": "date>=2018"}', 422),
        ('{"question": "谁", "where": [2018]}', 422),
        ('{"question": "谁", "where": ["date>=soon"]}', 422),
        ('{"question": "谁", "where": ["title=x"]}', 422),
        ('{"question": "谁", "where": ["path=\\ud800"]}', 422),
        ('{"question": "谁", "where": ["path=' + "长" * 1000 + '"]}', 422),
        ('{"question": "谁", "where": [' + ", ".join(['"date>2018"'] * 21) + "]}", 422),
        ('{"question": "' + "长" * 2001 + '"}', 422),
        ('{"question": "' + "长" * 350_000 + '"}', 413),
    ],
)
def test_bad_requests_are_problems(client, body, status):
    response = client.post("/v1/ask", content=body.encode(), headers={"Content-Type": "application/json"})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["detail"]
    assert len(problem["detail"]) < 300


@pytest.mark.parametrize(
    "path",
    ["/v1/documents/none/text", "/v1/documents/none/passages", "/nowhere", "/static/none.js", "/static/../app.py"],
)
def test_what_is_not_there_is_a_problem(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_a_wrong_method_is_a_problem(client):
    response = client.get("/v1/ask")
    assert response.status_code == 405
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("error", "status"), [(IndexDamagedError("/secret/path is damaged"), 503), (RuntimeError("/secret/path"), 500)]
)
def test_faults_do_not_tell_paths(index, encoder, monkeypatch, error, status):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(Assistant, "ask", fail)
    with _client(index, encoder) as client:
        response = client.post("/v1/ask", json={"question": "谁"})
    assert response.status_code == status
    assert "secret" not in response.text
    assert response.headers["content-type"] == "application/problem+json"


def test_every_response_has_the_security_headers(client):
    for response in (client.get("/"), client.get("/nowhere"), client.get("/static/app.js"), client.get("/healthz")):
        assert response.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert response.headers["x-content-type-options"] == "nosniff"
    assert client.get("/static/app.js").headers["content-type"].startswith("text/javascript")


def test_the_schema_is_published_without_foreign_scripts(client):
    schema = client.get("/v1/openapi.json").json()
    assert {"/v1/ask", "/v1/search", "/v1/documents", "/v1/documents/{document}/text"} <= set(schema["paths"])
    assert client.get("/docs").status_code == 404


@pytest.mark.model
def test_the_sample_corpus_through_the_real_model(tmp_path, model):
    index = PassageIndex.open(tmp_path / "index", model, create=True)
    index_files([SEEDS], index, model, passage_characters=200)
    with _client(index, model) as client:
        answer = client.post("/v1/ask", json={"question": "How many projects did Qingyuan sign in 2018?"}).json()
        assert answer["passages"]
        answer = client.post("/v1/ask", json={"question": "清遠高新區管委會主任是誰？"}).json()
        leaning = {
            "question": "他给园区定了什么目标？",
            "history": [{"question": answer["question"], "query": answer["query"]}],
        }
        completed = client.post("/v1/ask", json=leaning).json()
        assert completed["query"] == "清遠高新區管委會主任给园区定了什么目标？"
        assert "百强" in completed["passages"][0]["text"]
        assert client.post("/v1/ask", json={**leaning, "as_typed": True}).json()["query"] == leaning["question"]
    assert "周岐贤" in answer["answer"]["text"]
    assert answer["answer"]["source"]["path"] == "seeds/qingyuan-nanning.txt"
