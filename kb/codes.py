"""What the program's own problem codes mean, for `kb explain`. Shapes and saved checks explain themselves."""

from __future__ import annotations

from typing import Final

CODES: Final = {
    "turtle-syntax": "A stored file is not Turtle, so nothing in it can be read.\nTo mend it: each property line ends in “ ;”, the last one of a "
    "record in “ .”; text stands in double quotes; git diff shows what was changed last.",
    "unreadable": "A file or folder cannot be read: its permissions forbid it, it is not UTF-8 text, it is a pipe, a device or a link that leads out of the "
    "knowledge base, or its name cannot be shown. What it contains is missing from every answer.\nTo fix it: correct its permissions, convert or rename "
    "it, or bring it back with git; remove the link, or put the file itself in its place.",
    "foreign-base": "No record of a file, or of any file, begins with the base of kb.toml, so no answer includes them.\nTo fix it: correct the base in "
    "kb.toml, as the hint says; or move the file to the knowledge base it belongs to.",
    "unknown-policy": "kb.toml names a policy that no ontology file declares, so no status can be worked out.\nTo fix it: correct policy in kb.toml; kb "
    "validate says whether the file that declares it is broken.",
    "own-query": "A saved query of this knowledge base is not used: its header, its name or its SPARQL is wrong, or another one has its name.\nTo fix it: "
    "correct it at the line that is named, rename it, or remove it.",
    "names-alike": "Two names in one folder differ only in case or in how accents are written. Windows and macOS take them for one file.\nTo fix it: rename "
    "one of them.",
    "record-twice": "Two blocks of one file describe the same record.\nTo mend it: join them; one record is one block.",
    "id-twice": "Two files describe the same record.\nTo mend it: keep one of them, or give the other an id of its own.",
    "blank-node": "Stored files name everything by an IRI, so that it can be pointed at.\nTo mend it: write <…> in the place of [ … ] or _:x.",
    "not-a-record": "Something is described that is no source, quote, claim, assertion, relay, entity, affiliation or judgement under the "
    "base IRI.\nTo mend it: check the @base line, the spelling of the IRI, and the “a kb:…” line.",
    "unknown-property": "A record has a property that the model does not have; it would never be asked for.\nTo mend it: see "
    "ontology/vocabulary.ttl for the properties of each record.",
    "unseen-characters": "A name or statement holds marks that turn or hide writing, or a word of look-alike letters of two alphabets, so that two names may "
    "look the same and be others.\nTo mend it: type it anew with kb edit; leave it where the source has it so.",
    "changed-outside": "A file is not as the last command left it: it was edited by hand, or came by git. This covers the claims, kb.toml, and the "
    "files in ontology/ and queries/, which decide answers as well. Such a change is allowed, and always reported, so that a change nobody made is "
    "seen.\nTo fix it: look at it (git diff), then kb fsck --accept.",
    "missing-file": "A file that commands wrote or accepted here is gone, so what it contained is missing from every answer.\nTo fix it: bring it "
    "back with git or from a copy; where it was removed on purpose, kb fsck --accept.",
    "damaged-file": "A stored file has other bytes than were written, though its time of writing is the same: a fault of the disk or of a program.\nTo "
    "fix it: bring the file back with git or from a copy.",
    "damaged-document": "A text in documents/ is not the one that was read, so quotes cannot be held to it.\nTo mend it: delete it, and read the document in "
    "again with kb add source; it is known by its digest.",
    "missing-document": "A source was read in here and its text kept in documents/, as the journal knows, and the text is no longer at hand: its quotes "
    "cannot be checked.\nTo mend it: bring the text back from a copy, or read the same document in again with kb add source; it says that it is a source "
    "already, and keeps the text.",
    "journal-damaged": "The log cannot be believed in full. Each entry contains the digest of the one before, and the last command recorded the digest "
    "of each file and of the newest entry: something of that was changed, removed or added outside kb, or damaged by the disk. The files themselves may be "
    "sound.\nTo fix it: bring .journal back from a copy; or, once you have looked at the files, kb migrate seals the log as it is.",
    "head-unknown": "The digest of kb log --head that you kept is of no entry of this log: its history was rewritten or cut, or it is the log of another "
    "knowledge base.\nTo fix it: compare with a copy from the time when you noted the digest.",
    "strange-file": "Something is a link, a pipe, a device or a folder where kb expects a file, or lies where nothing is read. It is not followed and not "
    "opened; in .journal, it keeps commands from writing.\nTo fix it: find out where it came from, and remove it.",
    "clock": "The newest entry of the log is dated in the future: the clock of a computer is or was wrong. Records are never dated before the newest entry, "
    "so that none ends before it begins.\nTo fix it: set the clock; if it was wrong when the entry was written, kb undo takes it back.",
    "journal-pending": "A command promised a change and was killed, and finishing it failed: the disk is full, a folder may not be written, or what it "
    "promised cannot be read.\nTo mend it: free space, then kb fsck --repair, which puts aside what cannot be read, in .journal/kept.",
    "kept-texts": "A command was killed half way, and before it could be finished somebody changed one of its files. The file stands as it was changed, "
    "everything else is as before the command, and its texts lie in .journal/kept. Or what it had begun could not be read, and was put aside there.\nTo mend it: run the command again if it is wanted, then delete that folder.",
    "left-over": "A temporary file or an empty folder of a killed or refused command. Nobody needs it.\nTo fix it: kb fsck --repair.",
    "index-differs": "The index does not hold what the text says, so answers may be wrong. The text is what counts.\nTo mend it: kb fsck --repair.",
    "not-canonical": "A stored file is not in canonical layout. Nothing is wrong with what it says, but changes to it show badly in git.\nTo mend it: kb fmt.",
    "quote-mismatch": "The text at hand does not say this at this place. The stored passage is never moved by the program.\nTo mend it: kb read "
    "SOURCE shows the text; code the passage again on a sheet.",
    "quote-ambiguous": "The words occur more than once on that line, and no guess is made.\nTo mend it: copy a word or two more.",
    "quote-line": "The line number is beyond the end of the text.\nTo mend it: kb read SOURCE shows the numbers.",
    "quote-address": "A passage is a line number and words copied from that line; … joins its two ends.\nTo mend it: at: 24 first words … last words",
    "quote-id": "A quote's name is its source's name with #char=start,end behind it (RFC 5147).\nTo mend it: make name and offsets agree.",
    "quoted-share": "All stored fragments of one source together must stay under a fifth of its words: the text itself stays outside.\nTo mend it: "
    "shorten fragments to one word.",
    "date-weekday": "A weekday and a date do not agree. Both readings are kept in the bounds; the document may be wrong.\nTo mend it: nothing, if "
    "the document says so; else correct the date.",
    "text-missing": "A sheet can only be anchored with the text at hand.\nTo mend it: put the text into documents/ or name its folder in KB_DOCUMENTS.",
    "sentences-broken": "The begins and ends of the sentences that a source keeps are not ascending, or leave the text.\nTo mend it: with the text at "
    "hand, kb coverage SOURCE --record works them out again.",
    "sentences-differ": "A source keeps where its sentences begin and end, so that coverage is known without the text; the text at hand has other "
    "ones.\nTo mend it: kb coverage SOURCE --record, then kb coverage SOURCE shows what is open.",
    "unknown-entity": "A speaker or participant is not recorded.\nTo mend it: spell it as kb list entities shows it, or declare it under new:.",
    "unknown-predicate": "The word in the middle of what: is not a declared predicate.\nTo mend it: kb list predicates; declare a new one in "
    "ontology/predicates.ttl.",
    "unknown-source": "The sheet names a source that is not there.\nTo mend it: kb list sources, or kb add source FILE.",
    "unknown-claim": "=ID names no claim, or several.\nTo mend it: kb find WORDS; write more of the id.",
    "unknown-record": "A judgement is about something that is not recorded.\nTo mend it: claim/ID, entity/ID or source/ID.",
    "unknown-word": "A value is not in the list that is allowed there.\nTo mend it: the message names the list.",
    "claim-unasserted": "A claim is recorded because somebody takes a stance on it; nobody does on this one.\nTo mend it: add said: with by: and at:.",
    "claim-kind": "The kind decides how a claim is judged: an event, a state, a forecast ….\nTo mend it: add kind:, or what: with a predicate.",
    "bad-date": "A date could not be read, or is not in the calendar.\nTo mend it: 2020-06-05, 2020-06, 2014.., A..B, Friday, last week; DATE; phrase.",
    "bad-count": "A number could not be read.\nTo mend it: 8, 8..10, more than 100, at least 8, up to 8, about 30; or 200..; hundreds.",
    "bad-character": "A value holds a control character, half of a surrogate pair, or a code point that is not a character. No stored value may have one; "
    "tabs and line breaks are allowed.\nTo fix it: type the value again; a name copied from a terminal or a PDF may carry such characters.",
    "bad-address": "An address or an identifier is not an IRI, or is one of a kind that no document has.\nTo fix it: percent-encode what is not allowed "
    "(a space is %20, “[” is %5B), and begin with https:// or another scheme; an item of Wikidata is Q123.",
    "bad-number": "A number has too many digits, or a latitude or longitude is out of its range.\nTo fix it: round it; latitude is -90 to 90, longitude "
    "-180 to 180.",
    "value-too-long": "A value is longer, or has more items, than any person needs there.\nTo fix it: shorten it; what is longer belongs in a document, "
    "read in with kb add source.",
    "value-unreadable": "A stored value is not of the type that its property has, or is out of the range this program can work with, so every answer "
    "is given without it.\nTo fix it: write it as the message shows; dates are 2024-03-01, in the years 1 to 9999.",
    "bad-entity": "An entity under new: is TYPE, description; as Name, Other name; within SLUG; unnamed or collective; wd Q123.",
    "bad-affiliation": "An affiliation is MEMBER RELATION PARTY [DATES].",
    "bad-judgement": "A judgement needs kind, about (and mostly other), and why.",
    "bad-skip": "A skipped passage is LINE words … words; reason.",
    "bad-speaker": "by: is ids or names joined by commas, unnamed 2 residents, collective others, or unattributed.",
    "bad-what": "what: is subject > predicate > object; the object may be left out.",
    "bad-id": "Ids are lower-case words of any script joined by hyphens.",
    "two-stances": "One entry under said: takes one stance.\nTo mend it: make two entries.",
    "no-passage": "Every assertion says where it stands in the text.\nTo mend it: at: LINE first words … last words",
    "copy-lines": "Which lines of a copy were taken over is kept as a range of its text, so the text must be at hand when the lines are judged.\nTo mend it: write the judgement in a sheet of the copy (source: …), with lines that kb read shows.",
    "no-author": "The source has no author that could speak in its own voice.\nTo mend it: name the speaker, or give the source an author.",
    "disowns-target": "Who disowns says that they never said it: name the assertion.\nTo mend it: disowns: its id, or its speaker.",
    "sheet-yaml": "YAML would read this otherwise than it is meant.\nTo mend it: put the value in quotes, as the hint shows.",
    "sheet-syntax": "The sheet is too deep or too large to be a sheet.",
    "sheet-key": "A key is unknown here, or given twice.",
    "sheet-shape": "A list or key: value lines belong here.",
    "sheet-claim": "A claim needs its sentence, in our own neutral words.",
    "sheet-source": "The sheet does not say which source it codes.",
    "own-shapes": "A shape of this knowledge base is not evaluated: it is not SHACL Core, cannot be read, or takes too long.\nTo mend it: use SHACL Core alone; a query belongs in queries/checks.",
    "own-shape": "A record does not fit a shape of this knowledge base.\nTo mend it: correct the record, or the shape.",
    "shape-redefined": "An own file states something about a shape of the program, which stays as it is.\nTo mend it: give your shape another IRI.",
    "own-check": "A check of this knowledge base takes too long, needs too much memory, or cannot be answered.\nTo mend it: make it simpler, or remove it.",
    "sheet-empty": "There is nothing in the sheet.",
}
