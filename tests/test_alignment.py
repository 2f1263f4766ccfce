"""Every place of an edited text leads back to where it came from, whatever was edited, and how often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.alignment import AlignedText, Alignment, Edit, Repair


def repaired(text: str, repairs: list[Repair]) -> str:
    """What repairs make of a text, without any alignment."""
    pieces, position = [], 0
    for repair in repairs:
        pieces += [text[position : repair.start], repair.replacement]
        position = repair.end
    return "".join([*pieces, text[position:]])


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, AlignedText]:
    """An original, and what up to four successive cleaners made of it."""
    original = draw(st.text("abcde科技𠮷\n", max_size=16))
    aligned = AlignedText(original)
    for _ in range(draw(st.integers(1, 4))):
        repairs, position = [], 0
        while position <= len(aligned.text) and draw(st.integers(0, 3)):
            start = draw(st.integers(position, len(aligned.text)))
            end = draw(st.integers(start, min(len(aligned.text), start + 3)))
            replacement = draw(st.text("XYZ𝐙", max_size=3))
            if start == end and not replacement:
                continue
            repairs.append(Repair(start, end, replacement))
            position = end + (start == end)
        expected = repaired(aligned.text, repairs)
        aligned = aligned.repaired(repairs)
        assert aligned.text == expected
    return original, aligned


@given(edited())
def test_edits_are_sorted_in_range_and_monotone(case: tuple[str, AlignedText]) -> None:
    original, aligned = case
    before = Edit(0, 0, 0, 0, "")
    for edit in aligned.alignment.edits:
        assert 0 <= edit.start <= edit.end <= len(aligned.text)
        assert 0 <= edit.original_start <= edit.original_end <= len(original)
        assert edit.start >= before.end
        assert edit.original_start >= before.original_end
        # Between two edits both sides are equal, so equally long.
        assert edit.start - before.end == edit.original_start - before.original_end
        before = edit
    assert len(aligned.text) - before.end == len(original) - before.original_end


@given(edited())
def test_unchanged_runs_are_equal_on_both_sides_and_all_there_is(case: tuple[str, AlignedText]) -> None:
    original, aligned = case
    runs = list(aligned.alignment.unchanged_runs(len(aligned.text)))
    for start, end, at in runs:
        assert start < end
        assert aligned.text[start:end] == original[at : at + end - start]
    changed = sum(edit.end - edit.start for edit in aligned.alignment.edits)
    assert sum(end - start for start, end, _ in runs) == len(aligned.text) - changed


@given(edited())
def test_a_text_is_made_from_its_original_by_its_edits(case: tuple[str, AlignedText]) -> None:
    original, aligned = case
    assert aligned.alignment.apply(original) == aligned.text
    for edit in aligned.alignment.edits:
        assert edit.replacement == aligned.text[edit.start : edit.end]


@given(edited())
def test_every_part_of_a_text_is_made_from_its_own_part_of_the_original(case: tuple[str, AlignedText]) -> None:
    original, aligned = case
    for start in range(len(aligned.text) + 1):
        for end in range(start, len(aligned.text) + 1):
            origin, origin_end = aligned.alignment.to_original(start, end)
            part = aligned.alignment.slice(start, end)
            assert part.apply(original[origin:origin_end]) == aligned.text[start:end]
            # And so has every part of the part, as an answer in a passage has.
            for inner in range(end - start):
                begin, stop = part.to_original(inner, end - start)
                place = original[origin:origin_end][begin:stop]
                assert part.slice(inner, end - start).apply(place) == aligned.text[start + inner : end]


@given(edited())
def test_every_span_leads_into_the_original_and_wider_spans_to_wider_ones(case: tuple[str, AlignedText]) -> None:
    original, aligned = case
    to_original = aligned.alignment.to_original
    for start in range(len(aligned.text) + 1):
        widest = 0
        for end in range(start, len(aligned.text) + 1):
            original_start, original_end = to_original(start, end)
            assert 0 <= original_start <= original_end <= len(original)
            if end > start:
                assert original_end >= widest
                widest = original_end
    if aligned.text:
        starts = [to_original(place, place + 1)[0] for place in range(len(aligned.text))]
        assert starts == sorted(starts)


@given(edited())
def test_an_unchanged_span_comes_back_word_for_word(case: tuple[str, AlignedText]) -> None:
    original, aligned = case
    for start, end, at in aligned.alignment.unchanged_runs(len(aligned.text)):
        for place in range(start, end):
            assert aligned.alignment.to_original(place, end) == (at + place - start, at + end - start)
            assert original[at + place - start] == aligned.text[place]


@given(edited())
def test_a_slice_agrees_with_the_whole(case: tuple[str, AlignedText]) -> None:
    original, aligned = case
    length = len(aligned.text)
    for start in range(length + 1):
        for end in range(start, length + 1):
            origin, origin_end = aligned.alignment.to_original(start, end)
            part = aligned.alignment.slice(start, end)
            assert part.to_original(0, end - start)[0] == 0
            for run_start, run_end, at in part.unchanged_runs(end - start):
                assert (
                    aligned.text[start + run_start : start + run_end]
                    == (original[origin + at : origin + at + run_end - run_start])
                )
            for place in range(start, end):
                inner = part.to_original(place - start, place - start + 1)
                assert 0 <= inner[0] <= inner[1] <= origin_end - origin
                assert aligned.alignment.to_original(place, place + 1) == (origin + inner[0], origin + inner[1])


@given(edited())
def test_a_piece_knows_its_place(case: tuple[str, AlignedText]) -> None:
    _, aligned = case
    for start in range(len(aligned.text)):
        piece = aligned.piece(start, len(aligned.text))
        assert piece.text == aligned.text[start:]
        assert (piece.start, piece.end) == aligned.alignment.to_original(start, len(aligned.text))
        assert piece.alignment == aligned.alignment.slice(start, len(aligned.text))


@given(edited())
def test_every_place_of_the_original_leads_into_the_text(case: tuple[str, AlignedText]) -> None:
    original, aligned = case
    places = [aligned.alignment.from_original(place) for place in range(len(original) + 1)]
    assert places == sorted(places)
    assert all(0 <= place <= len(aligned.text) for place in places)
    for start, end, at in aligned.alignment.unchanged_runs(len(aligned.text)):
        assert places[at : at + end - start] == list(range(start, end))


def test_nothing_edited_is_itself() -> None:
    aligned = AlignedText("科技创新").repaired([])
    assert aligned.alignment.edits == ()
    assert aligned.alignment.to_original(1, 3) == (1, 3)
    assert list(aligned.alignment.unchanged_runs(4)) == [(0, 4, 0)]
    assert list(Alignment().unchanged_runs(0)) == []


@pytest.mark.parametrize(
    ("start", "end", "original"),
    [(0, 1, "創"), (0, 2, "創(chuàng)新"), (1, 2, "新"), (1, 4, "新發(fā)展"), (2, 3, "發"), (2, 2, "")],
)
def test_what_was_removed_at_a_border_stays_outside(start: int, end: int, original: str) -> None:
    text = "創(chuàng)新發(fā)展"
    aligned = AlignedText(text).repaired([Repair(1, 9, ""), Repair(11, 15, "")])
    assert aligned.text == "創新發展"
    begin, stop = aligned.alignment.to_original(start, end)
    assert text[begin:stop] == original


def test_a_border_inside_a_replacement_takes_all_of_it_in() -> None:
    aligned = AlignedText("，??萍紕新").repaired([Repair(1, 5, "。科技創")])
    assert aligned.text == "，。科技創新"
    assert aligned.alignment.to_original(2, 4) == (1, 5)
    assert aligned.alignment.to_original(4, 6) == (1, 6)


def test_a_repair_of_a_repair_leads_to_the_first_text() -> None:
    once = AlignedText("a(x)b\n\nc").repaired([Repair(1, 4, "")])
    twice = once.repaired([Repair(2, 4, " ")])
    assert twice.text == "ab c"
    assert twice.alignment.to_original(0, 2) == (0, 5)
    assert twice.alignment.to_original(2, 3) == (5, 7)
    assert twice.alignment.to_original(3, 4) == (7, 8)
