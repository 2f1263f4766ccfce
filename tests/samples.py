"""Files of every format, made by the tests themselves."""

import io
import re
import zipfile
from collections.abc import Sequence

FIRST = "贵阳高新区去年新引进了45个大数据项目，总投资达到128亿元。戴尔、华为等11家企业组建了技术联盟。"
SECOND = "“我们的目标是成为国家级示范区。”管委会负责人说，园区还建成了3.5万平方米的孵化器。"
THIRD = "下一步，高新区将继续完善人才公寓、学校等配套设施，预计明年年底投入使用。"

MENU = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in ("首页", "新闻", "财经", "科技", "体育", "房产"))
PAGE = f"""<!DOCTYPE html>
<html lang="zh"><head><meta charset="CHARSET"><title>贵阳高新区加快发展大数据产业_某某网</title>
<meta property="og:site_name" content="某某网"></head>
<body><div id="nav"><ul>{MENU}</ul></div>
<div class="crumbs">您的位置：<a href="/">首页</a> &gt; 正文</div>
<div class="article"><h1>贵阳高新区加快发展大数据产业</h1>
<div class="info">2018年5月3日 08:00 来源：贵阳日报 作者：李明 字号：<a>大</a> <a>小</a></div>
<div class="content"><p>　　{FIRST}</p><p>{SECOND}</p><h2>配套设施</h2><p>{THIRD}</p>
<table><tr><th>园区</th><th>项目</th></tr><tr><td>贵阳</td><td>45</td></tr><tr><td>清远</td><td>30</td></tr></table>
<ul><li>第一，引进人才。</li><li>第二，减免租金。</li></ul></div></div>
<div class="sidebar"><h3>热点</h3><ul><li><a href="/a">全国多地迎来降温天气，专家提醒注意保暖</a></li></ul></div>
<div class="footer"><p>版权所有 某某网 Copyright 2003-2019</p><script>var a = "脚本。";</script></div></body></html>
"""


def page(encoding: str = "utf-8", said: str | None = None) -> bytes:
    """A news page with a menu, a side bar and a footer, in an encoding, and with one that it names."""
    return PAGE.replace("CHARSET", said or encoding).encode(encoding)


def pdf(pages: Sequence[Sequence[tuple[int, int, str]]], **options: object) -> bytes:
    """A PDF of strings at places, in a font whose characters are known by a table of Adobe's."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file, **options)
    for strings in pages:
        canvas.setFont("STSong-Light", 12)
        for x, y, text in strings:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def lines(texts: Sequence[str], width: int = 30) -> list[tuple[int, int, str]]:
    """Paragraphs as the lines of a page, none of a mark alone: without a Chinese font pdfium loses that."""
    cut = [text[start : start + width] for text in texts for start in range(0, len(text), width)]
    return [(60, 760 - 20 * number, line) for number, line in enumerate(cut)]


def docx() -> bytes:
    """A Word document: a title, headings, paragraphs, a list, a table with a merged cell."""
    from docx import Document

    document = Document()
    document.add_heading("高新区年度报告", 0)
    document.add_paragraph(FIRST)
    document.add_heading("配套设施", 1)
    document.add_paragraph(SECOND)
    table = document.add_table(2, 3)
    for cell, text in zip(table.rows[0].cells, ["园区", "项目", "投资"], strict=True):
        cell.text = text
    table.cell(1, 0).merge(table.cell(1, 1)).text = "贵阳和清远"
    table.cell(1, 2).text = "408亿元"
    document.add_paragraph("引进人才", style="List Bullet")
    document.add_paragraph("")
    document.add_paragraph(THIRD)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


OPF = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>园区故事</dc:title><dc:creator>张悦</dc:creator>
<dc:publisher>某某出版社</dc:publisher><dc:date>2019-06-01T00:00:00Z</dc:date></metadata>
<manifest><item id="two" href="text/second%20one.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/one.xhtml" media-type="application/xhtml+xml"/>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/></manifest>
<spine><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/></spine></package>"""


def epub(**changed: bytes) -> bytes:
    """A book of two chapters and a table of contents."""
    container = '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    container += '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    chapter = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{}</body></html>'
    members = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": container.encode(),
        "OEBPS/book.opf": OPF.encode(),
        "OEBPS/nav.xhtml": chapter.format("<nav><a href='one'>目录里的第一章</a></nav>").encode(),
        "OEBPS/text/one.xhtml": chapter.format(f"<h1>第一章 开始</h1><p>{FIRST}</p><p>{SECOND}</p>").encode(),
        "OEBPS/text/second one.xhtml": chapter.format(f"<h1>第二章 继续</h1><p>{THIRD}</p>").encode(),
    }
    return archive({**members, **changed})


def archive(members: dict[str, bytes]) -> bytes:
    """A zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return file.getvalue()


CSV = f'标题,日期,来源,正文,备注\n大数据,2018-05-03,贵阳日报,"{FIRST}",无\n,,,,空行\n"公寓, 学校",,,"{THIRD}\n第二行，还有一句。",\n'
JSONL = (
    f'{{"text": "{FIRST.replace(chr(34), "")}"}}\n\n'
    '{"text": "这一行没有句号，但是有逗号，而且足够长，长到像一个被截断的句子"}\n'
    '{"text": "另一行的文字，与上一行无关。", "id": 7}\n'
)
PAIRS = f'{{"question": "投资是多少？", "answer": "{FIRST}"}}\n{{"question": "何时投入使用？", "answer": "{THIRD}"}}\n'
GOLD = '{"id": "s001", "question": "投资是多少？", "answers": ["128亿元"], "file": "a.txt"}\n'


Block = tuple[float, float, float, float, str]
"""Left, top, width, size of the letters, text. A paragraph that begins with a space is indented."""


def paper(pages: Sequence[Sequence[Block]], head: str = "", *, by_row: bool = True) -> bytes:
    """Pages of text blocks, drawn row by row across the columns, or block by block, below a running head."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file)
    for number, blocks in enumerate(pages, 1):
        if head:
            canvas.setFont("STSong-Light", 9)
            canvas.drawString(50, 815, head)
            canvas.drawString(500, 815, f"第{number}版")
        strings = [
            (-top + row * 1.3 * size, left + 2 * size * line.startswith(" "), size, line.strip())
            for left, top, width, size, text in blocks
            for row, line in enumerate(_wrapped(text, width, size))
        ]
        for y, x, size, line in sorted(strings) if by_row else strings:
            canvas.setFont("STSong-Light", size)
            canvas.drawString(x, -y, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _wrapped(text: str, width: float, size: float) -> list[str]:
    """A text in lines of a width: cut anywhere in Chinese, at a space or within a long word in English."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in re.findall(r" |[!-~]+|[^ -~]", paragraph):
            room = width - 2 * size * line.startswith(" ")
            fits = [
                length
                for length in range(3, len(word) - 3)
                if stringWidth(f"{line}{word[:length]}-", "STSong-Light", size) <= room
            ]
            if not line.strip() or stringWidth(line + word, "STSong-Light", size) <= room:
                line += word
            elif word.isalpha() and word.isascii() and fits:
                lines.append(f"{line}{word[: fits[-1]]}-")
                line = word[fits[-1] :]
            else:
                lines.append(line)
                line = word.lstrip()
        lines.append(line)
    return lines
