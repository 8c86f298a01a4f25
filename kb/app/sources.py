"""Sources: a document is read, its text kept by digest, and its Source written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from kb import documents
from kb.app.session import Session
from kb.errors import Invalid, Refused, Usage
from kb.model import admission, dates, identifiers, iris, values
from kb.model.records import Entity, Record, Source
from kb.rdf import turtle_writer
from kb.text import sentences
from kb.workspace import document_library, folder, transaction
from kb.workspace.catalog import Known

Bounds = tuple[date | None, date | None]


def add_source(
    session: Session,
    name: str,
    data: bytes,
    given: Mapping[str, str],
    collection: str | None = None,
    notes: list[str] | None = None,
) -> Source:
    """Read a document in: its text is kept in `documents/` by digest, its Source written. `given`
    wins over what the page states.

    `notes` gains a sentence for each thing that the page states and that could not be kept as it
    is.

    Raises Usage for what cannot be read, Refused where this very text is a source already.
    """
    _typed({**given, "the path of the file": name})
    read = documents.read(name, data)
    if notes is not None:
        notes += [f"{key} {why}" for key, why in read.changed.items() if not given.get(key)]
    if not read.text.strip():
        raise Usage(f"{name} is empty: there is no text to read.", "name a file with text in it")
    with transaction.writing(session.folder, f"add source {name}"):
        return _added(session, name, read, given, collection)


def _added(
    session: Session,
    name: str,
    read: documents.Read,
    given: Mapping[str, str],
    collection: str | None,
) -> Source:
    """The Source of a document that was read, written; this process is the only writer."""
    session.whole()
    known, folder_of = session.known(), collection or session.folder.collection
    _refuse_twin(session, known, read.text)
    title = given.get("title") or read.title or Path(name).stem
    id = _id(known, given, title, _published(given, read)[0])
    people, files = _people(session, given, read, known, id, folder_of)
    source = replace(
        _described(_measured(_obtained(id, name, given, known), read.text), given, read, people),
        title=title,
        language=given.get("language") or read.language or session.folder.language,
        recorded=transaction.now(session.folder),
    )
    _admit([source, *(r for records in files.values() for r in records)])
    folder.keep_document(session.folder, read.text)
    file = f"claims/{identifiers.slug(folder_of)}/sources/{id}.ttl"
    _write(session, {file: [source], **files}, f"add source {name}")
    return source


def _refuse_twin(session: Session, known: Known, text: str) -> None:
    """Raise Refused where this very text is a source already; a missing text is kept again."""
    sha = folder.digest(text)
    twin = next((s.id for s in known.sources.values() if s.sha256 == sha), None)
    if twin is None:
        return
    missing = document_library.find(session.folder, sha) is None
    if missing:
        folder.keep_document(session.folder, text)
    again = "; it was missing here, and is kept again" if missing else ""
    raise Refused(f"this text is a source already: {twin}{again}.", f"kb read {twin}")


def _published(given: Mapping[str, str], read: documents.Read) -> Bounds:
    """When it was published: as typed, else as the document states."""
    if given.get("published"):
        return dates.parse(given["published"]).window()
    return read.published or (None, None)


def _id(known: Known, given: Mapping[str, str], title: str, published: date | None) -> str:
    """The id as typed, else one made from year and title. Raises Usage where it cannot be one."""
    title = f"{published.year} {title}" if published else title
    id = given.get("id") or known.fresh("source/", identifiers.slug(title, 44))
    if id in known.sources or identifiers.slug(id, 80) != id:
        raise Usage(
            f"“{id}” cannot be the id of a new source.",
            f"try --id {known.fresh('source/', identifiers.slug(id))}",
        )
    return id


def _measured(source: Source, text: str) -> Source:
    """The source with what its text alone tells."""
    return replace(
        source,
        sha256=folder.digest(text),
        length=len(text),
        words=len(text.split()),
        sentences=sentences.written(sentences.split(text)) or None,
    )


def _described(
    source: Source, given: Mapping[str, str], read: documents.Read, people: Mapping[str, str]
) -> Source:
    """The source with who published it, when and where, and what of that is unknown."""
    first, last = _published(given, read)
    url = given.get("url") or read.url
    return replace(
        source,
        publisher=people.get("publisher"),
        author=people.get("author") or people["voice"],
        url=url,
        published_from=first,
        published_to=last,
        published_because=given.get("because"),
        unknown=_unknown(people, url, last),
    )


def _unknown(people: Mapping[str, str], url: str | None, published: date | None) -> tuple[str, ...]:
    """Names of what neither the document nor a person stated."""
    told = {
        "publisher": people.get("publisher"),
        "author": people.get("author"),
        "url": url,
        "published": published,
    }
    return tuple(sorted(name for name, value in told.items() if not value))


def _obtained(id: str, name: str, given: Mapping[str, str], known: Known) -> Source:
    """A source with the name of the file that was read, how it was obtained, and what it copies."""
    original = known.source(given["copy-of"]).id if given.get("copy-of") else None
    file = None if name == "-" else Path(name).name
    how = given.get("obtained") or f"read from {file or 'standard input'}"
    return Source(id, file_name=file, obtained=how, copy_of=original)


def record_sentences(session: Session, sources: Sequence[Source]) -> list[str]:
    """Store where the sentences of these sources begin and end, where their texts are at hand.
    Returns the files written.
    """
    with transaction.writing(session.folder, "record sentences"):
        known, files = session.known(), dict[str, list[Record]]()
        for source in sources:
            text = session.document(source)
            if text is not None:
                now = replace(
                    known.sources.get(source.id, source),
                    sentences=sentences.written(sentences.split(text)) or None,
                )
                files.setdefault(known.files[source.path + source.id], []).append(now)
        return _write(session, dict(files), "record sentences")


def _people(
    session: Session,
    given: Mapping[str, str],
    read: documents.Read,
    known: Known,
    source: str,
    collection: str,
) -> tuple[dict[str, str], dict[str, list[Record]]]:
    """Author and publisher as entities, made where they are new; a source without an author speaks
    as an entity of its own.
    """
    file = f"claims/{identifiers.slug(collection)}/entities.ttl"
    people, new = {}, list[Record]()
    for key, kind, name in (
        ("publisher", "organisation", given.get("publisher") or read.publisher),
        ("author", "person", given.get("author") or read.author),
    ):
        if name:
            if known.exactly(name, ("entity",)):
                people[key] = known.entity(name)
            else:
                people[key] = known.fresh("entity/", identifiers.slug(name))
                new.append(Entity(people[key], kind=kind, name=name))
                known.add(new[-1], file)
    people["voice"] = people.get("publisher") or f"author-of-{source}"
    if "author" not in people and "publisher" not in people:
        new.append(
            Entity(
                people["voice"], kind="organisation", name=f"author of {source}", naming="unnamed"
            )
        )
    return people, {file: new} if new else {}


def _typed(given: Mapping[str, str]) -> None:
    """Raise Usage where what a person typed for a source, or the path of its file, cannot be kept
    as it is.
    """
    for key, text in given.items():
        label = key if key.startswith("the ") else f"--{key}"
        long = key in ("because", "obtained")
        if wrong := values.wrong(text, values.LONGEST_TEXT if long else values.LONGEST_NAME):
            again = "give the file another name, or kb add source - < FILE"
            raise Usage(f"{label} {wrong}.", again if label == key else "type it again")
        if not long and ("\n" in text or "\t" in text):
            raise Usage(
                f"{label} holds a line break or a tab: {ascii(values.shown(text))}.",
                "write it on one line, with spaces",
            )
    if given.get("url") and (wrong := iris.address_fault(given["url"])):
        raise Usage(f"--url {values.shown(given['url'])} {wrong}.", iris.remedy(given["url"]))


def _admit(records: Iterable[Record]) -> None:
    """Raise Invalid where a record may not be written."""
    if wrong := [problem for record in records for problem in admission.problems(record)]:
        raise Invalid(wrong)


def _write(session: Session, files: Mapping[str, Sequence[Record]], what: str) -> list[str]:
    seen = {name: session.folder.read(name) for name in files}
    texts = {
        name: turtle_writer.replace(seen[name], records, session.folder.base)
        for name, records in files.items()
    }
    return transaction.commit(session.folder, texts, seen, what)
