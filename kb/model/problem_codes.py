"""Explanations of problem codes, shown by `kb explain`. Shapes and saved checks have their own.

One table of sentences, so it is longer than other modules.
"""

from __future__ import annotations

from typing import Final

CODES: Final = {
    "turtle-syntax": (
        "A stored file is not valid Turtle, so nothing in it can be read.\n"
        "To fix it: end each property line with “ ;” and the last one of a record with “ .”; "
        "put text in double quotes; git diff shows the latest changes."
    ),
    "unreadable": (
        "A file or folder cannot be read: its permissions forbid it, it is not UTF-8 text, it "
        "is a pipe, a device or a link that leads out of the knowledge base, or its name "
        "cannot be shown. What it contains is missing from every answer.\n"
        "To fix it: correct its permissions, convert or rename it, or bring it back with git; "
        "remove the link, or put the file itself in its place."
    ),
    "foreign-base": (
        "The ids of the records in this file, or in every file, do not begin with the base in "
        "kb.toml, so no answer includes these records.\n"
        "To fix it: correct the base in kb.toml, as the hint says; or move the file to the "
        "knowledge base it belongs to."
    ),
    "unknown-policy": (
        "kb.toml names a policy that no ontology file declares, so no status can be computed.\n"
        "To fix it: correct policy in kb.toml; kb validate shows whether the file that "
        "declares it is broken."
    ),
    "own-query": (
        "A saved query of this knowledge base is not used: its header, its name or its SPARQL "
        "is wrong, or another query has its name.\n"
        "To fix it: correct it at the line shown, rename it, or remove it."
    ),
    "names-alike": (
        "Two names in one folder differ only in case or in how accents are written. Windows "
        "and macOS treat them as one file.\n"
        "To fix it: rename one of them."
    ),
    "record-twice": (
        "Two blocks of one file describe the same record.\n"
        "To fix it: merge them; one record is one block."
    ),
    "id-twice": (
        "Two files describe the same record.\n"
        "To fix it: keep one of them, or give the other a different id."
    ),
    "blank-node": (
        "Stored files name everything by an IRI, so that other records can refer to it.\n"
        "To fix it: write <…> instead of [ … ] or _:x."
    ),
    "not-a-record": (
        "Something is described that is not a source, quote, claim, assertion, relay, entity, "
        "affiliation or judgement under the base IRI.\n"
        "To fix it: check the @base line, the spelling of the IRI, and the “a kb:…” line."
    ),
    "unknown-property": (
        "A record has a property that does not exist in the model, so no query would find it.\n"
        "To fix it: see ontology/vocabulary.ttl for the properties of each record."
    ),
    "unseen-characters": (
        "A name or statement contains characters that are invisible or change the direction "
        "of text, or a word that mixes look-alike letters of two alphabets. Two different "
        "names may then look the same.\n"
        "To fix it: retype it with kb edit; leave it if the source spells it this way."
    ),
    "changed-outside": (
        "A file has changed since the last command: it was edited by hand, or by git. This "
        "covers the claims, kb.toml, and the files in ontology/ and queries/, which also "
        "affect answers. Such a change is allowed, and always reported, so that unintended "
        "changes are noticed.\n"
        "To fix it: look at it (git diff), then kb fsck --accept."
    ),
    "missing-file": (
        "A file that commands wrote or accepted is gone, so its content is missing from every "
        "answer.\n"
        "To fix it: restore it with git or from a copy; if it was removed on purpose, kb fsck "
        "--accept."
    ),
    "damaged-file": (
        "The bytes of a stored file differ from what was written, although its modification "
        "time is the same: a fault of the disk or of a program.\n"
        "To fix it: restore the file with git or from a copy."
    ),
    "damaged-document": (
        "A text in documents/ is not the one that was read, so quotes cannot be checked "
        "against it.\n"
        "To fix it: delete it, and read the document again with kb add source; its checksum "
        "identifies it."
    ),
    "missing-document": (
        "The log shows that a source was read here and its text stored in documents/, but the "
        "text is no longer there, so its quotes cannot be checked.\n"
        "To fix it: restore the text from a copy, or read the same document again with kb add "
        "source: it reports that the source exists already, and stores the text."
    ),
    "journal-damaged": (
        "The log cannot be fully trusted. Each entry contains the digest of the one before, "
        "and the last command recorded the digest of each file and of the newest entry. Some "
        "of this was changed, removed or added outside kb, or damaged by the disk. The files "
        "themselves may be intact.\n"
        "To fix it: restore .journal from a copy; or, once you have checked the files, kb "
        "migrate seals the log as it is."
    ),
    "head-unknown": (
        "No entry of this log has the digest that you saved from kb log --head: the history "
        "was rewritten or cut, or this is the log of another knowledge base.\n"
        "To fix it: compare with a copy from the time when you saved the digest."
    ),
    "strange-file": (
        "Something is a link, a pipe, a device or a folder where kb expects a file, or is in "
        "a place that is never read. It is not followed and not opened; in .journal, it "
        "prevents commands from writing.\n"
        "To fix it: find out where it came from, and remove it."
    ),
    "clock": (
        "The newest entry of the log has a time in the future: a computer's clock is or was "
        "wrong. Records are never dated before the newest entry, so that no record ends "
        "before it begins.\n"
        "To fix it: set the clock; if it was wrong when the entry was written, kb undo "
        "reverts the entry."
    ),
    "journal-pending": (
        "A command was interrupted while it saved a change, and the change cannot be "
        "completed: the disk is full, a folder is not writable, or the saved change cannot be "
        "read.\n"
        "To fix it: free space, then kb fsck --repair, which moves what cannot be read to "
        ".journal/kept."
    ),
    "kept-texts": (
        "A command was interrupted, and somebody changed one of its files before it could be "
        "completed. That file keeps the change, everything else is as it was before the "
        "command, and the command's texts are in .journal/kept. Or the interrupted change "
        "could not be read, and was moved there.\n"
        "To fix it: run the command again if you still want it, then delete that folder."
    ),
    "left-over": (
        "A temporary file or an empty folder of an interrupted or refused command. It is not "
        "needed.\n"
        "To fix it: kb fsck --repair."
    ),
    "index-differs": (
        "The index differs from the files, so answers may be wrong. The files count.\n"
        "To fix it: kb fsck --repair."
    ),
    "not-canonical": (
        "A stored file is not in canonical layout. Its content is correct, but git diffs are "
        "harder to read.\n"
        "To fix it: kb fmt."
    ),
    "quote-mismatch": (
        "The text does not contain these words at this position. The program never moves a "
        "stored passage.\n"
        "To fix it: kb read SOURCE shows the text; code the passage again on a sheet."
    ),
    "quote-ambiguous": (
        "The words occur more than once on that line, and the program does not guess.\n"
        "To fix it: copy a word or two more."
    ),
    "quote-line": (
        "The line number is beyond the end of the text.\n"
        "To fix it: kb read SOURCE shows the line numbers."
    ),
    "quote-address": (
        "A passage is a line number and words copied from that line; … joins its beginning "
        "and its end. The number can be left out where the words occur only once in the text.\n"
        "To fix it: at: 24 first words … last words"
    ),
    "quote-id": (
        "The id of a quote is the id of its source followed by #char=start,end (RFC 5147).\n"
        "To fix it: make the id and the offsets agree."
    ),
    "quote-too-long": (
        "This knowledge base stores at most six words of each passage, because its texts belong "
        "to others, and more are stored.\n"
        "To fix it: shorten the fragment to one word or a few; or, if the texts are yours, set "
        'passages = "whole" in kb.toml.'
    ),
    "quoted-share": (
        "All stored fragments of a source together must be less than a fifth of its words, "
        "because the text itself is not part of the knowledge base.\n"
        "To fix it: shorten fragments to one word."
    ),
    "private-words": "A value repeats more words of a private text than quote-too-long allows.",
    "date-weekday": (
        "A weekday and a date do not match. Both readings are included in the range; the "
        "document may be wrong.\n"
        "To fix it: nothing, if the document says so; otherwise correct the date."
    ),
    "unit-unknown": (
        "A unit is not in the table of units, so its numbers are compared only with numbers in "
        "exactly the same unit, as written.\n"
        "To fix it: correct its spelling (percent, km, tonnes, million dollars); if it says what "
        "is counted, such as trucks, write it after counted: instead."
    ),
    "text-missing": (
        "The passages of a sheet can be found only if the text is available.\n"
        "To fix it: put the text into documents/, or set KB_DOCUMENTS to its folder."
    ),
    "sentences-broken": (
        "The stored sentence positions of a source are not in ascending order, or are outside "
        "the text.\n"
        "To fix it: with the text available, kb coverage SOURCE --record computes them again."
    ),
    "sentences-differ": (
        "The stored sentence positions of a source differ from those in the text. They are "
        "stored so that coverage can be computed without the text.\n"
        "To fix it: kb coverage SOURCE --record, then kb coverage SOURCE shows what is not "
        "coded yet."
    ),
    "unknown-entity": (
        "A speaker or participant is not recorded.\n"
        "To fix it: use the spelling in kb list entities, or declare it under new:."
    ),
    "name-part": (
        "Only a part of a name is written, such as a surname, and one record has it.\n"
        "To fix it: nothing, if that record is meant; otherwise write the id of the other one."
    ),
    "entity-alike": (
        "Another entity has the same name, in any order of its words, or one that is spelled "
        "nearly alike. Two people can have one name, and one person can be recorded twice. "
        "Nothing is merged.\n"
        "To fix it: kb judge same-entity, or kb judge different-entity. After that, kb does not "
        "ask again."
    ),
    "unknown-predicate": (
        "The word in the middle of what: is not a declared predicate.\n"
        "To fix it: kb list predicates; declare a new one in ontology/predicates.ttl."
    ),
    "unknown-source": (
        "The sheet names a source that does not exist.\n"
        "To fix it: kb list sources, or kb add source FILE."
    ),
    "unknown-claim": (
        "=ID matches no claim, or several.\nTo fix it: kb find WORDS; write more of the id."
    ),
    "unknown-record": (
        "A judgement is about something that is not recorded.\n"
        "To fix it: claim/ID, entity/ID or source/ID."
    ),
    "unknown-word": (
        "A value is not in the list of allowed values.\nTo fix it: the message shows the list."
    ),
    "claim-unasserted": (
        "Nobody takes a stance on this claim.\nTo fix it: add said: with by: and at:."
    ),
    "claim-kind": (
        "The kind, such as event, state or forecast, decides which status rules apply.\n"
        "To fix it: add kind:, or what: with a predicate."
    ),
    "bad-date": (
        "A date could not be read, or does not exist.\nTo fix it: 2020-06-05, 5 June 2020, "
        "2020-06, early 2020, 1990s, 2014.., A..B, before 1724, Friday, last week; DATE; phrase."
    ),
    "bad-locator": (
        "A locator could not be read. It gives the place of a passage in a document with pages, "
        "times, posts or cells.\n"
        "To fix it: page 12, 00:14:30, post 3, cell Sheet1!B7, section 4.2."
    ),
    "bad-count": (
        "A number could not be read.\n"
        "To fix it: 8, 8..10, 4.9 million, more than 100, at least 8, about 30; or 200..; "
        "hundreds."
    ),
    "bad-character": (
        "A value contains a control character, half of a surrogate pair, or a code point that is "
        "not a character. No stored value may have one; tabs and line breaks are allowed.\n"
        "To fix it: type the value again; a name copied from a terminal or a PDF may carry "
        "such characters."
    ),
    "bad-address": (
        "An address or an identifier is not an IRI, or is of a type that documents do not "
        "have.\n"
        "To fix it: percent-encode what is not allowed (a space is %20, “[” is %5B), and "
        "begin with https:// or another scheme; an item of Wikidata is Q123."
    ),
    "bad-number": (
        "A number has too many digits, or a latitude or longitude is out of its range.\n"
        "To fix it: round it; latitude is -90 to 90, longitude -180 to 180."
    ),
    "value-too-long": (
        "A value is too long, or has too many items.\n"
        "To fix it: shorten it; put longer text into a document and read it with kb add "
        "source."
    ),
    "value-unreadable": (
        "A stored value does not have the type of its property, or is outside the range this "
        "program supports, so every answer leaves it out.\n"
        "To fix it: write it as the message shows; dates are 2024-03-01, in the years 1 to "
        "9999."
    ),
    "bad-entity": (
        "An entity under new: is TYPE, description; as Name, Other name; within SLUG; unnamed "
        "or collective; wd Q123."
    ),
    "bad-affiliation": "An affiliation is MEMBER RELATION PARTY [DATES].",
    "bad-judgement": "A judgement needs kind, about (and usually other), and why.",
    "bad-skip": "A skipped passage is LINE words … words; reason.",
    "bad-speaker": (
        "by: takes ids or names joined by commas, unnamed 2 residents, collective others, or "
        "unattributed."
    ),
    "bad-what": "what: is subject > predicate > object; the object is optional.",
    "bad-id": "Ids are lower-case words in any script, joined by hyphens.",
    "two-stances": ("One entry under said: takes one stance.\nTo fix it: make two entries."),
    "no-passage": (
        "Every assertion says where it is in the text.\n"
        "To fix it: at: LINE first words … last words"
    ),
    "copy-lines": (
        "The copied lines are stored as a range of the text, so the text must be available "
        "when the lines are judged.\n"
        "To fix it: write the judgement in a sheet of the copy (source: …), with line numbers "
        "from kb read."
    ),
    "no-author": (
        "The source has no author, so nobody can speak in its own voice.\n"
        "To fix it: name the speaker, or give the source an author."
    ),
    "disowns-target": (
        "A speaker who disowns a statement says that they never made it. The sheet must name "
        "the assertion of that statement.\n"
        "To fix it: disowns: its id, or its speaker."
    ),
    "sheet-yaml": (
        "YAML would read this value differently from what you mean.\n"
        "To fix it: put the value in quotes, as the hint shows."
    ),
    "sheet-syntax": "The sheet is nested too deeply or too large.",
    "sheet-key": "A key is unknown here, or is given twice.",
    "sheet-shape": "Expected a list or “key: value” lines.",
    "sheet-claim": "A claim needs a statement: one sentence in your own neutral words.",
    "sheet-source": "The sheet does not say which source it codes.",
    "own-shapes": (
        "A shape of this knowledge base is not evaluated: it is not SHACL Core, cannot be "
        "read, or takes too long.\n"
        "To fix it: use only SHACL Core; put queries into queries/checks."
    ),
    "own-shape": (
        "A record does not fit a shape of this knowledge base.\n"
        "To fix it: correct the record, or the shape."
    ),
    "term-redefined": (
        "A file in the ontology folder of this knowledge base states something else about a "
        "predicate, policy or other term that comes with the program. The definition of the "
        "program is used, so that a folder cannot change what the program means.\n"
        "To fix it: give your term a different name. Texts in other languages may be added."
    ),
    "term-renamed": (
        "A file in the ontology folder of this knowledge base uses a term that has a new name, so "
        "it has no effect.\n"
        "To fix it: write the new name that the message gives."
    ),
    "predicate-value": (
        "A predicate of an own ontology file has a property or a value that no rule understands, "
        "or two values where one is allowed, so that the declaration has no effect.\n"
        "To fix it: write the property or the value as docs/reference/contradictions.md lists it."
    ),
    "shape-redefined": (
        "A file of this knowledge base states something about a shape of the program, which "
        "cannot be changed.\n"
        "To fix it: give your shape a different IRI."
    ),
    "check-unfinished": (
        "A saved check went over its limit of time or memory, so there may be problems that it "
        "did not find.\n"
        "To fix it: look for a record with very many values, such as an assertion with "
        "thousands of "
        "relays; the other problems may name it."
    ),
    "own-check": (
        "A check of this knowledge base takes too long, uses too much memory, or fails.\n"
        "To fix it: simplify it, or remove it."
    ),
    "sheet-empty": "The sheet is empty.",
}
