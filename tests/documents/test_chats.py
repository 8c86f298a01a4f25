"""Chats that WhatsApp exports: messages with author and time, and days that are never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from conftest import Kb

from kb.documents import Read, read

ANDROID = (
    "25/03/2024, 21:14 - Messages and calls are end-to-end encrypted.\n"
    "25/03/2024, 21:15 - Ada Quill: The pier is closed.\nUntil: Friday\n"
    "25/03/2024, 21:16 - Ben: Who says so?\n"
    "02/04/2024, 08:05 - Ben added Ines\nand her sister\n"
    "02/04/2024, 08:06 - +49 170 0000000: <Media omitted>\n"
)


def places(found: Read) -> list[tuple[str, str]]:
    return [(p.value, found.text[p.start : p.end]) for p in found.parts]


def test_a_chat_from_android_is_posts_with_author_and_time() -> None:
    found = read("WhatsApp Chat with Ben.txt", ANDROID.encode())
    assert found.kind == "posts"
    assert places(found) == [
        ("post 1 by Ada Quill, 2024-03-25T21:15:00", "The pier is closed.\nUntil: Friday"),
        ("post 2 by Ben, 2024-03-25T21:16:00", "Who says so?"),
        ("post 3 by +49 170 0000000, 2024-04-02T08:06:00", "<Media omitted>"),
    ]
    assert found.published == (date(2024, 3, 25), date(2024, 4, 2))
    assert found.left_out == (
        (
            "service messages: 2",
            "Messages and calls are end-to-end encrypted., Ben added Ines and her sister",
        ),
    )


@pytest.mark.parametrize(
    "line",
    [
        "Ada changed the subject to: Pier: closed",
        "You changed the group description to: no names",
        "Ada hat den Betreff geändert zu: Hafen",
        "Ada a changé le sujet : port",
        "Ada cambió el asunto a: puerto",
        "Ада изменила тему на: порт",
    ],
)
def test_what_the_service_says_about_a_person_is_no_message_of_theirs(line: str) -> None:
    chat = f"25/03/2024, 21:15 - Ada: Closed.\n25/03/2024, 21:16 - {line}\n"
    found = read("a.txt", chat.encode())
    assert (found.text, len(found.authors)) == ("Closed.", 1)
    assert found.left_out == (("service messages: 1", line),)


def test_what_ios_writes_by_itself_is_marked() -> None:
    stamp = "[25/03/2024, 21:15:03]"
    chat = f"{stamp} Pier: \u200eCalls are encrypted.\n{stamp} Ada: Closed.\n"
    found = read("_chat.txt", f"{chat}\u200e{stamp} Ben: \u200eimage omitted\nGate 4".encode())
    marked = [words for value, words in places(found) if value == "service message"]
    assert marked == ["\u200eCalls are encrypted.", "\u200eimage omitted"]
    assert found.title == "Closed."


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("\u200e[25/03/2024, 21:15:03] Ada: Closed.", "2024-03-25T21:15:03"),
        ("[3/25/24, 9:15:03\u202fPM] \u202aAda\u202c: Closed.", None),
        ("[3/25/2024, 9:15:03\u202fPM] \u202aAda\u202c: Closed.", "2024-03-25T21:15:03"),
        ("3/25/2024, 12:15 AM - Ada: \u200eClosed.", "2024-03-25T00:15:00"),
        ("2024-03-25, 21:15 - Ada: \u200eClosed.", "2024-03-25T21:15:00"),
        ("25.03.2024, 21:15 - Ada: \u200eClosed.", "2024-03-25T21:15:00"),
        ("25/03/2024, 9:15 p.m. - Ada: \u200eClosed.", "2024-03-25T21:15:00"),
    ],
)
def test_a_message_of_ios_and_of_other_languages_is_read(line: str, place: str | None) -> None:
    found = read("_chat.txt", f"{line}\n".encode())
    place = place or "2024-03-25T21:15:03"
    assert places(found) == [(f"post 1 by Ada, {place}", line.rpartition(": ")[2])]


@pytest.mark.parametrize(
    ("day", "hint"),
    [
        ("05/03/2024", "can be 5 March 2024 or 3 May 2024; write 2024-03-05 or 2024-05-03"),
        ("5.3.2024", "can be 5 March 2024 or 3 May 2024; write 2024-03-05 or 2024-05-03"),
        ("25/03/24", "can be 25 March 2024 or 24 March 2025"),
        ("05/03/24", "can be 5 March 2024, 3 May 2024 or 24 March 2005"),
    ],
)
def test_a_day_with_two_readings_is_kept_as_written_and_reported(day: str, hint: str) -> None:
    found = read("_chat.txt", f"{day}, 21:15 - Ada: Closed.\n".encode())
    assert places(found) == [(f"post 1 by Ada, {day}, 21:15", "Closed.")]
    assert found.published is None
    assert any(hint in note and "--published" in note for note in found.notes)


def test_one_day_shows_the_order_of_all() -> None:
    found = read("a.txt", b"05/03/24, 21:15 - A: One.\n13/03/24, 21:15 - A: Two.\n")
    assert [place for place, _ in places(found)] == [
        "post 1 by A, 2024-03-05T21:15:00",
        "post 2 by A, 2024-03-13T21:15:00",
    ]


def test_days_that_contradict_each_other_are_kept_as_written() -> None:
    found = read("a.txt", b"25/03/2024, 21:15 - A: One.\n03/25/2024, 21:15 - A: Two.\n")
    assert [place for place, _ in places(found)] == [
        "post 1 by A, 25/03/2024, 21:15",
        "post 2 by A, 03/25/2024, 21:15",
    ]


def test_a_text_that_begins_with_a_day_is_a_text() -> None:
    text = "25/03/2024, 21:15 - nothing was said.\nMore."
    found = read("diary.txt", text.encode())
    assert (found.text, found.kind) == (text, "text")


def test_a_passage_of_a_chat_keeps_its_author_and_time(kb: Kb) -> None:
    (kb.root / "chat.txt").write_text(ANDROID, encoding="utf-8")
    done = kb("add", "source", "chat.txt", "--id", "chat", "--title", "Chat")
    assert done.code == 0, done.err
    shown = kb("read", "chat").out
    assert "post 2 by Ben, 2024-03-25T21:16:00" in shown


@pytest.mark.parametrize(
    "line",
    [
        "\u200f٢٥\u200f/٣\u200f/٢٠٢٤، ٩:١٥ م - إيناس: مغلق",
        "25/3/2024، 9:15 م - إيناس: مغلق",
        "2024/3/25 下午9:15 - إيناس: مغلق",
        "2024. 3. 25. 오후 9:15 - إيناس: مغلق",
        "25/03/2024 à 21:15 - إيناس: مغلق",
        "25.3.2024 klo 21.15 - إيناس: مغلق",
        "25.03.2024 21.15 - إيناس: مغلق",
    ],
)
def test_a_chat_of_a_phone_in_another_language_is_read(line: str) -> None:
    found = read("a.txt", f"{line}\n{line}\n".encode())
    assert found.text == "مغلق\nمغلق"
    assert found.parts[0].value == "post 1 by إيناس, 2024-03-25T21:15:00"
