"""Reports of the same zones in ten years, none of which says its year: how often the answer is of the year asked for.

    python -m bench.years

200 reports are made up (seeded), each with a date above it and not within. 150 questions ask for a year, or for how
things are now.
"""

import argparse
import random
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from embeddings.encoder import load_encoder
from qa.assistant import build_assistant
from qa.indexing import index_files
from qa.passage_index import PassageIndex
from qa.settings import Settings

ZONES = re.findall("..", "清远柳州襄阳绵阳宝鸡渭南昆山芜湖株洲桂林包头鞍山淄博温州泉州漳州湛江德阳咸阳榆林")
YEARS = range(2014, 2024)
MONTHS = range(5, 13)
"""Not in spring: what is reported then may be of the year before."""
QUESTIONS = 150
_SURNAMES = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁"
_NAMES = re.findall("..", "志强海涛晓东建国丽华文斌国平永明思远春燕")
_REPORTS = (
    (
        "本报讯 昨日，记者从{zone}高新区管委会获悉，目前全区高新技术企业达到{firms}家，全年实现规上工业总产值{output}"
        "亿元，同比增长{growth}%。管委会主任{head}表示，下一步将继续优化营商环境，新引进项目{projects}个以上。"
    ),
    (
        "{zone}高新区日前召开经济工作会议。会议通报，全区规上工业总产值完成{output}亿元，增长{growth}%；高新技术企业累计"
        "{firms}家。管委会主任{head}在会上要求，全年要新引进项目{projects}个。"
    ),
)


def reports(chance: random.Random) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Name and text of each report, and questions with their answers."""
    for zone in ZONES:
        firms, output, head = chance.randint(50, 120), chance.randint(100, 300), ""
        for year in YEARS:
            if not head or chance.random() < 0.35:
                head = chance.choice(_SURNAMES) + chance.choice(_NAMES)
            firms, output = firms + chance.randint(10, 40), output + chance.randint(20, 80)
            text = chance.choice(_REPORTS).format(
                zone=zone,
                firms=firms,
                output=output,
                head=head,
                growth=round(chance.uniform(3, 15), 1),
                projects=chance.randint(20, 90),
            )
            date = f"{year}年{chance.choice(MONTHS)}月{chance.randint(1, 28)}日"
            asked = [
                (f"{year}年{zone}高新区有多少家高新技术企业？", f"{firms}家"),
                (f"{year}年{zone}高新区管委会主任是谁？", head),
            ]
            if year == YEARS[-1]:
                asked += [
                    (f"{zone}高新区管委会主任是谁？", head),
                    (f"{zone}高新区目前有多少家高新技术企业？", f"{firms}家"),
                    (f"{zone}高新区最新的规上工业总产值是多少？", f"{output}亿元"),
                ]
            yield (
                f"{zone}{year}.txt",
                f"{zone}高新区经济运行平稳向好\n{date} 来源：{zone}日报 记者 何平\n{text}\n",
                asked,
            )


def main() -> None:
    """Index the reports, ask, and print how many answers are right, wrong, and refused."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=7)
    chance = random.Random(parser.parse_args().seed)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(index=Path(folder) / "index")
        papers = Path(folder) / "papers"
        papers.mkdir()
        questions = []
        for name, text, asked in reports(chance):
            (papers / name).write_text(text, encoding="utf-8")
            questions += asked
        chance.shuffle(questions)
        encoder = load_encoder(settings.model, settings.cache)
        index = PassageIndex.open(settings.index, encoder, create=True)
        index_files([papers], index, encoder, passage_characters=settings.passage_characters)
        index.close()
        assistant = build_assistant(settings, encoder)
        counts = {"right": 0, "wrong": 0, "refused": 0}
        for question, expected in questions[:QUESTIONS]:
            answer = assistant.ask(question, 5)
            right = answer.best is not None and expected in answer.best.text
            counts["refused" if answer.confidence < answer.threshold else "right" if right else "wrong"] += 1
        assistant.index.close()
    print("  ".join(f"{name} {count}" for name, count in counts.items()), f"of {QUESTIONS}")


if __name__ == "__main__":
    main()
