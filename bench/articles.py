"""Per file: the articles found, the captions set apart, the passages made, and what was repaired.

    python -m bench.articles FOLDER

Below each file stands how many changes each repair made. With `--verbose` a line for each article: how long its
headline is, and what it says of itself.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from qa.chunking import chunked
from qa.cleaning import cleaned
from qa.datatypes import Document
from qa.errors import DocumentError
from qa.files.sandbox import Sandbox
from qa.layout.articles import Article, articles
from qa.loading import find_files, load, refusal
from qa.settings import Settings

COLUMNS = "{:<40} {:>8} {:>9} {:>8} {:>9} {:>9}"


def found(document: Document) -> tuple[list[Article], int]:
    """The articles of a document, and how many captions were set apart."""
    parts = [cleaned(document.text[start:end]) for start, end in document.parts]
    captions = sum(len(part.captions) for part in parts)
    return [article for part in parts for article in articles(part.text.text)], captions


def described(article: Article, subheads: int) -> str:
    """An article on a line: where its title stands, how much it says of itself."""
    said = ", ".join(name for name, value in article.imprint._asdict().items() if value) or "nothing of itself"
    kicker = f"{len(article.headings) - 1} more above or below it" if len(article.headings) > 1 else "no kicker"
    title = f"headline of {len(article.headline)} characters, {kicker}" if article.headline else "no headline"
    return f"  {title}; {subheads} sub-heads; {said}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verbose", action="store_true", help="a line for each article")
    options = parser.parse_args(arguments)
    limit = Settings().passage_characters
    print(COLUMNS.format("file", "articles", "subheads", "captions", "imprints", "passages"))
    with Sandbox() as sandbox:
        for file in find_files([options.folder]):
            if refusal(file):
                continue
            try:
                document = load(file, sandbox=sandbox)
            except DocumentError as error:
                print(error)
                continue
            everything, captions = found(document)
            made, edits = chunked(document, limit)
            below = {(one.source.headline, heading) for one in made for heading in one.source.subheads}
            roles = Counter(one.role for one in made)
            row = (len(everything), len(below), captions, roles["imprint"], len(made))
            print(COLUMNS.format(file.shown[-40:], *row))
            print("  edits:", ", ".join(f"{kind} {count:,}" for kind, count in edits.most_common()) or "none")
            if options.verbose:
                counts = Counter(headline for headline, _ in below)
                print(*(described(article, counts[article.headline]) for article in everything), sep="\n")


if __name__ == "__main__":
    main()
