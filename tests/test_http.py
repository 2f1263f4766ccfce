"""The HTTP interface, in process."""

from collections.abc import Iterator
from typing import get_type_hints

import pytest
from fastapi.testclient import TestClient

from api import schemas
from api.app import create_app
from qa.assistant import Assistant
from qa.calibration import load_calibration
from qa.errors import IndexDamagedError
from qa.indexing import index_files
from qa.passage_index import PassageIndex
from qa.reader import SentenceReader
from qa.retriever import Retriever
from tests.doors import SEEDS


def _client(index, encoder) -> TestClient:
    calibration = load_calibration()
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
    assert set(answer) == set(get_type_hints(schemas.AnswerJson))
    assert set(answer["answer"]["source"]) == set(get_type_hints(schemas.SourceJson))
    assert "45个" in answer["answer"]["text"]
    assert answer["answer"]["source"]["headline"] == "贵阳高新区加快发展大数据产业"
    assert answer["answer"]["source"]["headings"] == ["贵阳高新区加快发展大数据产业"]
    assert [passage["role"] for passage in answer["passages"]][:1] == ["text"]
    assert len(answer["passages"]) == 2


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


def test_history_is_searched_with_what_leans_on_it(client):
    history = [{"question": "永川大数据产业园入驻多少家企业？", "answer": "399家"}, "它何时建成？"]
    answer = client.post("/v1/ask", json={"question": "那产值呢？", "history": history}).json()
    assert answer["query"] == "永川大数据产业园入驻多少家企业？ 那产值呢？"
    assert answer["question"] == "那产值呢？"


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


@pytest.mark.parametrize("path", ["/v1/documents/none/text", "/nowhere", "/static/none.js", "/static/../app.py"])
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
    def fail(*_):
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
    assert "周岐贤" in answer["answer"]["text"]
    assert answer["answer"]["source"]["path"] == "seeds/qingyuan-nanning.txt"
