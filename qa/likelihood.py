"""How likely a text is as Chinese, by the words of jieba's dictionary: what repairs weigh their readings by.

A text is worth the sum of the log probabilities of its words, cut so that the sum is the greatest (the unigram model
that jieba itself segments with).
"""

from functools import cache
from math import log

from qa.analysis import fold_script, word_counts

# Log probabilities of marks, which the dictionary does not count: `，` is every tenth word of a text.
_MARKS = {
    "，": -2.7, ",": -3.0, "。": -3.7, "、": -4.0, ".": -4.5, "（": -4.8, "）": -4.8, "“": -5.0, "”": -5.0, "(": -5.0,
    ")": -5.0, "《": -5.5, "》": -5.5, "：": -5.5, "；": -6.0, ":": -6.0, "「": -6.0, "」": -6.0, "·": -6.0, "-": -6.0,
    "—": -6.5, ";": -6.5, "%": -6.5, "/": -6.5, "？": -7.0, "！": -7.0, "…": -7.0, "?": -7.5, "‘": -7.5, "’": -7.5,
    "『": -7.5, "』": -7.5, "!": -8.0, "【": -8.0, "】": -8.0,
}  # fmt: skip
_LETTER = -5.0
_DIGIT = -4.0
_FOREIGN_LETTER = -12.0
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


def likelihood(text: str) -> float:
    """The log probability of a text."""
    return likelihoods(text)[-1]


@cache
def _character(character: str) -> float:
    counts, log_total = _model()
    if count := counts.get(character, 0):
        return log(count) - log_total
    if character in _MARKS:
        return _MARKS[character]
    if character.isascii():
        return _DIGIT if character.isdigit() else _LETTER
    if "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff":
        return _UNKNOWN_CHARACTER
    return _FOREIGN_LETTER if character.isalpha() else _SYMBOL


@cache
def _model() -> tuple[dict[str, int], float]:
    counts = word_counts()
    return counts, log(sum(counts.values()))
