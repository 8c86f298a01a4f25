"""From a sheet to records: names resolved, passages found, dates worked out. Nothing is written here.

Importing again is harmless: claims are found by their sentence, assertions by source, claim, speaker and stance, and both keep their
first recorded time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from kb import anchor, dates, ids, phrases, turtle
from kb.errors import KbError
from kb.known import Known
from kb.model import Affiliation, Assertion, Claim, Entity, Judgement, Quote, Record, Relay, Source
from kb.sheet import ROLE_KEYS, Entry, Sheet, Value
from kb.vocab import BASES, DISPUTES, EXTENTS, FORMS, HELD, JUDGEMENTS, KINDS, READINGS, STANCES, WIKIDATA

# Stances that take the place of a claim; the others need no scope.
UNSCOPED = ("affirms", "silent", "retracts", "disowns")


@dataclass(slots=True)
class Change:
    """What a sheet would do: file → records to write there, and IRIs' tails of records that nothing refers to any more."""

    source: str = ""
    files: dict[str, list[Record]] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def from_sheet(sheet: Sheet, known: Known, text: str | None, now: datetime, collection: str) -> Change:
    """The change a sheet asks for; problems are added to the sheet, and with errors among them the change is not to be used.

    `known` learns the sheet's records. `text` is the source's text, None where it is not at hand.
    """
    coding = _Coding(sheet, known, text, now, sheet.get("collection") or collection)
    coding.run()
    return coding.change


@dataclass(slots=True)
class _Coding:
    sheet: Sheet
    known: Known
    text: str | None
    now: datetime
    collection: str
    change: Change = field(default_factory=Change)
    source: Source | None = None
    used: set[str] = field(default_factory=set)  # assertions of the source that this sheet has matched

    def run(self) -> None:
        """Everything, in the order in which later parts need earlier ones."""
        self._source()
        for slug, value in self.sheet.new.items():
            self._new(slug, value)
        for entry in self.sheet.claims:
            self._claim(entry)
        for value in self.sheet.affiliations:
            self._affiliation(value)
        for entry in self.sheet.judgements:
            self._judgement(entry)
        for value in self.sheet.skip:
            self._skip(value)
        self._orphans()

    def problem(self, code: str, error: Exception | str, at: Value | Entry | None, hint: str = "") -> None:
        """Note what is wrong at a place of the sheet."""
        message, more = (error.message, error.hint) if isinstance(error, KbError) else (str(error), "")
        self.sheet.problem(code, message, at, hint or more)

    # --- records -----------------------------------------------------------------------------------------------------------------

    def _put(self, record: Record, file: str) -> None:
        """Write `record` where it stands already, else in `file`; a record that is the same stays as it is."""
        record = turtle.ordered(record)
        key = record.path + record.id
        file = self.known.files.get(key, file)
        old = next((r for r in self.change.files.get(file, ()) if r.path + r.id == key), None)
        if old:
            self.change.files[file].remove(old)
        self.change.files.setdefault(file, []).append(record)
        if not isinstance(record, Quote | Relay):
            before = self.known.files.get(key)
            listed = self.change.changed if before else self.change.added
            if key not in self.change.added and key not in self.change.changed and not (before and self._same(record)):
                listed.append(key)
        self.known.add(record, file)

    def _same(self, record: Record) -> bool:
        return any(r == record for r in self.known.all() if r.path + r.id == record.path + record.id)

    def _file(self, name: str) -> str:
        return f"claims/{self.collection}/{name}.ttl"

    def _source(self) -> None:
        value = self.sheet.top.get("source")
        if value is None or not value.text:
            if self.sheet.claims or self.sheet.skip:
                self.problem(
                    "sheet-source", "the sheet does not say which source it codes.", value, "source: beginning of its name; kb list sources"
                )
            return None
        try:
            source = self.known.source(value.text)
        except KbError as error:
            return self.problem("unknown-source", error, value)
        published = self.sheet.top.get("published")
        if published:
            window = self._dates(published, (None, None), "published").window()
            source = replace(source, published_from=window[0], published_to=window[1])
        if self.sheet.get("because"):
            source = replace(source, published_because=self.sheet.get("because"))
        self.source = source
        self.change.source = source.id
        if source != self.known.sources[source.id]:
            self._put(source, self.known.files["source/" + source.id])
        if self.text is None:
            hint = "put the text into documents/ or name its folder in KB_DOCUMENTS; it is known by its sha256"
            self.problem("text-missing", f"the text of {source.id} is not at hand, so no passage can be found in it.", value, hint)

    def _new(self, slug: str, value: Value) -> None:
        try:
            new = phrases.new_entity(value.text)
            within = tuple(self.known.entity(w) if w not in self.sheet.new else w for w in new.within)
        except (ValueError, KbError) as error:
            return self.problem("bad-entity", error, value)
        if ids.slug(slug) != slug:
            return self.problem("bad-id", f"“{slug}” is not an id: lower-case words joined by hyphens.", value, f"write {ids.slug(slug)}")
        old = self.known.entities.get(slug, Entity(slug))
        if old.name == slug:  # named by its id only, until a sheet says more
            old = replace(old, name=None)
        names = new.names or ((old.name,) if old.name else (slug.replace("-", " "),))
        entity = replace(
            old,
            kind=new.type,
            name=old.name or names[0],
            also=tuple(dict.fromkeys((*old.also, *(n for n in names if n != (old.name or names[0]))))),
            description=new.description or old.description,
            naming=new.naming or old.naming,
            within=tuple(dict.fromkeys((*old.within, *within))),
            wikidata=WIKIDATA + new.wikidata if new.wikidata else old.wikidata,
        )
        if turtle.ordered(entity) != self.known.entities.get(slug):
            self._put(entity, self._file("entities"))

    # --- claims ------------------------------------------------------------------------------------------------------------------

    def _claim(self, entry: Entry) -> None:
        sentence = entry.get("claim")
        if not sentence:
            return None
        try:
            if sentence.startswith("="):
                claim = self.known.claim(sentence[1:].strip())
            else:
                same = [c for c in self.known.claims.values() if c.statement == sentence and not c.invalidated]
                claim = same[0] if same else Claim(ids.fresh(ids.slug(sentence), self.known.claims), statement=sentence, recorded=self.now)
                self._alike(claim, bool(same))
        except KbError as error:
            return self.problem("unknown-claim", error, entry.values["claim"])
        claim = replace(claim, **self._content(entry, claim))
        if claim.kind is None:
            message = "the kind of this claim is not known."
            self.problem("claim-kind", message, entry, f"add kind: {' | '.join(KINDS)}, or what: with a predicate that implies it")
        if turtle.ordered(claim) != self.known.claims.get(claim.id):
            self._put(claim, self._file(f"claims/{ids.slug(entry.get('topic') or self.sheet.get('topic') or 'general')}"))
        if claim.id not in self.change.claims:
            self.change.claims.append(claim.id)
        for said in entry.said:
            self._said(said, claim)

    def _alike(self, claim: Claim, exists: bool) -> None:
        if exists or len(self.known.claims) > 5000:
            return
        near = [n for n in ids.nearest(claim.id, self.known.claims, 0.85) if n != claim.id][:1]
        self.change.notes += [f"“{claim.statement}” looks like the existing {n}; to attach to it write claim: ={n}" for n in near]

    def _content(self, entry: Entry, claim: Claim) -> dict[str, Any]:
        """The fields of a claim that an entry gives; what it does not name stays as it is."""
        out: dict[str, Any] = self._core(entry)
        for key, role in ROLE_KEYS.items():
            if entry.get(key):
                out[role] = tuple(filter(None, (self._entity(n, entry.values[key]) for n in phrases.names_in(entry.get(key)))))
        for key, allowed in (("kind", KINDS), ("extent", EXTENTS), ("held", HELD)):
            if entry.get(key):
                out[key] = self._token(entry.values[key], allowed)
        for key, name in (("unit", "unit"), ("counted", "counted"), ("if", "condition"), ("note", "scope_note")):
            if entry.get(key):
                out[name] = entry.get(key)
        if entry.get("not"):
            out["polarity"] = "positive" if entry.get("not").lower() in {"no", "false"} else "negative"
        out |= self._count(entry)
        return out | self._when(entry, out.get("kind") or claim.kind)

    def _core(self, entry: Entry) -> dict[str, Any]:
        """Subject, predicate, object and the kind that the predicate implies."""
        value = entry.values.get("what")
        if value is None:
            return {}
        parts = [p.strip() for p in value.text.split(">")]
        if len(parts) not in {2, 3} or not all(parts):
            self.problem("bad-what", f"“{value.text}” is not “subject > predicate > object”.", value, "what: somebody > sent > something")
            return {}
        declared = self.known.predicates.get(parts[1])
        if declared is None:
            hint = ids.suggestion(parts[1], self.known.predicates, "kb list predicates shows them; ontology/predicates.ttl declares them")
            self.problem("unknown-predicate", f"no predicate is called “{parts[1]}”.", value, hint)
            return {}
        out = {"subject": self._entity(parts[0], value), "predicate": parts[1], "kind": declared.kind}
        return out | ({"object": self._entity(parts[2], value)} if len(parts) == 3 else {})

    def _count(self, entry: Entry) -> dict[str, Any]:
        if not entry.get("count"):
            return {}
        try:
            n = phrases.quantity(entry.get("count"))
        except ValueError as error:
            self.problem("bad-count", error, entry.values["count"])
            return {}
        return {"quantity_min": n.min, "quantity_max": n.max, "quantity_best": n.best, "exactness": n.exactness, "quantity": n.phrase}

    def _when(self, entry: Entry, kind: str | None) -> dict[str, Any]:
        if not entry.get("when"):
            return {}
        said = next((s.values["on"] for s in entry.said if s.get("on")), None)
        reference = self._published()
        if said is not None:
            reference = self._dates(said, reference, "").window()
        when = self._dates(entry.values["when"], reference, "the claim's date")
        begin, end, spans = when.begin, when.end, ".." in entry.get("when").partition(";")[0]
        if kind != "state" and spans:  # for an event, A..B is a window in which it happened
            begin, end = (begin[0], None), (None, end[1])
        held = {} if kind != "state" or entry.get("held") else {"held": "all" if spans else "some"}
        bounds = {"begin_earliest": begin[0], "begin_latest": begin[1], "end_earliest": end[0], "end_latest": end[1]}
        return bounds | {"when": when.phrase or None} | held

    # --- assertions --------------------------------------------------------------------------------------------------------------

    def _said(self, said: Entry, claim: Claim) -> None:
        quote = self._quote(said.values.get("at"), said)
        speakers = self._speakers(said)
        stance, scope = self._stance(said)
        if quote is None or self.source is None:
            return
        on = self._dates(said.values["on"], self._published(), "the saying's date") if said.get("on") else dates.When()
        fields: dict[str, Any] = {
            "source": self.source.id,
            "quote": quote.id,
            "claim": claim.id,
            "stance": stance,
            "scope": scope,
            "said_from": on.window()[0],
            "said_to": on.window()[1],
            "said": on.phrase or None,
            "manner": said.get("manner") or None,
            "words": phrases.names_in(said.get("words")),
            "note": said.get("note") or None,
            "checked_by": phrases.names_in(said.get("checked")),
            "coder": self.sheet.get("coder") or None,
        }
        for key, allowed in (("basis", BASES), ("form", FORMS), ("reading", READINGS)):
            fields[key] = self._token(said.values[key], allowed) if said.get(key) else None
        fields["speaker_certain"] = said.get("certain").lower() not in {"no", "false"} if said.get("certain") else None
        for speaker in speakers:
            self._assert(speaker, fields, said)

    def _assert(self, speaker: str, fields: dict[str, Any], said: Entry) -> None:
        assert self.source is not None
        key = ids.assertion_id(self.source.id, fields["claim"], speaker, fields["stance"])
        old = self._matching(key, fields, speaker)
        id = old.id if old else ids.fresh(key, self.known.assertions)
        self.used.add(id)
        target = self._target(said, fields)
        relays = self._relays(id, speaker, said)
        recorded = old.recorded if old else self.now
        record = Assertion(id=id, speaker=speaker, relays=relays, target=target, recorded=recorded, **fields)
        if old:
            record = replace(record, coder=record.coder or old.coder, revision_of=old.revision_of)
        if turtle.ordered(record) != old:
            self._put(record, self._source_file())

    def _matching(self, key: str, fields: dict[str, Any], speaker: str) -> Assertion | None:
        """The stored assertion this is: same source, claim, speaker and stance; of several, that at the same passage, else the first unused."""
        found = [
            a
            for a in self.known.assertions.values()
            if a.source == fields["source"] and a.claim == fields["claim"] and a.speaker == speaker and a.stance == fields["stance"]
            if a.id not in self.used and not a.invalidated and a.recorded != self.now
        ]
        same = [a for a in found if a.quote == fields["quote"]]
        return next(iter(same or sorted(found, key=lambda a: a.id)), None)

    def _target(self, said: Entry, fields: dict[str, Any]) -> str | None:
        """What a *disowns* is aimed at: an assertion of the same claim, named by its speaker."""
        if fields["stance"] != "disowns":
            return None
        value = said.values["disowns"]
        aimed = [
            a.id
            for a in self.known.assertions.values()
            if a.claim == fields["claim"] and value.text in {a.id, a.speaker} and a.stance != "disowns" and not a.invalidated
        ]
        if len(aimed) != 1:
            self.problem(
                "disowns-target", f"“{value.text}” does not name one assertion of this claim.", value, "disowns: its id, or its speaker"
            )
        return aimed[0] if aimed else None

    def _relays(self, id: str, speaker: str, said: Entry) -> tuple[str, ...]:
        """Everyone between the reader and the speaker, outermost first: the source's author, then `via:`."""
        assert self.source is not None
        chain = [] if self.source.author in {None, speaker} else [str(self.source.author)]
        if said.get("via"):
            chain += [e for e in (self._entity(n, said.values["via"]) for n in phrases.names_in(said.get("via"))) if e]
        named = [(f"{id}-r{n}", n, name) for n, name in enumerate(chain, 1)]
        relays = [replace(self.known.relays.get(r, Relay(r)), position=n, speaker=name) for r, n, name in named]
        for relay in relays:
            if self.known.relays.get(relay.id) != relay:
                self._put(relay, self._source_file())
        self.change.removed |= {f"assertion/{r}" for r in self.known.relays if r.startswith(f"{id}-r") and r not in {x.id for x in relays}}
        return tuple(r.id for r in relays)

    def _stance(self, said: Entry) -> tuple[str, tuple[str, ...]]:
        given = [s for s in STANCES if s in said.values]
        if len(given) > 1:
            self.problem("two-stances", f"one entry takes one stance, not {' and '.join(given)}.", said, "make two entries under said:")
        stance = given[0] if given else "affirms"
        if stance in UNSCOPED:
            return stance, ()
        value = said.values[stance]
        scope = tuple(filter(None, (self._token(replace(value, text=t), DISPUTES) for t in phrases.names_in(value.text))))
        return stance, scope or ("unspecified",)

    def _speakers(self, said: Entry) -> list[str]:
        value = said.values.get("by")
        if value is None or not value.text:
            if self.source and not self.source.author:
                self.problem(
                    "no-author", "the source has no author to speak for itself.", said, "add by:, or kb add source FILE --author NAME"
                )
            return [self.source.author] if self.source and self.source.author else []
        try:
            found = phrases.speakers(value.text)
        except ValueError as error:
            self.problem("bad-speaker", error, value)
            return []
        return [s for s in (self._speaker(f, value) for f in found) if s]

    def _speaker(self, meant: phrases.Speaker, value: Value) -> str | None:
        if meant.naming == "named":
            return self._entity(meant.words, value)
        if self.source is None:
            return None
        own = "" if meant.naming == "unattributed" else " " + self.source.id
        slug = ids.slug(meant.slug_words() + own, longest=90)
        if slug not in self.known.entities:
            name = f"{meant.words}, {meant.number} of {meant.of}" if meant.of > 1 else meant.words
            kind = "person" if meant.of else "group"
            self._put(Entity(slug, kind=kind, name=name, naming=meant.naming), self._file("entities"))
        return slug

    # --- the rest ----------------------------------------------------------------------------------------------------------------

    def _affiliation(self, value: Value) -> None:
        try:
            tie = phrases.tie(value.text)
            member, party = self.known.entity(tie.member), self.known.entity(tie.party)
        except (ValueError, KbError) as error:
            return self.problem("bad-affiliation", error, value)
        when = self._dates(replace(value, text=tie.when), self._published(), "").window() if tie.when else (None, None)
        wanted = Affiliation("", member=member, relation=tie.relation, party=party, from_date=when[0], to_date=when[1])
        stored = [a for a in self.known.others.values() if isinstance(a, Affiliation)]
        if any(replace(a, id="", basis=None, note=None, recorded=None) == wanted for a in stored):
            return None
        id = ids.fresh(f"{member}-{tie.relation}-{party}", {a.id for a in stored})
        self._put(replace(wanted, id=id, recorded=self.now), self._file("affiliations"))

    def _judgement(self, entry: Entry) -> None:
        kind = self._token(entry.values["kind"], JUDGEMENTS) if entry.get("kind") else None
        about, other = (self._about(entry, key) for key in ("about", "other"))
        if not kind or not about or not entry.get("why"):
            return self.problem(
                "bad-judgement", "a judgement needs kind, about and why.", entry, "kind: same-event, about: claim/…, other: claim/…, why: …"
            )
        id = ids.slug(f"{kind} {about.split('/')[1]} {(other or '/').split('/')[1]}", longest=110)
        old = self.known.others.get("judgement/" + id)
        record = Judgement(
            id,
            kind=kind,
            about=about,
            other=other,
            lines=entry.get("lines") or None,
            verdict=entry.get("verdict") or None,
            why=entry.get("why"),
        )
        recorded = old.recorded if isinstance(old, Judgement) else self.now
        record = replace(record, coder=self.sheet.get("coder") or None, recorded=recorded)
        if record != old:
            self._put(record, self._file("judgements"))

    def _about(self, entry: Entry, key: str) -> str | None:
        """`claim/ID`, `entity/ID`, `source/NAME`, resolved."""
        name = entry.get(key)
        if not name:
            return None
        path, _, id = name.rpartition("/")
        try:
            match path or "claim":
                case "claim":
                    return "claim/" + self.known.claim(id).id
                case "entity":
                    return "entity/" + self.known.entity(id)
                case "source":
                    return "source/" + self.known.source(id).id
        except KbError as error:
            self.problem("unknown-record", error, entry.values[key])
            return None
        self.problem("unknown-record", f"“{name}” is not claim/…, entity/… or source/….", entry.values[key])
        return None

    def _skip(self, value: Value) -> None:
        at, _, why = value.text.rpartition(";")
        if not at or not why.strip():
            return self.problem("bad-skip", "a skipped passage needs its reason.", value, "- 84 Please … comment; form of the web page")
        self._quote(replace(value, text=at.strip()), value, why.strip())

    def _quote(self, value: Value | None, at: Entry | Value, skipped: str | None = None) -> Quote | None:
        if value is None or not value.text:
            self.problem("no-passage", "an assertion needs its passage.", at, "at: LINE first words … last words")
            return None
        if self.text is None or self.source is None:
            return None
        found = anchor.find(self.text, value.text)
        if isinstance(found, anchor.Miss):
            self.problem(found.code, found.message, value, found.hint)
            return None
        passage = self.text[found.start : found.end]
        quote = Quote(
            ids.quote_id(self.source.id, found.start, found.end),
            source=self.source.id,
            start=found.start,
            end=found.end,
            sha256=anchor.digest(passage),
            fragment=self._fragment(found, passage),
            skipped=skipped,
        )
        stored = self.known.quotes.get(quote.id)
        quote = replace(stored, skipped=skipped or stored.skipped) if stored else quote
        if self.known.quotes.get(quote.id) != quote:
            self._put(quote, self._source_file())
        self.change.removed.discard("source/" + quote.id)
        return quote

    def _fragment(self, span: anchor.Span, passage: str) -> str:
        """The stored words, cut to one where more would bring the source's fragments over their share."""
        words = anchor.fragment(passage)
        others = [
            (q.start or 0, (q.start or 0) + len(q.fragment or ""))
            for q in self.known.quotes.values()
            if self.source and q.source == self.source.id
        ]
        if anchor.share(self.text or "", [*others, (span.start, span.start + len(words))]) < anchor.MOST_QUOTED:
            return words
        return words.split()[0]

    def _orphans(self) -> None:
        """Quotes of the source that no assertion and no skip uses any more go."""
        if self.source is None or not (self.sheet.claims or self.sheet.skip):
            return
        used = {a.quote for a in self.known.assertions.values()} | {r.quote for r in self.known.relays.values()}
        idle = [q for q in self.known.quotes.values() if q.source == self.source.id and q.id not in used and not q.skipped]
        self.change.removed |= {"source/" + q.id for q in idle}
        for records in self.change.files.values():
            records[:] = [r for r in records if r.path + r.id not in self.change.removed]

    # --- words of the sheet ------------------------------------------------------------------------------------------------------

    def _entity(self, name: str, value: Value) -> str | None:
        try:
            return self.known.entity(name)
        except KbError as error:
            self.problem("unknown-entity", error, value)
            return None

    def _token(self, value: Value, allowed: Iterable[str]) -> str | None:
        if value.text in allowed:
            return value.text
        known = list(allowed)
        self.problem(
            "unknown-word", f"“{value.text}” is not known here.", value, ids.suggestion(value.text, known, f"known: {', '.join(known)}")
        )
        return None

    def _dates(self, value: Value, reference: tuple[date | None, date | None], what: str) -> dates.When:
        try:
            when = dates.parse(value.text, reference)
        except ValueError as error:
            self.problem("bad-date", error, value)
            return dates.When()
        if when.warning:
            self.sheet.problem("date-weekday", f"{when.warning}.", value, "check the document; the phrase is kept", severity="warning")
        if what and "".join(c for c in value.text if c.isalpha()):
            self.change.notes.append(f"line {value.line}: {what} “{value.text}” is {dates.show(*when.window())}")
        return when

    def _published(self) -> tuple[date | None, date | None]:
        return (self.source.published_from, self.source.published_to) if self.source else (None, None)

    def _source_file(self) -> str:
        assert self.source is not None
        return self.known.files["source/" + self.source.id]
