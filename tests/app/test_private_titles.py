"""Where only a few words of a text may be stored, its title is no way around that."""

from __future__ import annotations

from conftest import Kb


def test_a_title_taken_from_a_private_text_has_few_words(kb: Kb) -> None:
    settings = kb.root / "kb.toml"
    settings.write_text(settings.read_text().replace('"whole"', '"fragments"'))
    words = "The council will close the pier next week and tell nobody. " * 9
    note = kb.write("secret.txt", f"12\n\n{words}")
    done = kb("add", "source", note, "--id", "secret", "--author", "A Gazette")
    assert "the title is from a private text" in done.err
    stored = (kb.root / "claims/main/sources/secret.ttl").read_text()
    assert "The council will close the pier…" in stored
    assert "next week" not in stored


def test_a_typed_title_is_kept(kb: Kb) -> None:
    settings = kb.root / "kb.toml"
    settings.write_text(settings.read_text().replace('"whole"', '"fragments"'))
    note = kb.write("secret.txt", "The council will close the pier next week and tell nobody.\n")
    told = ("--id", "secret", "--title", "What the council will do about the pier and the mole")
    assert kb("add", "source", note, *told, "--author", "A Gazette").code == 0
    assert told[-1] in (kb.root / "claims/main/sources/secret.ttl").read_text()


def private(kb: Kb) -> None:
    settings = kb.root / "kb.toml"
    settings.write_text(settings.read_text().replace('"whole"', '"fragments"'))


SECRET = "The council will close the pier next week and tell nobody in the town about it.\n"


def test_a_title_taken_from_a_text_is_shown(kb: Kb) -> None:
    done = kb("add", "source", kb.write("note.txt", SECRET * 4), "--author", "A Gazette")
    assert (
        "the title is taken from the text: “The council will close the pier next week" in done.err
    )
    done = kb("add", "source", kb.write("1.txt", "1917 A.\n...\n"), "--author", "A Gazette")
    assert "the title is taken from the text: “1917 A.”" in done.err


def test_validation_names_values_with_more_words_of_a_private_text_than_it_may_have(
    kb: Kb,
) -> None:
    note = kb.write("secret.txt", SECRET * 4)
    assert kb("add", "source", note, "--id", "secret", "--author", "A Gazette").code == 0
    assert "private-words" not in kb("validate").out
    private(kb)
    found = kb("validate")
    assert "warning private-words: the title of source/secret contains more than 6" in found.out
    assert "next week" not in found.out


def test_a_name_and_a_statement_with_words_of_a_private_text_are_named_when_added(kb: Kb) -> None:
    note = kb.write(
        "secret.txt", f"A headline of one line for citing the text of this note\n{SECRET}"
    )
    title = "A headline of one line for citing the text of this note"
    kb("add", "source", note, "--id", "secret", "--author", "A Gazette", "--title", title)
    private(kb)
    done = kb.sheet(
        "source: secret\ncoder: ab\nnew:\n"
        "  plan: statement; as will close the pier next week and tell nobody\n"
        "claims:\n- claim: The council will close the pier next week in secret\n  kind: intent\n  said:\n"
        "  - by: unnamed official\n    at: 2 close the pier\n"
    )
    assert "private-words: the statement of claim/" in done.out + done.err
    assert "private-words: the name of entity/plan" in done.err
    assert "the title of source/secret" not in kb("validate").out
