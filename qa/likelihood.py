"""How likely a text is as Chinese, by the words of jieba's dictionary: what repairs weigh their readings by.

A text is worth the sum of the log probabilities of its words, cut so that the sum is the greatest (the unigram model
that jieba itself segments with).
"""

from collections.abc import Sequence
from functools import cache
from math import log

from qa.analysis import fold_script, word_counts

_COMMON_MARKS = frozenset("，。、“”《》（）,.()")
_COMMON_MARK = -4.0
_RARE_MARKS = frozenset("？！：；—…‘’·【】「」『』?!:;-%/")
_RARE_MARK = -6.5
_LETTER = -5.0
_FOREIGN_LETTER = -7.0
# A character that the dictionary does not have, and a symbol that no text has.
_UNKNOWN_CHARACTER = -20.0
_SYMBOL = -18.0


def likelihoods(text: str) -> list[float]:
    """The log probability of `text[:i]`, for each i up to and with the length of the text."""
    counts, log_total = _model()
    folded = fold_script(text)
    length = len(folded)
    best = [0.0] + [float("-inf")] * length
    for start in range(length):
        here = best[start]
        end = start + 1
        best[end] = max(best[end], here + _character(folded[start]))
        # The dictionary holds every beginning of a word too, with a count of 0.
        while end < length and folded[start:end] in counts:
            end += 1
            if count := counts.get(folded[start:end], 0):
                best[end] = max(best[end], here + log(count) - log_total)
    return best


def suffix_likelihoods(text: str) -> list[float]:
    """The log probability of `text[i:]`, for each i up to and with the length of the text."""
    counts, log_total = _model()
    folded = fold_script(text)
    length = len(folded)
    best = [float("-inf")] * length + [0.0]
    for start in range(length - 1, -1, -1):
        end = start + 1
        here = best[end] + _character(folded[start])
        while end < length and folded[start:end] in counts:
            end += 1
            if count := counts.get(folded[start:end], 0):
                here = max(here, best[end] + log(count) - log_total)
        best[start] = here
    return best


def likelihoods_of_choices(before: str, choices: Sequence[str], behind: str) -> list[float]:
    """The log probability of `before + choice + behind`, for each of some characters.

    What stands around them is looked at once: only the words that hold the character differ.
    """
    counts, log_total = _model()
    until, onwards = likelihoods(before), suffix_likelihoods(behind)
    folded, following = fold_script(before), fold_script(behind)
    heads = [(until[i], folded[i:]) for i in range(len(folded)) if folded[i:] in counts]
    found = []
    for choice in map(fold_script, choices):
        best = until[-1] + _character(choice) + onwards[0]
        for likely, head in [*heads, (until[-1], "")]:
            word, end = head + choice, 0
            while True:
                if (count := counts.get(word)) and len(word) > 1:
                    best = max(best, likely + log(count) - log_total + onwards[end])
                if count is None or end == len(following):
                    break
                word, end = word + following[end], end + 1
        found.append(best)
    return found


def likelihood(text: str) -> float:
    """The log probability of a text."""
    return likelihoods(text)[-1]


@cache
def _character(character: str) -> float:
    counts, log_total = _model()
    if count := counts.get(character, 0):
        return log(count) - log_total
    if character in _COMMON_MARKS:
        return _COMMON_MARK
    if character in _RARE_MARKS:
        return _RARE_MARK
    if character.isascii():
        return _LETTER
    if "\u3400" <= character <= "\u9fff":
        return _UNKNOWN_CHARACTER
    return _FOREIGN_LETTER if character.isalpha() else _SYMBOL


@cache
def _model() -> tuple[dict[str, int], float]:
    counts = word_counts()
    return counts, log(sum(counts.values()))
