"""Where a text's sentences begin and end, whatever marks and scripts it uses."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.text import sentences

# A text with | where a sentence ends; the white space behind belongs to none.
CASES = {
    "headline, empty line, two sentences": "Row at the quay|\n\nA boat came.| Nobody saw it.|",
    "initials and titles": "Dr. A. B. Holt met Gen. Lund in St. Mary.| He left.|",
    "decimals and times": "It cost 3.5 million at 9.30 p.m. on Friday.| Nobody paid.|",
    "abbreviations before numbers only": "See No. 5 on p. 7 of Jan. 4.| He said no. 5 boats left in Jan.| The rest stayed.|",
    "an address of the web is one word": "Write to www.example.org or a.b@example.org.| We answer.|",
    "a file's name is one word": "!-- Tag (tag.js) -->|\n\nMore.|",
    "quotes close behind the mark": "“It is over.”| She left.| “Why?” he asked.| ‘No!’| «Да.»| Он ушёл.|",
    "a quote closed by the wrong mark, apart": "“We shall have to find out. “|\n\n“They won. “|",
    "dots that stand for what is left out": "They came to the gate … and left.| “We … wait ...”| Nobody came…| All was still.|",
    "a missing space": "Talks were held with the harbour.|The mayor said nothing.|",
    "no space missing": "It runs Node.js and U.S. Steel, at example.Com/Path.|",
    "acronyms with dots": "The U.N. Council met in the U.S. and left.|",
    "several marks": "What?!| Really!!| Yes.|",
    "lines are sentences": "- Advertisement -|\nPlease write to us!|\nYour name here|",
    "a wrapped line goes on in lower case": "The guard came\nat night.|\nNobody saw it|",
    "a list that is numbered": "1. The guard came|\n2. Nobody saw it. Really|".replace(
        ". Really", ".| Really"
    ),
    "Arabic": "هل دخل الحرس المدينة؟| لا أحد يعرف.| قال ذلك أمس.|",
    "Urdu": "یہ شہر ہے۔| وہ چلا گیا۔|",
    "Cyrillic": "А. П. Лукин приехал в г. Старый Порт.| Никто его не видел!| Почему?|",
    "Chinese": "船来了。|没有人看见。|",
    "marks alone are no sentence": "*\n\n– – –\n\nEnd.|",
    "carriage returns": "A boat came.|\r\nNobody saw it|\r\n",
    "no mark at the end": "A boat came.| Nobody saw it|",
}
WRAPPED = (
    "The guard came to the harbour in the night of Friday with Captain\nHolt and nobody in the town would say to us what they had seen of\n"
    "Northland and its boats, which had come. The mayor said\nnothing."
)


@pytest.mark.parametrize("case", CASES)
def test_sentences_end_where_a_reader_would_end_them(case: str) -> None:
    marked = CASES[case]
    wanted = [piece.strip() for piece in marked.split("|")[:-1]]
    if case == "marks alone are no sentence":
        wanted = ["End."]
    text = marked.replace("|", "")
    assert [text[a:b] for a, b in sentences.split(text)] == wanted


def test_lines_that_a_program_has_wrapped_are_joined() -> None:
    found = [WRAPPED[a:b] for a, b in sentences.split(WRAPPED)]
    assert found == [WRAPPED[: WRAPPED.index(" The mayor")], "The mayor said\nnothing."]


def test_offsets_are_code_points() -> None:
    assert sentences.split("🚢🚢 came. Ω left.") == ((0, 8), (9, 16))


words = st.sampled_from(
    [
        *"abÄБلم船 \n\t.!?…؟。”“\"'()-1*",
        "Dr.",
        "A.",
        "\r\n",
        "\n\n",
        "🚢",
        "www.",
        "@",
        "\u2028",
        "\xa0",
        "The",
        "said",
    ]
)
texts = st.lists(words, max_size=60).map("".join) | st.text(max_size=200)


@given(texts)
@example("")
@example(".")
def test_every_letter_and_digit_is_in_exactly_one_sentence(text: str) -> None:
    spans = sentences.split(text)
    inside = [i for a, b in spans for i in range(a, b)]
    assert inside == sorted(set(inside))
    assert {i for i, c in enumerate(text) if c.isalnum()} <= set(inside)
    for a, b in spans:
        assert text[a:b] == text[a:b].strip()
        assert any(c.isalnum() for c in text[a:b])


@given(texts)
def test_stored_offsets_come_back_as_they_were(text: str) -> None:
    spans = sentences.split(text)
    assert sentences.parse(sentences.written(spans), len(text)) == spans


@given(texts, texts)
def test_an_empty_line_parts_whatever_stands_around_it(one: str, other: str) -> None:
    both = sentences.split(f"{one}\n\n{other}")
    shift = len(one) + 2
    assert both == sentences.split(one) + tuple(
        (a + shift, b + shift) for a, b in sentences.split(other)
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "5",
        "5-",
        "5-3",
        "3-3",
        "0-9 5-12",
        "9-12 0-3",
        "0-9,10-12",
        "-1-3",
        "0-99",
        "٠-٣",
        "0-5  6-9",
        "0-5\n",
    ],
)
def test_offsets_that_make_no_sense_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        sentences.parse(wrong, 50)


@pytest.mark.parametrize("piece", ["a", ".", "a.", "“", " ", ". “ ", "1.", "A.B", "\n", "a\n"])
@pytest.mark.timeout(60)
def test_a_million_characters_do_not_take_quadratic_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    spans = sentences.split(text)
    assert all(start < end <= len(text) for start, end in spans)
