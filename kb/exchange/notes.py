"""Records as Markdown notes with front matter and wiki links, a file each, as for Obsidian."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from kb.exchange.material import Made, Material, fields_of, tentative
from kb.model.records import Affiliation, Assertion, Claim, Entity, Judgement, Record, Source
from kb.workspace.catalogs import labels

TITLE: Final = "Markdown notes"
KEPT: Final = (
    fields_of(Claim, "statement kind subject predicate object place when")
    | fields_of(Claim, "begin_earliest end_latest scope_note")
    | fields_of(Assertion, "claim speaker stance source scope")
    | fields_of(Entity, "kind name also description within wikidata note")
    | fields_of(Source, "title author publisher published_from published_to url language note")
    | fields_of(Affiliation, "member relation party from_date to_date")
    | fields_of(Judgement, "kind about other verdict why coder")
    | {"claim status"}
)
Values = Mapping[str, object]
# Characters that a wiki link, a heading or a mark-up would read as its own.
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>|#~^$=])")
_ENDS: Final = re.compile(r"[\r\n\u2028\u2029\x00-\x1f]+")


def write(material: Material) -> Made:
    """Return a note for each claim, entity and source, and one that links to all."""
    known = material.known
    entities = sorted(known.entities.values(), key=lambda e: e.id)
    sources = sorted(known.sources.values(), key=lambda s: s.id)
    files = {f"{_key(claim)}.md": _claim(material, claim) for claim in material.claims()}
    about, read = _by_entity(material), _by_source(material)
    for entity in entities:
        files[f"{_key(entity)}.md"] = _entity(material, entity, about.get(entity.id, ()))
    for source in sources:
        files[f"{_key(source)}.md"] = _source(material, source, read.get(source.id, ()))
    records: list[Record] = [*material.claims(), *entities, *sources]
    files["index.md"] = _note({}, "Records", [f"- {_link(material, _key(r))}" for r in records])
    return Made("", files=files)


def _by_entity(material: Material) -> dict[str | None, list[Claim]]:
    """Return the claims about each entity."""
    found = defaultdict[str | None, list[Claim]](list)
    for claim in material.claims():
        for one in dict.fromkeys(claim.participants()):
            found[one].append(claim)
    return found


def _by_source(material: Material) -> dict[str | None, dict[str, None]]:
    """Return the ids of the claims of each source, in the order of its text."""
    found = defaultdict[str | None, dict[str, None]](dict)
    for said in material.assertions():
        if said.claim:
            found[said.source][said.claim] = None
    return found


def _claim(material: Material, claim: Claim) -> str:
    """Return the note of a claim: its status with both sides, and what it says."""
    row = material.statuses.get(claim.id)
    front = {
        "id": _key(claim),
        "type": "claim",
        "kind": claim.kind,
        "status": row.status if row else None,
        "from": claim.begin_earliest,
        "to": claim.end_latest,
        "when": claim.when,
        "predicate": claim.predicate,
    }
    said = material.said(claim)
    lines = [_named(material, "Subject", "entity/", claim.subject)]
    lines.append(_named(material, "Object", "entity/", claim.object))
    lines += [_named(material, "Place", "entity/", place) for place in claim.place]
    lines.append(_plain(claim.scope_note))
    silent = [a for a in said if a.stance == "silent"]
    against = [a for a in said if a.stance not in ("affirms", "silent")]
    lines += ["## For", *_said(material, (a for a in said if a.stance == "affirms"))]
    lines += ["## Against", *_said(material, against)]
    lines += ["## No comment", *_said(material, silent)] if silent else []
    return _note(front, claim.statement or claim.id, [*lines, *_judged(material, claim)])


def _said(material: Material, said: Iterable[Assertion]) -> Iterator[str]:
    """Yield a line for each assertion: who, which stance, in which document."""
    none = True
    for one in said:
        none = False
        why = [*one.scope, *filter(None, [tentative(one)])]
        scope = f" ({', '.join(why)})" if why else ""
        who = _link(material, f"entity/{one.speaker}") if one.speaker else "somebody"
        yield f"- {who} {one.stance}{scope}, in {_link(material, f'source/{one.source}')}"
    if none:
        yield "- nobody"


def _entity(material: Material, entity: Entity, about: Iterable[Claim]) -> str:
    """Return the note of an entity: its names, ties, statements, and claims about it."""
    front = {
        "id": _key(entity),
        "type": "entity",
        "kind": entity.kind,
        "aliases": list(entity.also),
        "wikidata": entity.wikidata,
    }
    lines = [_plain(entity.description), _plain(entity.note)]
    lines += [_named(material, "Within", "entity/", place) for place in entity.within]
    lines += ["## Ties", *(_tie(material, tie) for tie in material.known.ties(entity.id))]
    lines += ["## Claims about it", *(f"- {_link(material, _key(claim))}" for claim in about)]
    return _note(front, entity.name or entity.id, [*lines, *_judged(material, entity)])


def _tie(material: Material, tie: Affiliation) -> str:
    """Return the line of an affiliation with its days."""
    days = f" ({tie.from_date or ''}..{tie.to_date or ''})" if tie.from_date or tie.to_date else ""
    ends = (_link(material, f"entity/{end}") for end in (tie.member, tie.party))
    return f"- {f' {tie.relation} '.join(ends)}{days}"


def _source(material: Material, source: Source, claims: Iterable[str]) -> str:
    """Return the note of a source, with the claims that were read from it."""
    front = {
        "id": _key(source),
        "type": "source",
        "published": source.published_from,
        "published-to": source.published_to,
        "url": source.url,
        "language": source.language,
    }
    lines = [_named(material, "Author", "entity/", source.author)]
    lines += [_named(material, "Publisher", "entity/", source.publisher), _plain(source.note)]
    lines += ["## Claims", *(f"- {_link(material, f'claim/{claim}')}" for claim in claims)]
    return _note(front, source.title or source.id, [*lines, *_judged(material, source)])


def _judged(material: Material, record: Record) -> Iterator[str]:
    """Yield the judgements about a record."""
    found = material.known.judgements(_key(record))
    if found:
        yield "## Judgements"
    for one in found:
        ends = [end for end in (one.about, one.other) if end and end != _key(record)]
        others = "".join(f" {_link(material, end)}" for end in ends)
        verdict = f": {_plain(one.verdict)}" if one.verdict else ""
        by, why = _plain(one.coder) or "somebody", _plain(one.why)
        yield f"- {one.kind}{others}{verdict} ({by}: {why})"


def _key(record: Record) -> str:
    return f"{record.path}{record.id}"


def _named(material: Material, name: str, path: str, id: str | None) -> str:
    """Return a line with a link, "" without a record."""
    return f"{name}: {_link(material, path + id)}" if id else ""


def _link(material: Material, key: str) -> str:
    """Return a wiki link to a note, with the name of its record."""
    record = material.known.present(key)
    if not isinstance(record, Claim | Entity | Source):
        return f"`{key}`"
    name = re.sub(r"[][|#^]", " ", labels.label(record) or record.id)
    return f"[[{key}|{_ENDS.sub(' ', name)}]]"


def _plain(text: str | None) -> str:
    """Return a text on one line that is no mark-up."""
    return _SPECIAL.sub(r"\\\1", _ENDS.sub(" ", text or ""))


def _note(front: Values, title: str, lines: Iterable[str]) -> str:
    """Return a note. The values of its front matter are JSON, which YAML reads."""
    values = {name: value for name, value in front.items() if value not in (None, "", [])}
    head = [f"{name}: {_value(value)}" for name, value in values.items()]
    matter = ["---", *head, "---", ""] if head else []
    body = [line for line in lines if line]
    return "\n".join([*matter, f"# {_plain(title)}", "", *body]) + "\n"


def _value(value: object) -> str:
    return json.dumps(value if isinstance(value, list) else str(value), ensure_ascii=False)
