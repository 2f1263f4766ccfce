"""A follow-up question to one that can be searched for, without a language model.

Only what leans on the conversation is touched: a question with a pronoun for its subject, or with no subject at all
(`那南通呢？`). It is searched together with the question it leans on; the user's own words are kept for display.
"""

import re
from collections.abc import Sequence

from qa.analysis import fold
from qa.datatypes import Turn

# A pronoun that stands for the subject, or a turn that only names what is different; folded. A question that begins
# with what it asks for leans only when it is short: `有多少家？`, but not `有多少家企业进了贵阳高新区？`.
_LEANING = re.compile(
    r"""
      ^ (?: 那 | 那么 | 然后 | 还有 | 另外 )
    | (?<! [其吉利维] ) (?: 它 | 他 | 她 ) (?! 国 | 人 | 乡 | 山 | 处 )
    | (?: ^ | [，,] ) (?: 该 | 此 | 这个 | 这家 | 这位 | 这些 | 那个 | 那家 | 那位 | 那些 | 前者 | 后者 )
    | ^ (?: 占 | 是 | 有 | 在 | 为什么 | 为何 | 什么时候 | 何时 | 多少 | 谁 | 哪 ) (?= .{0,10} [？?]? $ )
    | 呢 [？?]? $
    | \b (?: it | its | they | their | them | he | she | his | her | that \s one | this \s one ) \b
    | ^ (?: and | what \s about | how \s about ) \b
    """,
    re.VERBOSE,
)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """What to search for: the question itself, or the question it leans on and then itself.

    Args:
        question: the newest.
        history: earlier turns, oldest first.
    """
    if not history or not _LEANING.search(fold(question).strip()):
        return question
    # The last question that stands by itself names the subject.
    subject = next(
        (turn.question for turn in reversed(history) if not _LEANING.search(fold(turn.question).strip())),
        history[0].question,
    )
    return f"{subject} {question}"
