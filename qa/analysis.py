"""Text to terms: the only tokenizer. Indexing and asking go through the same functions.

Folding keeps lengths: character i of a folded text is character i of the text, so that a match in one is a place in
the other.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from platformdirs import user_cache_path

from qa.text.dictionary import Dictionary

# Han, without the radicals and the punctuation around it; extensions B and later lie beyond the BMP.
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"

# As long as a process asks for words of so few texts, and short ones, it looks them up one by one.
_FEW_TIMES = 8
_FEW_CHARACTERS = 4000

_HAN = re.compile(f"[{HAN}]")
_HAN_RUN = re.compile(f"[{HAN}]{{2,}}")
_WORD = re.compile(r"\w")
# Characters that are looked up together: to ask for 256 takes as long as for a dozen, each by itself.
_BLOCK = 256

# Words that say how a question is asked and not what it is about; folded. Function words of both languages.
STOP_WORDS = frozenset(
    """
    的 了 是 在 有 和 与 及 或 也 都 就 还 又 而 并 但 被 把 将 从 到 向 于 对 为 以 之 其 这 那 该 此 个 位 些
    着 过 得 地 吗 呢 吧 啊 呀 么 谁 何 何时 何地 什么 啥 什么样 怎么 怎样 怎么样 如何 多少 几 几个 多大 多长 多久
    为什么 为何
    哪 哪个 哪些 哪里 哪儿 哪位 哪家 哪种 哪一 哪年 是否 是不是 有没有 有哪些 有多少 是什么 是谁 叫什么 请问 请
    我 你 他 她 它 们 我们 你们 他们 它们 一个 一下 可以 能 会 要 时候 什么时候
    a about after all also am an and any are as at be been before being but by can could did do does doing for from
    had has have he her him his how i if in into is it its itself just many may me more most much my no not of off on
    one or other our out over own s same she should so some such t than that the their them then there these they
    this those through to too under until up very was we were what when where which while who whom whose why will
    with would you your
    """.split()  # noqa: SIM905 - read as text
)
STOP_CHARACTERS = frozenset(word for word in STOP_WORDS if len(word) == 1)


def fold_script(text: str) -> str:
    """Traditional characters as simplified ones, character by character; everything else as it is."""
    return text.translate(_SIMPLIFIED)


def fold(text: str) -> str:
    """The form in which texts are compared: simplified, half-width, lower case. As long as `text`."""
    return text.translate(_FOLDED)


def has_han(text: str) -> bool:
    """Whether there is a Han character in a text."""
    return _HAN.search(text) is not None


def terms(text: str) -> list[str]:
    """The terms that BM25 counts: the words and sub-words that jieba finds, and the bigrams of runs of Han."""
    folded = fold(text)
    return _words(folded) + _bigrams(folded)


def query_terms(question: str) -> list[str]:
    """The terms of a question, each once: no stop words, and no bigrams with one (`的项` of `引进的项目`)."""
    folded = fold(question)
    words = [word for word in _words(folded) if word not in STOP_WORDS and not STOP_CHARACTERS.issuperset(word)]
    bigrams = [bigram for bigram in _bigrams(folded) if bigram not in STOP_WORDS and STOP_CHARACTERS.isdisjoint(bigram)]
    return list(dict.fromkeys(words + bigrams))


def matched_terms(query: Sequence[str], text: str) -> tuple[str, ...]:
    """The query's terms that stand in a text, spelt as there; none that is part of a longer match."""
    folded = fold(text)
    spans = set()
    for term in query:
        start = folded.find(term)
        while start >= 0:
            spans.add((start, start + len(term)))
            start = folded.find(term, start + 1)
    matches: dict[str, str] = {}
    for start, end in _merged(sorted(spans)):
        matches.setdefault(folded[start:end], text[start:end])
    longest = [match for match in matches if not any(match in other for other in matches if other != match)]
    return tuple(matches[match] for match in longest)


def words(text: str) -> list[str]:
    """The words of a text in their order, spelt as there; joined they are the text."""
    found, start = [], 0
    folded = fold(text)
    for word in _segmenter(folded).cut(folded):
        found.append(text[start : start + len(word)])
        start += len(word)
    return found


def sure_words(text: str) -> list[tuple[int, int]]:
    """Where the words of a text lie: those that the dictionary has, and the unknown ones of three characters.

    The segmenter guesses what it does not know; as long as a Chinese person's name, it mostly guesses right.
    """
    found, start = [], 0
    folded = fold(text)
    segmenter = _segmenter(folded)
    for word in segmenter.cut(folded):
        if len(word) == 3 or segmenter.FREQ.get(word, 0) > 0:
            found.append((start, start + len(word)))
        start += len(word)
    return found


def is_word(text: str) -> bool:
    """Whether the segmenter's dictionary holds a folded word."""
    counts: dict[str, int] = _segmenter(text).FREQ
    return counts.get(text, 0) > 0


def word_counts() -> dict[str, int]:
    """The words of the segmenter's dictionary, simplified, by how often they occur; beginnings of words count 0."""
    return _words_known().whole()


@cache
def tagged_words() -> list[tuple[str, str]]:
    """The words of the segmenter's dictionary, each with its part of speech: `ns` a place, `nrt` a foreign name."""
    import jieba

    with jieba.get_dict_file() as file:
        rows = [line.decode("utf-8").split() for line in file]
    return [(row[0], row[2]) for row in rows if len(row) == 3]


def _merged(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Sorted spans, those that overlap made one: the bigrams of a name show as the name."""
    pending: tuple[int, int] | None = None
    for start, end in spans:
        if pending is not None and start < pending[1]:
            pending = (pending[0], max(end, pending[1]))
        else:
            if pending is not None:
                yield pending
            pending = (start, end)
    if pending is not None:
        yield pending


def _words(folded: str) -> list[str]:
    return [word for word in _segmenter(folded).cut_for_search(folded) if _WORD.search(word)]


def _bigrams(folded: str) -> list[str]:
    return [run[i : i + 2] for run in _HAN_RUN.findall(folded) for i in range(len(run) - 1)]


class _KnownWords:
    """The segmenter, with as much of its dictionary as was needed. Safe to share between threads."""

    def __init__(self) -> None:
        import logging

        import jieba

        jieba.setLogLevel(logging.CRITICAL)
        self._dictionary = Dictionary(user_cache_path("chuchu"))
        # An instance of our own: jieba's default one is shared and mutable.
        self._segmenter = jieba.Tokenizer()
        self._segmenter.FREQ, self._segmenter.total = {}, self._dictionary.total
        self._segmenter.initialized = True
        self._lock = threading.Lock()
        self._times = 0
        self._is_whole = False

    def segmenter(self, text: str) -> Any:
        """The segmenter, when it knows the words of a folded text."""
        if not self._is_whole:
            with self._lock:
                self._times += 1
                if self._times <= _FEW_TIMES and len(text) <= _FEW_CHARACTERS:
                    self._segmenter.FREQ.update(self._dictionary.standing_in(text))
                    return self._segmenter
            self.whole()
        return self._segmenter

    def whole(self) -> dict[str, int]:
        """All words that it can know."""
        with self._lock:
            if not self._is_whole:
                self._segmenter.FREQ = self._dictionary.whole()
                self._is_whole = True
        counts: dict[str, int] = self._segmenter.FREQ
        return counts


@cache
def _words_known() -> _KnownWords:
    return _KnownWords()


def _segmenter(folded: str) -> Any:
    return _words_known().segmenter(folded)


class _Simplified(dict[int, int]):
    """Of each character the simplified one. When one is met first, its block is looked up: a question has few."""

    def __missing__(self, code: int) -> int:
        first = code - code % _BLOCK
        found = {one: one for one in range(first, first + _BLOCK)}
        letters = list(filter(str.isalpha, map(chr, found)))
        # Each on a line, so that no phrase is seen.
        folded = _converter().convert("\n".join(letters)).split("\n") if letters else []
        found |= {ord(one): ord(other) for one, other in zip(letters, folded, strict=True) if len(other) == 1}
        self.update(found)  # at once: other threads look up meanwhile
        return found[code]


class _Folded(dict[int, int]):
    """Of each character the form in which it is compared."""

    def __missing__(self, code: int) -> int:
        character = unicodedata.normalize("NFKC", chr(code)).lower() if _has_forms(code) else chr(code)
        found = self[code] = _SIMPLIFIED[ord(character) if len(character) == 1 else code]
        return found


_SIMPLIFIED = _Simplified()
_FOLDED = _Folded()


def _has_forms(code: int) -> bool:
    """Whether it is of a block whose forms of characters are folded."""
    return 0x41 <= code < 0x2000 or 0x2100 <= code < 0x2200 or 0x3000 <= code < 0x3400 or 0xF900 <= code < 0x10000


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
