"""Where only a few words of a text may be stored, its title is no way around that."""

from __future__ import annotations

from conftest import Kb


def test_a_title_taken_from_a_private_text_has_few_words(kb: Kb) -> None:
    settings = kb.root / "kb.toml"
    settings.write_text(settings.read_text().replace('"whole"', '"fragments"'))
    note = kb.write("secret.txt", "The council will close the pier next week and tell nobody. " * 9)
    done = kb("add", "source", note, "--id", "secret", "--author", "A Gazette")
    assert "the title is the beginning of a private text" in done.err
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
