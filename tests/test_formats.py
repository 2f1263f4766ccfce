"""Files of every format to their text, and to passages that stand where they say: page, paragraph, row."""

import io
import zipfile
from pathlib import Path

import pytest

from qa.assistant import place
from qa.chunking import passages
from qa.cleaning import clean
from qa.datatypes import Document, place_number
from qa.errors import DocumentError
from qa.files.pdf import without_running_heads
from qa.files.sandbox import Sandbox
from qa.files.webpage import webpage_text
from qa.loading import SourceFile, load, refusal
from tests import samples
from tests.samples import FIRST, SECOND, THIRD


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def loaded(tmp_path: Path, sandbox: Sandbox):
    def load_bytes(name: str, data: bytes, encoding: str | None = None) -> Document:
        (tmp_path / name).write_bytes(data)
        return load(SourceFile(tmp_path / name, name), encoding, sandbox=sandbox)

    return load_bytes


ALL = {
    "a.txt": FIRST.encode(),
    "a.md": f"## 标题\n\n{FIRST}\n{SECOND}".encode(),
    "a.html": samples.page(),
    "front.md": f"---\ntitle: 标题\nauthor: 李明\n---\n\n{FIRST}\n\n# 又一个\n\n{SECOND}".encode(),
    "columns.pdf": samples.paper([[(50, 700, 200, 10, FIRST * 4), (290, 700, 200, 10, SECOND * 4)]]),
    "damaged.txt": (
        "科技創(chuàng)新是大(dà)事,要發展新質生產力??萍紕?(chuàng)新是國家高新區的天然屬性。\r\n"
        f"園\u200b區建成３座廠房,總投資達到\n\n图为车间。 李明 摄\n\n八億元。\n{FIRST}\n{FIRST}\n"
    ).encode(),
    "a.pdf": samples.pdf([samples.lines([FIRST, SECOND]), [], samples.lines([THIRD])]),
    "a.docx": samples.docx(),
    "a.epub": samples.epub(),
    "a.csv": samples.CSV.encode(),
    "a.tsv": "text\tid\n第一行的文字。\t1\n第二行的文字。\t2\n".encode(),
    "a.jsonl": samples.JSONL.encode(),
    "pairs.jsonl": samples.PAIRS.encode(),
}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("limit", [40, 100, 200])
def test_passages_of_every_format_stand_where_they_say(loaded, name: str, limit: int) -> None:
    document = loaded(name, ALL[name])
    found = passages(document, limit)
    assert found
    starts = {"page": "page", "paragraph": "paragraph", "row": "row"}
    for passage in found:
        source = passage.source
        original = document.text[source.start : source.end]
        assert passage.alignment.apply(original) == passage.text
        begin, end = next((begin, end) for begin, end in document.parts if source.start < end)
        again = clean(document.text[begin:end], source.start - begin, source.end - begin)
        assert again.text == passage.text
        assert again.alignment == passage.alignment
        assert source.line == document.text.count("\n", 0, source.start) + 1
        numbers = {unit: getattr(source, unit) for unit in starts}
        expected = place_number(document.places, source.start)
        assert numbers == {unit: expected if unit == document.unit else None for unit in starts}
        for begin in range(len(passage.text)):
            span = place(passage, begin, begin + 1, original)
            made = passage.alignment.slice(begin, begin + 1).apply(document.text[span.start : span.end])
            assert made == passage.text[begin]
            assert getattr(span, document.unit or "page") == place_number(document.places, span.start)


def test_places_begin_where_their_text_begins(loaded) -> None:
    for name, data in ALL.items():
        document = loaded(name, data)
        starts = [place.start for place in document.places]
        assert starts == sorted(set(starts))
        assert bool(starts) == (document.unit is not None)
        assert all(document.text[start].strip() for start in starts)


# HTML


def test_a_page_is_its_article_and_what_it_says_of_itself(loaded) -> None:
    document = loaded("a.html", samples.page())
    assert document.text == (
        "# 贵阳高新区加快发展大数据产业\n■ 李明\n来源：贵阳日报 日期：2018-05-03\n\n"
        f"{FIRST}\n\n{SECOND}\n\n### 配套设施\n\n{THIRD}\n\n| 园区 | 项目 |\n| 贵阳 | 45 |\n| 清远 | 30 |\n\n"
        "- 第一，引进人才。\n- 第二，减免租金。\n"
    )
    assert (document.format, document.unit, len(document.places)) == ("html", "paragraph", 10)
    last = passages(document, 60)[-1].source
    assert (last.headline, last.byline) == ("贵阳高新区加快发展大数据产业", "李明")
    assert (last.publication, last.date) == ("贵阳日报", "2018-05-03")


@pytest.mark.parametrize(
    ("head", "title", "author", "date"),
    [
        ("<title>标题 - 某某网</title>", "标题", None, None),
        ('<title>站名</title><meta property="og:title" content="真正的标题">', "真正的标题", None, None),
        (
            '<title>甲</title><meta name="author" content="王芳"><meta name="PubDate" content="2020/3/7">',
            "甲",
            "王芳",
            "2020-03-07",
        ),
        (
            """<title>乙</title><script type="application/ld+json">{"@graph": [{"author": [{"name": "丁一"},
            {"name": "王二"}], "datePublished": "2021-11-05T08:00:00Z"}]}</script>""",
            "乙",
            "丁一、王二",
            "2021-11-05",
        ),
        (
            '<title>丙</title><script type="application/ld+json">{damaged</script><meta name="author" content="admin">',
            "丙",
            None,
            None,
        ),
    ],
)
def test_metadata_of_pages(head: str, title: str, author: str | None, date: str | None) -> None:
    text = webpage_text(f"<html><head>{head}</head><body><p>{FIRST}</p><p>© 2012 某某网</p></body></html>").text
    assert text.startswith(f"# {title}\n")
    assert (f"■ {author}\n" in text) == bool(author)
    assert (f"日期：{date}\n" in text) == bool(date)
    assert "■" not in text or author
    assert "日期" not in text or date


def test_a_page_of_wechat_names_the_account_and_not_the_platform() -> None:
    head = '<meta property="og:title" content="三代人"><meta property="og:site_name" content="微信公众平台">'
    about = '<span id="js_author_name">陈阿梅</span><a id="js_name"> 桂北风物 </a><em id="publish_time">2024年11月20日 18:30</em>'
    page = f"<html><head>{head}</head><body><h1>三代人</h1><div>{about}</div><div><p>{FIRST}</p></div></body></html>"
    assert webpage_text(page).text.startswith("# 三代人\n■ 陈阿梅\n来源：桂北风物 日期：2024-11-20\n")


def test_an_old_page_of_tables_and_line_breaks() -> None:
    menu = " | ".join(f"<a href={number}>栏目{number}</a>" for number in range(12))
    text = webpage_text(
        f"<html><body><table><tr><td colspan=2>{menu}</td></tr><tr><td><a href=1>推荐文章</a></td>"
        f"<td><br>　　{FIRST}<br><br>　　{SECOND}</td></tr><tr><td>版权所有 某某网</td></tr></table></body></html>"
    ).text
    assert text == f"{FIRST}\n\n{SECOND}\n"


def test_a_short_page_keeps_its_one_sentence() -> None:
    text = webpage_text(f"<body><ul id=nav>{samples.MENU}</ul><main><p>永川园区入驻399家企业。</p></main></body>").text
    assert text == "永川园区入驻399家企业。\n"


def test_a_name_does_not_cost_the_text() -> None:
    text = webpage_text(f'<body><div class="share-content menu"><p>{FIRST}</p><p>{SECOND}</p></div></body>').text
    assert text == f"{FIRST}\n\n{SECOND}\n"


def test_source_line_breaks_are_no_spaces_in_chinese_and_are_in_english() -> None:
    text = webpage_text("<p>高新区引进了\n  人才，很多。</p><p>A park\n of firms, many.</p>").text
    assert text == "高新区引进了人才，很多。\n\nA park of firms, many.\n"


def test_lines_of_preformatted_text_stay_lines_and_code_stands_between_fences() -> None:
    code = '<pre><code class="language-js">for (boat of boats) {\n\n    sold(boat);\n}\n</code></pre>'
    poem = "<pre>江边的船，\n  <b>慢慢</b>走远<br>，不见。\n</pre>"
    text = webpage_text(f"<body><p>{FIRST}</p>{code}<p>{SECOND}</p>{poem}behind it, too.<pre> </pre></body>").text
    fenced = "```\nfor (boat of boats) {\n\n    sold(boat);\n}\n```"
    assert text == f"{FIRST}\n\n{fenced}\n\n{SECOND}\n\n江边的船，\n  慢慢走远\n，不见。\n\nbehind it, too.\n"
    numbered = "<pre><span class=line><div>a;</div><div>b;\n</div>c;</span></pre>"
    assert webpage_text(f"<body>{numbered}</body>").text == "```\na;\nb;\nc;\n```\n"
    article = f"<pre><span class=big>{FIRST}</span>\n{SECOND}</pre>"
    assert webpage_text(f"<body>{article}</body>").text == f"{FIRST}\n{SECOND}\n"


@pytest.mark.parametrize("html", ["", "<html></html>", "<!-- only -->", "<script>x</script>", "\0\0", "<p>" * 5000])
def test_pages_without_text(html: str) -> None:
    assert webpage_text(html).text.strip() == ""


def test_a_page_without_any_mark_of_a_sentence_keeps_its_lines() -> None:
    assert (
        webpage_text("<body><div>联系电话 12345</div><div>地址 贵阳</div></body>").text
        == "联系电话 12345\n\n地址 贵阳\n"
    )


# PDF


def test_pages_of_a_pdf_keep_their_numbers(loaded) -> None:
    document = loaded("a.pdf", ALL["a.pdf"])
    assert (document.unit, document.encoding, document.undecodable) == ("page", "none", 0)
    assert [place.number for place in document.places] == [1, 3]
    assert document.text[document.places[1].start :].startswith(THIRD[:10])
    assert {passage.source.page for passage in passages(document, 60)} == {1, 3}


def test_a_word_divided_at_the_end_of_a_line_is_one(loaded) -> None:
    document = loaded(
        "a.pdf", samples.pdf([[(60, 700, "An exam-"), (60, 680, "ple of it, see page 3-"), (60, 660, "4.")]])
    )
    assert "An example of it" in document.text
    assert "3-" in document.text


def test_running_heads_and_page_numbers_go_and_the_text_stays(loaded) -> None:
    pages = [
        [
            (60, 820, f"贵阳日报 2018年5月{n}日"),
            *samples.lines([f"{'甲乙丙丁戊'[n - 1]}区的正文，各不相同，写的是{n}号园区。", THIRD]),
            (300, 30, f"- {n} -"),
        ]
        for n in range(1, 6)
    ]
    text = loaded("a.pdf", samples.pdf(pages)).text
    assert "贵阳日报" not in text
    assert "- 3 -" not in text
    assert text.count("各不相同") == 5
    assert "".join(text.split()).count(THIRD) == 5


def test_what_comes_back_within_pages_is_no_running_head() -> None:
    pages = [[f"开头{letter}", "第一行", "同一句话。", "最后一行", f"结尾{letter}"] for letter in "甲乙丙丁"]
    assert all(start <= 2 < end for start, end in without_running_heads(pages))
    assert without_running_heads([["一行"], ["一行"], ["一行"]]) == [(0, 1)] * 3


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.pdf", b"%PDF-1.4 nothing", "is damaged: no PDF"),
        ("a.pdf", b"", "is damaged: no PDF"),
        ("a.pdf", samples.pdf([[]]), "holds no text: its pages are pictures"),
        ("a.docx", b"no archive", "is damaged: no zip archive"),
        ("a.docx", samples.archive({"a": b"b"}), "is damaged: no Word document"),
        ("a.docx", samples.docx()[:-4000], "is damaged"),
        ("a.epub", samples.archive({"a": b"b"}), "META-INF/container.xml is missing"),
        ("a.epub", samples.epub(**{"OEBPS/book.opf": b"<package"}), "is damaged: no EPUB"),
        ("a.csv", b"text\n", "holds no text"),
        ("a.jsonl", b'{"text": "a"}\n{"text"\n', "line 2 is not JSON"),
        ("a.jsonl", b'{"text": "a"}\n[1]\n', "line 2 is no JSON object"),
        ("a.jsonl", b"[" * 100_000, "line 1 is not JSON"),
        ("a.html", b"<html><body></body></html>", "holds no text"),
    ],
)
def test_damage_is_one_line_about_its_file(loaded, name: str, data: bytes, says: str) -> None:
    with pytest.raises(DocumentError) as error:
        loaded(name, data)
    assert str(error.value).startswith(f"{name}: ")
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_an_encrypted_pdf_is_named(loaded) -> None:
    with pytest.raises(DocumentError, match="is encrypted"):
        loaded("a.pdf", samples.pdf([samples.lines([FIRST])], encrypt="secret"))


# DOCX, EPUB


def test_word_documents_in_order_with_headings_and_tables(loaded) -> None:
    document = loaded("a.docx", samples.docx())
    assert document.text == (
        f"# 高新区年度报告\n\n{FIRST}\n\n# 配套设施\n\n{SECOND}\n\n"
        f"| 园区 | 项目 | 投资 |\n| 贵阳和清远 | 408亿元 |\n\n- 引进人才\n\n{THIRD}\n"
    )
    assert [place.number for place in document.places] == list(range(1, 9))
    assert passages(document, 100)[0].source.headline == "高新区年度报告"


def test_text_that_python_docx_passes_over_is_read(loaded) -> None:
    inner = '<w:t xml:space="preserve">{}</w:t>'
    runs = (
        f"<w:ins><w:r>{inner.format('插入的')}</w:r></w:ins><w:smartTag><w:r>{inner.format('2018年')}</w:r></w:smartTag>"
        "<w:del><w:r><w:delText>删去的</w:delText></w:r></w:del><w:r><w:tab/>" + inner.format("末尾。") + "</w:r>"
    )
    source = io.BytesIO(samples.docx())
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    body = members["word/document.xml"]
    block = f"<w:sdt><w:sdtContent><w:p>{runs}</w:p></w:sdtContent></w:sdt>"
    members["word/document.xml"] = body.replace(b"<w:body>", b"<w:body>" + block.encode(), 1)
    assert loaded("a.docx", samples.archive(members)).text.startswith("插入的2018年\t末尾。\n")


def test_chapters_of_a_book_in_reading_order(loaded) -> None:
    document = loaded("a.epub", samples.epub())
    assert document.text == (
        f"# 园区故事\n■ 张悦\n来源：某某出版社 日期：2019-06-01\n\n# 第一章 开始\n\n{FIRST}\n\n{SECOND}\n\n# 第二章 继续\n\n{THIRD}\n"
    )
    assert [passage.source.headline for passage in passages(document, 200)][-2:] == ["第一章 开始", "第二章 继续"]


# CSV, JSONL


def test_rows_are_numbered_as_a_spreadsheet_does(loaded) -> None:
    document = loaded("a.csv", samples.CSV.encode("gb18030"))
    assert document.encoding == "gb18030"
    assert [place.number for place in document.places] == [2, 4]
    found = passages(document, 200)
    bodies = [passage.source for passage in found if passage.text.startswith(("贵阳", "下一步"))]
    assert [(source.row, source.headline, source.date) for source in bodies] == [
        (2, "大数据", "2018-05-03"),
        (4, "公寓, 学校", None),
    ]


def test_rows_never_share_a_passage_or_a_sentence(loaded) -> None:
    found = passages(loaded("a.jsonl", samples.JSONL.encode()), 400)
    assert [passage.source.row for passage in found] == [1, 3, 4]
    assert found[2].text == "另一行的文字，与上一行无关。"


def test_a_question_is_the_headline_of_its_answer(loaded) -> None:
    found = passages(loaded("a.jsonl", samples.PAIRS.encode()), 200)
    assert [(passage.source.headline, passage.text) for passage in found] == [
        ("投资是多少？", FIRST),
        ("何时投入使用？", THIRD),
    ]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gold.jsonl", samples.GOLD, "no column named text"),
        ("a.jsonl", '{"id": 1, "text": 5}\n', "no column named text"),
        ("a.csv", "id,name\n1,甲\n", "no column named text"),
        ("a.csv", "text,id\n甲,1\n", None),
        ("a.csv", "问题,答案\n甲,乙\n", None),
        ("a.jsonl", samples.JSONL, None),
        ("a.jsonl", "{damaged", None),
        ("a.xlsx", "", "format not supported (.xlsx)"),
        ("a", "", "format not supported (no suffix)"),
        ("a.txt", "", None),
    ],
)
def test_what_is_no_document_says_why(tmp_path: Path, name: str, content: str, says: str | None) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    reason = refusal(SourceFile(tmp_path / name, name))
    assert reason is None if says is None else says in (reason or "")


def test_a_long_table_is_judged_by_its_first_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(samples.GOLD * 20_000, encoding="utf-8")
    assert refusal(SourceFile(path, path.name)) is not None
