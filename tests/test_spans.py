"""What a person would underline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reading.spans import underlined, whole_words


@pytest.mark.parametrize(
    ("text", "guess", "expected"),
    [
        ("产值达到280亿元，增长两成", "28", "280亿元"),
        ("产值达到280亿元，增长两成", "280亿元，", "280亿元"),
        ("同比增长12.5%左右", "2.", "12.5%"),
        ("于2016年7月24日正式运营", "2016年7月", "2016年7月24日"),
        ("于2016年7月24日正式运营", "7月24日正", "2016年7月24日正"),
        ("共有三百二十家企业", "百二十", "三百二十家"),
        ("拥有1,024台服务器", "024", "1,024台"),
        ("主演的《飞狐外传》，获奖", "的《飞狐外传》，", "《飞狐外传》"),
        ("主演的《飞狐外传》，获奖", "飞狐外传》", "飞狐外传"),
        ("（Hong Kong）在南方", "ong", "hong"),
        ("在高新区的", "在高新区的", "高新区"),
        ("1984年起", "1984年起", "1984年"),
        ("他说：“这是天然属性。”", "“这是天然属性。”", "“这是天然属性。”"),
        ("管委会主任何志强说", "任何志强", "何志强"),
        ("任何人不得", "任何人", "任何人"),
        ("，。、", "，。、", ""),
        ("的", "的", "的"),
    ],
)
def test_trimmed_and_whole(text: str, guess: str, expected: str) -> None:
    text = text.lower()
    start = text.index(guess)
    first, after = underlined(text, start, start + len(guess))
    assert text[first:after] == expected


@pytest.mark.parametrize(
    ("text", "guess", "expected"),
    [
        ("院士张景中担任主任", "张景", "张景中"),
        ("江北队主教练戈登则表示", "戈登", "戈登"),
        ("管委会主任何志强说", "何志强", "何志强"),
        ("东岭区分列第三位", "东岭区", "东岭区"),
        ("现存28只为明代原物", "28只", "28只"),
        ("由贵阳银行设立", "阳银", "贵阳银行"),
        ("由贵阳银行设立", "贵阳银行", "贵阳银行"),
        ("达到280亿元", "280亿元", "280亿元"),
        ("设在中關村的園區", "關村", "中關村"),
    ],
)
def test_words_are_not_cut(text: str, guess: str, expected: str) -> None:
    start = text.index(guess)
    first, after = whole_words(text, start, start + len(guess))
    assert text[first:after] == expected


@given(st.text("的在12.5%年月元《》“”，。高新abc ", max_size=40), st.data())
def test_it_stays_within_the_text_and_does_not_change_when_done_twice(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, after = underlined(text, start, end)
    assert 0 <= first <= len(text)
    assert first <= after <= len(text)
    for edge in (first, after):
        if 0 < edge < len(text) and first < after:
            assert not (text[edge - 1].isdigit() and text[edge].isdigit())
