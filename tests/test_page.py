"""The page, in Debian's Chromium, against the real server and model."""

import re
import shutil
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from opencc import OpenCC

from api.app import create_app
from qa.assistant import build_assistant
from qa.indexing import index_files
from qa.passage_index import PassageIndex
from qa.settings import Settings
from tests.doors import SEEDS

pytestmark = [pytest.mark.browser, pytest.mark.model]

CHROMIUM = shutil.which("chromium")
REPRINTED = "qingyuan-nanning.txt"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def address(tmp_path_factory, model) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("page") / "index"
    index = PassageIndex.open(directory, model, create=True)
    reprints = directory.parent / "reprints"
    reprints.mkdir()
    text = (SEEDS / REPRINTED).read_text(encoding="utf-8")
    (reprints / "<b>reprint.txt").write_text(OpenCC("s2tw").convert(text), encoding="utf-8")
    index_files([SEEDS, reprints], index, model, passage_characters=200)
    index.close()
    app = create_app(build_assistant(Settings(index=directory), model))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    # The socket listens already: a request waits until the server takes it.
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["wide", "phone"])
def test_a_question_its_answer_and_its_place_in_the_original(browser, address, size):
    # Still: a panel that is sliding in stands beyond the edge for a moment.
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))

    page.goto(address)
    page.fill("#question", "贵阳国家高新区把力气集中在哪三个方向？")
    page.press("#question", "Enter")
    page.wait_for_selector(".passage mark")
    answer = page.inner_text(".passage mark")
    assert answer.replace("\n", "") in page.inner_text(".answer-text").replace("\n", "")

    page.click(".passage .source-link")
    page.wait_for_selector("#panel mark")
    marked = page.inner_text("#panel mark")
    # The original, damage and all: characters carry their pinyin.
    assert re.search(r"[一-鿿]\([a-zà-ǜ]+\)", marked)
    assert re.sub(r"\([a-zà-ǜ]+\)", "", marked).split() == answer.split()
    box = page.locator("#panel mark").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < size[1]
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= size[0]

    page.keyboard.press("Escape")
    page.fill("#question", "火星上有几座火山？")
    page.press("#question", "Enter")
    page.wait_for_selector(".not-found")
    assert faults == []
    assert all(url.startswith(address) for url in requests)
    page.close()


def test_a_reprint_is_named_and_opens(browser, address):
    page = browser.new_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address)
    page.fill("#question", "清远高新区管委会主任是谁？")
    page.press("#question", "Enter")
    page.wait_for_selector(".passage .also a")
    shown = page.inner_text(".passage .source-link")
    name = page.inner_text(".passage .also a")
    assert {name, shown.split(" ")[0].rsplit("/", 1)[-1]} == {REPRINTED, "<b>reprint.txt"}
    page.locator(".passage .also a").first.click()
    page.wait_for_selector("#panel mark")
    assert page.inner_text("#panel-path").endswith(name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert faults == []
    page.close()


def test_what_was_made_of_a_follow_up_is_shown_and_can_be_refused(browser, address):
    page = browser.new_page()
    page.goto(address)
    for question in ("南宁·中关村创新示范基地是哪天开门营业的？", "它的房间用掉了百分之多少？"):
        page.fill("#question", question)
        page.press("#question", "Enter")
        page.wait_for_selector(f".turn:last-child:has(.asked:text-is('{question}')) .took")
    assert page.inner_text(".understood q") == "南宁·中关村创新示范基地的房间用掉了百分之多少？"
    assert "86%" in page.inner_text(".turn:last-child .passage-text >> nth=0")

    with page.expect_request("**/v1/ask") as asked:
        page.click(".understood button")
    assert asked.value.post_data_json["as_typed"] is True
    assert asked.value.post_data_json["history"][0]["query"] == "南宁·中关村创新示范基地是哪天开门营业的？"
    page.wait_for_selector(".turn:last-child .took")
    assert page.locator(".understood").count() == 0
    page.reload()
    assert page.locator(".turn").count() == 2
    assert page.locator(".understood").count() == 0
    page.close()
