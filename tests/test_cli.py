"""The command line, as a process: what it prints, where, and with which exit code."""

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from embeddings.encoder import Encoder
from embeddings.stages import total
from qa.store import FILE_NAME
from tests.doors import ROOT, SEEDS, chuchu

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def index(tmp_path_factory, model: Encoder) -> Path:
    directory = tmp_path_factory.mktemp("cli") / "index"
    result = chuchu("index", SEEDS, "--index", directory)
    assert result.returncode == 0, result.stderr
    assert "5 indexed, 0 unchanged, 0 removed, 1 skipped, 0 unreadable" in result.stdout
    assert result.stderr == ""
    return directory


def test_ask_answers_with_the_place_in_the_source(index):
    result = chuchu("ask", "清远高新区引进的项目合同总投资是多少？", "--index", index)
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert "280亿元" in lines[0]
    assert lines[1].startswith("—— seeds/qingyuan-nanning.txt")
    assert result.stderr == ""
    assert "\x1b" not in result.stdout


def test_ask_prints_the_schema(index):
    result = chuchu("ask", "貴陽高新區這一年招來了多少個大數據項目？", "--index", index, "--json", "-k", 3)
    answer = json.loads(result.stdout)
    assert list(answer) == ["question", "query", "confidence", "answer", "passages", "timings"]
    span, passage = answer["answer"], answer["passages"][answer["answer"]["passage"]]
    assert passage["text"][span["start"] : span["end"]] == span["text"]
    assert "45個" in span["text"]
    assert [passage["rank"] for passage in answer["passages"]] == [1, 2, 3]
    original = (SEEDS / "guiyang-big-data.txt").read_text(encoding="utf-8")
    place = original[span["source"]["start"] : span["source"]["end"]]
    assert "45" in place
    assert original[: span["source"]["start"]].count("\n") + 1 == span["source"]["line"]


def test_what_the_documents_do_not_say_is_not_answered(index):
    result = chuchu("ask", "火星上有几座火山？", "--index", index)
    assert result.returncode == 1
    assert "not in these documents" in result.stdout.splitlines()[0]


def test_context_is_printed_around_each_passage(index):
    arguments = ("search", "贵阳银行", "--index", index, "-k", 1)
    alone, near = (json.loads(chuchu(*arguments, "--json", "--context", n).stdout)["passages"][0] for n in (0, 1))
    assert (alone["before"], alone["after"]) == ([], [])
    assert len(near["before"]) == len(near["after"]) == 1
    printed = chuchu(*arguments, "--context", 1).stdout
    first, last = near["before"][0]["text"].split("\n")[0], near["after"][0]["text"].split("\n")[-1]
    assert printed.index(first[:20]) < printed.index(near["text"].split("\n")[0][:20]) <= printed.rindex(last[-20:])
    # No sentence stands in two neighbours.
    assert all(printed.count(line) == 1 for line in near["text"].split("\n"))
    lines = chuchu("ask", "--jsonl", "-", "--index", index, "--context", 2, stdin="贵阳银行").stdout
    assert len(json.loads(lines)["passages"][0]["after"]) == 2
    assert chuchu(*arguments, "--context", 51).returncode == 2


def test_search_shows_both_scores_and_the_terms(index):
    result = chuchu("search", "贵阳银行", "--index", index, "-k", 1)
    assert result.returncode == 0
    assert "cosine 0." in result.stdout
    assert "BM25 " in result.stdout
    assert "貴陽銀行" in result.stdout


def test_an_answer_says_why_on_demand(index):
    question = ("ask", "贵阳高新区的科技银行什么时候开业？", "--index", index)
    assert "relevance" not in chuchu(*question).stdout
    printed = chuchu(*question, "--explain").stdout
    for part in ("what the confidence is made of", "relevance 0.", "terms: ", "runners-up"):
        assert part in printed
    answer = json.loads(chuchu(*question, "--json", "--explain").stdout)
    texts = [answer["answer"]["text"], *(one["text"] for one in answer["explanation"]["runners_up"])]
    assert len(texts) == len(set(texts)) > 1
    assert 0 < answer["passages"][0]["relevance"] < 1


def test_the_time_by_stage_is_printed_beside_the_answer(index):
    plain = chuchu("ask", "贵阳银行", "--index", index)
    timed = chuchu("ask", "贵阳银行", "--index", index, "--timings")
    assert (timed.returncode, timed.stdout) == (plain.returncode, plain.stdout)
    rows = {line.split()[0]: float(line.split()[1]) for line in timed.stderr.splitlines()}
    stages = {"encode", "dense", "fuse", "read/tokenise", "read/infer"}
    assert set(rows) >= {"start", "rest", "total", "encode/tokenise", "encode/infer", "beside/lexical", *stages}
    assert total(rows) == pytest.approx(2 * rows["total"], abs=1)
    unchanged = chuchu("index", SEEDS, "--index", index, "--timings", "--quiet")
    assert unchanged.stdout == ""
    assert {"start", "beside/read", "total"} <= {line.split()[0] for line in unchanged.stderr.splitlines()}


def test_the_reader_can_be_chosen(index):
    question = ("ask", "永川大数据产业园累计入驻多少家企业？", "--index", index)
    words = json.loads(chuchu(*question, "--json").stdout)["answer"]["text"]
    sentence = json.loads(chuchu(*question, "--json", "--reader", "sentence").stdout)["answer"]["text"]
    assert words in sentence
    assert len(words) < len(sentence)
    result = chuchu(*question, "--reader", "./missing")
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)


def test_conditions_narrow_down_what_is_searched(index):
    question = ["search", "高新区的项目", "--index", index, "--json", "-k", 50]
    paths = [passage["source"]["path"] for passage in json.loads(chuchu(*question).stdout)["passages"]]
    narrowed = chuchu(*question, "--where", "path=*/g*.txt", "--where", "script=traditional")
    assert narrowed.returncode == 0
    found = [passage["source"]["path"] for passage in json.loads(narrowed.stdout)["passages"]]
    assert set(found) == {"seeds/guiyang-big-data.txt", "seeds/guiyang-talent.txt"} < set(paths)
    nothing = chuchu("ask", "高新区的项目", "--index", index, "--where", "date<1900")
    assert nothing.returncode == 1
    assert nothing.stdout.startswith("no passages: ")
    lines = chuchu("ask", "--jsonl", "-", "--index", index, "--where", "path=*.md", stdin="高新区的项目\n")
    assert {p["source"]["path"] for p in json.loads(lines.stdout)["passages"]} == {"seeds/zones-weekly.md"}


def test_a_reprint_is_named_with_the_passage(tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    text = "园区去年动工兴建的两座厂房今年五月完工，第一批十二家企业已经搬了进来，主要做传感器和小型电机。"
    for number in range(8):
        (folder / f"{number}.txt").write_text(text.replace("去年", "上年" if number % 2 else "去年"), encoding="utf-8")
    (folder / "other.txt").write_text("镇上的茶馆卖了二十年早点。", encoding="utf-8")
    assert chuchu("index", folder, "--index", tmp_path / "index", "-q").returncode == 0
    found = chuchu("search", "园区的厂房什么时候完工？", "--index", tmp_path / "index").stdout
    assert found.count("also in papers/") == 5
    assert "and in 2 more" in found
    assert "[2] " in found
    assert "[3] " not in found
    answer = json.loads(chuchu("ask", "园区的厂房什么时候完工？", "--index", tmp_path / "index", "--json").stdout)
    assert len(answer["passages"][0]["also"]) == 7
    assert [passage["also"] for passage in answer["passages"][1:]] == [[]]


def test_lines_are_answered_in_order_with_their_history(index):
    lines = [
        "贵阳高新区的科技银行什么时候开业？",
        json.dumps({"question": "它跟哪家银行合办？", "history": ["贵阳高新区的科技银行什么时候开业？"]}),
        json.dumps({"question": "那呢？", "history": [{"question": "南通高新区的项目投资多少？", "answer": "50亿元"}]}),
        json.dumps({"question": "那呢？", "history": ["南通高新区的项目投资多少？"], "as_typed": True}),
    ]
    result = chuchu("ask", "--jsonl", "-", "--index", index, stdin="\n".join(lines))
    assert result.returncode == 0
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["question"] for answer in answers] == [lines[0], "它跟哪家银行合办？", "那呢？", "那呢？"]
    assert answers[0]["query"] == lines[0]
    assert answers[1]["query"] == "贵阳高新区的科技银行跟哪家银行合办？"
    assert "貴陽銀行" in answers[1]["passages"][0]["text"]
    assert answers[2]["query"].startswith("南通高新区")
    assert answers[3]["query"] == "那呢？"


def test_a_bad_line_costs_only_itself(index):
    stdin = b'{"question": 7}\n\xff\xfe\n{"broken\n' + "什么是“5+1”？\n".encode()
    result = chuchu("search", "--jsonl", "-", "--index", index, stdin=stdin)
    assert result.returncode == 2
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert ["error" in line for line in lines] == [True, True, True, False]


def test_indexing_again_touches_nothing(index):
    result = chuchu("index", SEEDS, "--index", index, "--json")
    report = json.loads(result.stdout)
    assert report["indexed"] == []
    assert report["unchanged"] == 5
    assert report["skipped"] == ["seeds/questions.jsonl"]


def test_status_and_verify(index):
    status = json.loads(chuchu("status", "--index", index, "--json").stdout)
    assert status["documents"] == 5
    assert {file["encoding"] for file in status["files"]} == {"utf-8"}
    result = chuchu("verify", "--index", index)
    assert result.returncode == 0
    assert "agree" in result.stdout


def test_verify_reports_damage(index, tmp_path):
    copy = shutil.copytree(index, tmp_path / "index")
    with sqlite3.connect(copy / FILE_NAME) as connection:
        connection.execute("UPDATE passages SET text = text || '。' WHERE id = (SELECT min(id) FROM passages)")
    connection.close()
    result = chuchu("verify", "--index", copy)
    assert result.returncode == 3
    assert "does not stand where it should" in result.stdout


def test_eval_measures_the_sample_questions(index):
    result = chuchu("eval", SEEDS / "questions.jsonl", "--index", index, "--json")
    figures = json.loads(result.stdout)
    assert figures["answerable questions"] >= 50
    assert figures["unanswerable questions"] >= 10
    assert figures["Recall@1"] >= 0.8
    assert figures["Recall@5"] >= 0.9


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["index", "/no/such/folder"], 2, "no such file or folder"),
        (["index", "EMPTY"], 2, "nothing to index"),
        (["index", "SEEDS/questions.jsonl"], 2, "nothing to index"),
        (["ask", ""], 2, "the question is empty"),
        (["ask"], 2, "the question is empty"),
        (["ask", "长" * 2001], 2, "2,001 characters"),
        (["ask", "谁", "--index", "EMPTY/none"], 3, "no index at"),
        (["search", "谁", "--index", "EMPTY/none"], 3, "no index at"),
        (["status", "--index", "EMPTY/none"], 3, "no index at"),
        (["ask", "谁", "--model", "./no-model"], 2, "no model directory"),
        (["ask", "谁", "-k", "0"], 2, "passages must lie between 1 and 100"),
        (["ask", "谁", "--where", "date>=soon"], 2, "holds no date: write 2018, 2018-07 or 2018-07-31"),
        (["search", "谁", "--where", "language=zh", "--where", "title=x"], 2, "there are path, publication, date"),
        (["ask", "--jsonl", "-", "--where", "date"], 2, "is no condition"),
        (["eval", "/no/such/file"], 2, "cannot read the questions"),
    ],
)
def test_bad_input_gets_one_line_and_its_exit_code(index, tmp_path, arguments, code, says):
    (tmp_path / "empty").mkdir()
    filled = [argument.replace("EMPTY", str(tmp_path / "empty")).replace("SEEDS", str(SEEDS)) for argument in arguments]
    if "--index" not in filled and filled[0] != "index":
        filled += ["--index", str(index)]
    elif filled[0] == "index":
        filled += ["--index", str(tmp_path / "new")]
    result = chuchu(*filled)
    assert result.returncode == code
    assert result.stderr.count("\n") == 1
    assert says in result.stderr
    assert result.stdout == ""
    assert not (tmp_path / "new").exists()


def test_a_question_of_a_megabyte_is_refused(index, tmp_path):
    (tmp_path / "questions").write_text("问" * 350_000, encoding="utf-8")
    result = chuchu("ask", "--jsonl", tmp_path / "questions", "--index", index)
    assert result.returncode == 2
    assert "350,000 characters" in json.loads(result.stdout)["error"]


def test_unreadable_files_are_named_and_the_others_indexed(tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "good.txt").write_text("南通高新区的项目提前一个月封顶。", encoding="utf-8")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "empty.txt").write_bytes(b"")
    result = chuchu("index", folder, "--index", tmp_path / "index")
    assert result.returncode == 5
    assert "1 indexed" in result.stdout
    assert sorted(result.stderr.splitlines()) == [
        "chuchu: papers/binary.txt: not a text file, whatever its name says",
        "chuchu: papers/empty.txt: holds no text",
    ]


def test_a_damaged_store_is_refused_and_kept(index, tmp_path):
    copy = shutil.copytree(index, tmp_path / "index")
    (copy / FILE_NAME).write_bytes(b"no database" * 1000)
    for command in (["ask", "谁"], ["status"], ["verify"], ["index", SEEDS]):
        result = chuchu(*command, "--index", copy)
        assert result.returncode == 3, command
        assert "damaged" in result.stderr
        assert result.stderr.count("\n") == 1
    assert (copy / FILE_NAME).read_bytes().startswith(b"no database")


def test_damaged_caches_are_made_again(index, tmp_path):
    copy = shutil.copytree(index, tmp_path / "index")
    (copy / "vectors.faiss").write_bytes(b"damaged")
    (copy / "postings" / "meta.json").write_text("{", encoding="utf-8")
    result = chuchu("ask", "清远高新区引进的项目合同总投资是多少？", "--index", copy)
    assert result.returncode == 0
    assert "280亿元" in result.stdout
    assert chuchu("verify", "--index", copy).returncode == 0


def test_an_index_of_another_model_is_refused(index, tmp_path):
    copy = shutil.copytree(index, tmp_path / "index")
    with sqlite3.connect(copy / FILE_NAME) as connection:
        connection.execute("UPDATE facts SET value = 'another:model' WHERE name = 'encoder'")
    connection.close()
    result = chuchu("ask", "谁", "--index", copy)
    assert result.returncode == 3
    assert "was made with the model another:model" in result.stderr


def test_a_second_writer_is_sent_away(index):
    from filelock import FileLock

    with FileLock(index / "writer.lock"):
        result = chuchu("index", SEEDS, "--index", index)
    assert result.returncode == 4
    assert "another process is writing" in result.stderr


def test_a_closed_pipe_makes_no_traceback(index):
    questions = "\n".join(["清远高新区的主任是谁？"] * 50)
    process = subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main()", "search", "--jsonl", "-", "--index", str(index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    process.stdout.close()
    _, errors = process.communicate(questions.encode(), timeout=60)
    assert errors == b""


def test_asking_imports_no_torch(index):
    code = (
        "import sys; sys.argv = ['chuchu', 'ask', '谁是主任？', '--index', sys.argv[1]]\n"
        "from api.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'fastapi', 'sklearn'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(index)], capture_output=True, cwd=ROOT, check=True, timeout=60, text=True
    )
    assert result.stderr == "[]\n"


def test_flags_win_over_the_environment(index, tmp_path):
    result = chuchu("config", "--json", CHUCHU_INDEX="/from/environment", CHUCHU_PASSAGES="7")
    config = json.loads(result.stdout)
    assert config["index"] == {"value": "/from/environment", "from": "environment"}
    assert config["passages"]["value"] == "7"
    assert chuchu("status", "--index", index, CHUCHU_INDEX="/nowhere").returncode == 0
    assert chuchu("config", CHUCHU_PASSAGES="many").returncode == 2


def test_help_is_instant_because_it_imports_nothing():
    code = (
        "import sys; sys.argv = ['chuchu', '--help']\n"
        "from api.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'faiss', 'openvino', 'jieba', 'fastapi', 'pydantic', 'tantivy'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True, timeout=60)
    assert result.stderr == b"[]\n"
    assert b"Exit codes" in result.stdout
