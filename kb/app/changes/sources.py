"""Import of documents: the text is stored under its digest, and a source is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from kb import documents
from kb.app.changes.source_people import Ask, People, authors
from kb.app.inquiry import duplicates
from kb.app.session import Session
from kb.documents.archives import split_archived
from kb.errors import Invalid, Refused, Usage
from kb.model import admission, dates, identifiers, iris, values
from kb.model.records import Record, Source
from kb.rdf import turtle_writer
from kb.text import excerpts, languages, parts, sentences
from kb.workspace.caches import document_library
from kb.workspace.catalogs.catalog import Known
from kb.workspace.files import folder
from kb.workspace.transactions import transaction

Bounds = tuple[date | None, date | None]
AUTHOR_TYPES: Final = ("person", "organisation", "group", "agent")


def add_source(
    session: Session,
    name: str,
    data: bytes,
    given: Mapping[str, str],
    *,
    collection: str | None = None,
    notes: list[str] | None = None,
    ask: Ask | None = None,
) -> Source:
    """Read a document: keep its text in `documents/` by digest, and write its Source.

    `given` wins over what the document states. `notes` gains a sentence for each thing that a
    person should know: a value that was changed, two statements that disagree, what is left out.
    `ask` returns the type of an author if nothing shows it, or "" if that is not known.

    Raises Usage if it cannot be read, Refused if this very text is a source already.
    """
    _typed({**given, "the path of the file": name})
    read = documents.read(name, data, given.get("url", ""))
    remarks: list[str] = [] if notes is None else notes
    remarks += [f"{key} {why}" for key, why in read.changed.items() if not given.get(key)]
    remarks += _remarks(read, given)
    if not read.text.strip():
        raise Usage(f"{name} is empty: there is no text to read.", "name a file with text in it")
    read = replace(read, authors=tuple(authors(given, read, session.known(), ask)))
    with transaction.writing(session.folder, f"add source {name}"):
        return _added(session, name, read, _originals(given, remarks), collection, remarks)


def _remarks(read: documents.Read, given: Mapping[str, str]) -> Iterator[str]:
    """Yield the remarks of the reader of the document."""
    yield from read.notes
    if read.archived and read.url:
        yield f"this is an archived copy, {read.archived}; url is the address of the original."
    if read.published and read.modified and not given.get("published"):
        first, last = read.published
        if read.modified > last:
            yield (
                f"the document was changed on {read.modified}; the text may be newer than {last}. "
                f"If so, use --published {first}..{read.modified}"
            )
    for what, words in read.left_out:
        yield f"left out: {what}{f' ({words})' if words else ''}"


def _originals(given: Mapping[str, str], notes: list[str]) -> dict[str, str]:
    """Return what was typed, with the address of an archived copy kept apart."""
    original, copy = split_archived(given.get("url", ""))
    if copy is None:
        return dict(given)
    where = f"url is recorded as {original}" if original else "its original address is not known"
    notes.append(f"{copy} is an archived copy; {where}.")
    return {**given, "url": original, "archived": copy}


def _added(
    session: Session,
    name: str,
    read: documents.Read,
    given: Mapping[str, str],
    collection: str | None,
    notes: list[str],
) -> Source:
    """Record a document as a source. This process must be the only writer."""
    session.whole()
    known = session.known()
    place = f"claims/{identifiers.slug(collection or session.folder.collection)}"
    _refuse_twin(session, known, read.text, given)
    title = given.get("title") or _title(name, read, session.folder.passages, notes)
    id = _id(known, given, title, _published(given, read)[0])
    people = People(known, f"{place}/entities.ttl", notes)
    people.find(given, read, id)
    obtained = measured(_obtained(id, name, given, known), read)
    described = _described(obtained, given, read, people)
    source = replace(described, title=title, recorded=transaction.now(session.folder))
    notes += duplicates.pointed_out(session, known, source, read)
    _admit([source, *people.new])
    folder.keep_document(session.folder, read.text)
    _write(session, _files(place, source, people), f"add source {name}")
    return source


def _title(name: str, read: documents.Read, passages: str, notes: list[str]) -> str:
    """Return the title of a document; one that is the beginning of the text is shown. Of a private
    text it has as few words as a passage may have.
    """
    title = read.title
    if not title:
        notes.append(
            f"the title is the name of the file, “{Path(name).stem}”. Another one: --title"
        )
        return Path(name).stem
    if " ".join(title.removesuffix("…").split()) not in " ".join(read.text.split()):
        return title
    if passages != "fragments" or excerpts.is_fragment(title):
        notes.append(f"the title is taken from the text: “{title}”. Another one: --title")
        return title
    short = " ".join(title.split()[: excerpts.FRAGMENT_WORDS])[: excerpts.FRAGMENT_LENGTH]
    notes.append(f"the title is from a private text, and is stored as “{short}…”.")
    return f"{short}…"


def _files(place: str, source: Source, people: People) -> dict[str, Sequence[Record]]:
    """Return the records to write, by file."""
    files: dict[str, Sequence[Record]] = {f"{place}/sources/{source.id}.ttl": [source]}
    if people.new:
        files[people.file] = people.new
    return files


def _refuse_twin(session: Session, known: Known, text: str, given: Mapping[str, str]) -> None:
    """Raise Refused if this very text is a source already and is not added as a copy of it.

    A text that is missing is stored again.
    """
    sha = folder.digest(text)
    twins = [source.id for source in known.sources.values() if source.sha256 == sha]
    related = [given[key] for key in ("copy-of", "version-of") if given.get(key)]
    if not twins or any(known.source(name).id in twins for name in related):
        return
    twin = twins[0]
    missing = document_library.find(session.folder, sha) is None
    if missing:
        folder.keep_document(session.folder, text)
    again = "; it was missing here, and is kept again" if missing else ""
    raise Refused(
        f"this text is a source already: {twin}{again}.",
        f"kb read {twin}; if somebody else published the same text, add it with --copy-of {twin}",
    )


def _published(given: Mapping[str, str], read: documents.Read) -> Bounds:
    """Return when a document was published: as typed, else as it says itself."""
    if given.get("published"):
        return dates.parse(given["published"]).window()
    return read.published or (None, None)


def _id(known: Known, given: Mapping[str, str], title: str, published: date | None) -> str:
    """Return the id as typed, else one made from year and title. Raises Usage if it is not an
    id.
    """
    title = f"{published.year} {title}" if published else title
    id = given.get("id") or known.fresh("source/", identifiers.slug(title, 44))
    if id in known.sources or identifiers.slug(id, 80) != id:
        raise Usage(
            f"“{id}” cannot be the id of a new source.",
            f"try --id {known.fresh('source/', identifiers.slug(id))}",
        )
    return id


def measured(source: Source, read: documents.Read) -> Source:
    """Return the source with what is computed from its text."""
    text = read.text
    return replace(
        source,
        sha256=folder.digest(text),
        length=len(text),
        words=len(text.split()),
        sentences=sentences.written(sentences.split(text)) or None,
        parts=parts.written(read.parts) or None,
        left_out=tuple(sorted({what for what, _ in read.left_out})),
    )


def _described(
    source: Source, given: Mapping[str, str], read: documents.Read, people: People
) -> Source:
    """Return the source with who published it, when and where, and what of that is unknown."""
    first, last = _published(given, read)
    url = given.get("url") or read.url
    because = given.get("because")
    if not because and not given.get("published"):
        because = read.published_because
    language = given.get("language") or _language(read, people.notes)
    facts = {
        "publisher": people.publisher,
        "author": people.named,
        "url": url,
        "published": last,
        "language": language,
    }
    return replace(
        source,
        publisher=people.publisher,
        author=people.author,
        co_authors=people.others,
        language=language,
        url=url,
        archived=given.get("archived") or read.archived,
        published_from=first,
        published_to=last,
        published_because=because,
        modified=read.modified,
        stated=tuple(sorted(read.stated)),
        unknown=tuple(sorted(name for name, value in facts.items() if not value)),
    )


def _obtained(id: str, name: str, given: Mapping[str, str], known: Known) -> Source:
    """Return a source with its file name, how it was obtained, and its original."""
    original, earlier = (
        known.source(given[key]).id if given.get(key) else None for key in ("copy-of", "version-of")
    )
    file = None if name == "-" else Path(name).name
    how = given.get("obtained") or f"read from {file or 'standard input'}"
    return Source(id, file_name=file, obtained=how, copy_of=original, version_of=earlier)


def record_sentences(session: Session, sources: Sequence[Source]) -> list[str]:
    """Store the sentence positions of these sources, if their texts are available. Return the files
    written.
    """
    with transaction.writing(session.folder, "record sentences"):
        known, files, find = session.known(), dict[str, list[Record]](), session.finder()
        for source in sources:
            text = find(source)
            if text is not None:
                now = replace(
                    known.sources.get(source.id, source),
                    sentences=sentences.written(sentences.split(text)) or None,
                )
                files.setdefault(known.files[source.path + source.id], []).append(now)
        return _write(session, dict(files), "record sentences")


def _language(read: documents.Read, notes: list[str]) -> str | None:
    """Return the language of the text: as detected, else as the document states it."""
    stated, found = read.language, languages.detected(read.text)
    if stated and found and stated.split("-")[0].lower() != found:
        notes.append(
            f"the document states the language {stated}, and its text looks like {found}, which "
            f"is recorded. If it is not, use --language {stated}"
        )
        return found
    return stated or found


def _typed(given: Mapping[str, str]) -> None:
    """Raise Usage if a typed value, or the path of the file, cannot be stored unchanged."""
    for key, text in given.items():
        label = key if key.startswith("the ") else f"--{key}"
        long = key in ("because", "obtained")
        if wrong := values.wrong(text, values.LONGEST_TEXT if long else values.LONGEST_NAME):
            again = "give the file another name, or kb add source - < FILE"
            raise Usage(f"{label} {wrong}.", again if label == key else "type it again")
        if not long and ("\n" in text or "\t" in text):
            raise Usage(
                f"{label} contains a line break or a tab: {ascii(values.shown(text))}.",
                "write it on one line, with spaces",
            )
    if given.get("author-type", "person") not in AUTHOR_TYPES:
        raise Usage(
            f"“{values.shown(given['author-type'])}” is not a type of an author.",
            f"one of {', '.join(AUTHOR_TYPES)}",
        )
    if given.get("url") and (wrong := iris.address_fault(given["url"])):
        raise Usage(f"--url {values.shown(given['url'])} {wrong}.", iris.remedy(given["url"]))


def _admit(records: Iterable[Record]) -> None:
    """Raise Invalid if a record may not be written."""
    if wrong := [problem for record in records for problem in admission.problems(record)]:
        raise Invalid(wrong)


def _write(session: Session, files: Mapping[str, Sequence[Record]], what: str) -> list[str]:
    seen = {name: session.folder.read(name) for name in files}
    texts = {
        name: turtle_writer.replace(seen[name], records, session.folder.base)
        for name, records in files.items()
    }
    return transaction.commit(session.folder, texts, seen, what)
