"""Small cases of our own, each with the status that a careful reader expects.

The letter before each name is the kind of case: c one at a time, f forecasts, k short passages,
l leaks, m other words, n names, o outlooks on what was taken back, p positions, q quantities,
r retractions, s satire and stakes, u units, v voices, w words in doubt, x admissions, z zones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pytest
from coded import Refused, statuses

NEW = """
  ann: person; as Ann
  bob: person; as Bob
  ministry: organisation; as the ministry, the Ministry
  state: state; as the state
  mill: organisation; as the mill
  union: organisation; as the union
  wire: organisation; as Wire
  mayor: person; as the mayor
  town: place; as the town
"""


@dataclass(frozen=True)
class Case:
    """A world and the status of some of its claims; `flags` are those of the first of them."""

    name: str
    world: str
    wants: Mapping[str, str] = field(default_factory=dict)
    as_of: date | None = None
    flags: tuple[str, ...] | None = None


def entry(said: str, words: str) -> str:
    """One entry under `said:` from `key: value; key: value`."""
    lines = [*filter(None, (part.strip() for part in said.split(";"))), f"at: {words}"]
    return "  - " + "\n    ".join(lines) + "\n"


def told(
    *papers: tuple[str, str],
    claim: str = "The dam leaks",
    what: str = "kind: state",
    ties: str = "",
    new: str = "",
    more: str = "",
) -> str:
    """A world in which each paper (heading, what is said) tells one and the same claim."""
    parts = []
    for number, (heading, said) in enumerate(papers):
        entries = "".join(entry(one, claim) for one in said.split("|"))
        top = f"new:{NEW}{new}" if number == 0 else ""
        if ties and number == len(papers) - 1:
            top += "affiliations:\n" + "".join(f"- {tie.strip()}\n" for tie in ties.split(","))
        name = f"claim: {claim}\n  {what}" if number == 0 else f"claim: ={slug(claim)}"
        text = f"Paper {heading}.\n\n{claim}, we hear."
        parts.append(f"== {heading}\n{text}\n--\n{top}claims:\n- {name}\n  said:\n{entries}")
    return "".join(parts) + more


def slug(claim: str) -> str:
    return claim.lower().replace(" ", "-")


def two(first: str, second: str, ties: str = "", **more: str) -> str:
    """Two papers of different houses."""
    return told(("pa; author Post", first), ("pb; author Gazette", second), ties=ties, **more)


def voices(name: str, world: str, status: str = "single-voice") -> Case:
    return Case(name, world, {"the-dam-leaks": status})


def admission(name: str, said: str, status: str, ties: str = "", what: str = "") -> Case:
    core = f"what: mill > violated > union{what}"
    world = told(("pa; author Post", said), claim="The mill broke the deal", what=core, ties=ties)
    return Case(name, world, {"the-mill-broke-the-deal": status})


def marked(document: str, state: str, day: str = "2031-05-03") -> str:
    """A sheet that marks a document."""
    return (
        f"== {document}\n--\nrecords:\n- id: source/{document}\n  state: {state}\n"
        f"  state-from: {day}\n  state-because: it says so\n"
    )


# A later version of the first paper, in which nothing of it is left.
DROPPED = (
    "== pa2; author Post; published 2031-05-04\nThe dam holds.\n--\n"
    "records:\n- id: source/pa2\n  version-of: pa\n"
)


def of_one_event(one: str, other: str, said: str = "by: bob") -> str:
    """A world of two claims, told by two papers and judged to be about one event."""
    first = claims("Some words", f"One; {one}; said by: ann")
    second = claims("Other words", f"Other; {other}; said {said}").replace(f"new:{NEW}", "")
    judged = "judgements:\n- kind: same-event\n  about: claim/one\n  other: claim/other\n  why: one"
    return f"{first}{second.replace('pa; author Post', 'pb; author Gazette')}== pb\n--\n{judged}\n"


def claims(text: str, *each: str) -> str:
    """A world of one paper: `sentence; key: value; …; said: key: value, …` for each claim."""
    body = ""
    for one in each:
        parts, _, said = one.partition("; said ")
        sentence, *values = (part.strip() for part in parts.split(";"))
        body += f"- claim: {sentence}\n" + "".join(f"  {value}\n" for value in values)
        body += "  said:\n" + entry(said.replace(",", ";"), text)
    return f"== pa; author Post\n{text}\n--\nnew:{NEW}claims:\n{body}"


INDEPENDENCE = [
    voices("v-two-people-who-have-nothing-to-do-with-each-other", two("by: ann", "by: bob"), "corroborated"),
    voices("l-an-unnamed-official-of-a-body-and-the-body", two("by: unnamed official of the ministry", "by: ministry")),
    voices("l-a-ministry-official-and-the-ministry", two("by: unnamed ministry official", "by: ministry")),
    voices("l-two-officials-of-one-body", two("by: unnamed official of the ministry", "by: unnamed aide of the ministry")),
    voices("v-one-sentence-of-two-people", told(("pa; author Post", "by: ann, bob"))),
    voices("v-one-sentence-of-two-writers-who-saw-it", told(("pa; author Ann", "by: ann, bob; basis: witnessed"))),
    voices("v-two-people-in-one-paper", told(("pa; author Post", "by: ann|by: bob"))),
    voices("v-a-paper-repeats-whom-it-quotes", told(("pa; author Post", "by: ann|form: headline"))),
    voices("v-a-paper-that-saw-it-itself", told(("pa; author Post", "by: ann|basis: witnessed"), ("pb; author Gazette", "by: bob")), "corroborated"),
    voices("v-a-wire-and-two-papers-that-cite-it", told(("wa; author Wire", "by: ann"), ("pa; author Post", "by: wire"), ("pb; author Gazette", "by: wire"))),
    voices("v-two-people-both-heard-by-one-wire", two("by: ann; via: wire", "by: bob; via: wire")),
    voices("v-somebody-who-was-quoted-speaks-again", two("by: ann; via: bob", "by: bob")),
    voices("v-hearsay", two("basis: told", "by: bob")),
    voices("v-it-is-said", two("by: unattributed", "by: bob")),
    voices("v-observers", two("by: collective observers", "by: bob")),
    voices("v-a-collective-that-speaks-for-a-body", two("by: many", "by: union", "many speaks-for union", new="  many: group; as many; collective\n")),
    voices("v-two-hats", two("by: ann", "by: union", "ann speaks-for union, ann speaks-for ministry")),
    voices("v-two-hats-with-other-names", two("by: zoe", "by: mill", "zoe speaks-for mill, zoe speaks-for union", new="  zoe: person; as Zoe\n")),
    voices("v-on-behalf-of", two("by: ann; for: union", "by: union")),
    voices("v-a-member-and-the-body", two("by: ann", "by: union", "ann member-of union")),
    voices("v-two-members-of-one-body", two("by: ann", "by: bob", "ann member-of union, bob member-of union")),
    voices("v-a-part-and-the-whole", two("by: union", "by: ministry", "union part-of ministry")),
    voices("v-two-parts-of-one-whole", two("by: union", "by: ministry", "union part-of state, ministry part-of state")),
    voices("v-an-owner-and-the-owned", two("by: union", "by: mill", "union owns mill; share 60%")),
    voices("v-two-papers-of-one-owner", two("form: stated", "form: stated", "union owns post, union owns gazette")),
    voices("v-a-paper-of-a-state-and-a-ministry-of-it", two("form: stated", "by: ministry", "state owns post, ministry part-of state")),
    voices("v-a-writer-who-belongs-to-the-body", told(("pa; author Ann; publisher Post", "form: stated"), ("pb; author Gazette", "by: ministry"), ties="ann member-of ministry")),
    voices("v-a-backer-and-the-backed", two("by: union", "by: state", "state backs union")),
    voices("v-two-that-one-state-backs", two("by: union", "by: mill", "state backs union, state backs mill")),
    voices("v-a-spokesman-until-2020", two("by: ann", "by: union", "ann speaks-for union 2015..2020"), "corroborated"),
    voices("v-a-joint-statement-of-rivals", told(("pa; author Post", "by: union, mill"), ties="union rival-of mill")),
    voices("v-rivals-whom-nobody-else-confirms", two("by: union", "by: mill", "union rival-of mill"), "corroborated"),
    voices("v-staff-of-one-paper", told(("pa; author Ann; publisher Post", "form: stated"), ("pb; author Bob; publisher Post", "form: stated"))),
    voices("v-one-writer-for-two-papers", told(("pa; author Ann; publisher Post", "form: stated"), ("pb; author Ann; publisher Gazette", "form: stated"))),
    voices("v-a-writer-who-is-quoted-elsewhere", told(("pa; author Ann; publisher Post", "form: stated"), ("pb; author Gazette", "by: ann"))),
    voices("v-a-co-author-who-writes-alone", told(("pa; author Ann", "form: stated"), ("pb; author Bob", "form: stated"), more="== pa\n--\nrecords:\n- id: source/pa\n  co-authors: bob\n")),
    voices("v-own-words-and-a-quoted-speaker-of-one-house", told(("pa; author Post", "form: stated"), ("pb; author Post", "by: ann"))),
    voices("v-a-syndicated-copy", told(("pa; author Post", "by: ann"), ("pb; author Gazette; copy-of pa", "by: bob"))),
    voices("v-two-pages-of-unknown-authors", told(("spring-page", "form: stated"), ("autumn-page", "form: stated"))),
    voices("v-an-unknown-author-and-somebody-unnamed", told(("spring-page", "form: stated"), ("pa; author Post", "by: unnamed engineer"))),
    voices("v-two-diplomats", two("by: unnamed diplomat", "by: unnamed western diplomat")),
    voices("v-two-descriptions-of-one-official", two("by: unnamed senior official", "by: unnamed official close to the talks")),
    voices("v-an-engineer-and-a-worker-of-the-mill", two("by: unnamed engineer", "by: unnamed worker")),
    voices("v-a-source-and-an-official", two("by: unnamed source close to the talks", "by: unnamed official")),
    voices("v-some-residents-and-a-woman", two("by: unnamed residents", "by: unnamed woman")),
    voices("v-somebody-unnamed-and-somebody-named", two("by: unnamed engineer", "by: ann"), "corroborated"),
    voices("v-two-residents-judged-different", two("by: unnamed resident", "by: unnamed resident", more="== pb\n--\njudgements:\n- kind: different-entity\n  about: entity/unnamed-resident-pa\n  other: entity/unnamed-resident-pb\n  why: a man and a woman\n"), "corroborated"),
    voices("v-whoever-a-rival-quotes", told(("pa; author Post", "by: ann|by: bob"), ties="ann rival-of post, bob rival-of post")),
    voices("w-a-guess-who-speaks", two("by: ann; certain: no", "by: bob")),
    voices("w-unclear-words", two("by: ann; reading: unclear", "by: bob")),
    voices("w-two-guesses", two("by: ann; certain: no", "by: bob; certain: no")),
    voices("p-only-possible", told(("pa; author Post", "by: ann; degree: possible")), "unsupported"),
    voices("p-possible-beside-certain", two("by: ann; degree: possible", "by: bob")),
    voices("v-a-writer-quotes-ann-in-one-paper-and-says-it-in-another", told(("pa; author Eve; publisher Post", "by: ann"), ("pb; author Eve; publisher Gazette", "form: stated"))),
    voices("v-that-writer-saw-it", told(("pa; author Eve; publisher Post", "by: ann"), ("pb; author Eve; publisher Gazette", "basis: witnessed")), "corroborated"),
    voices("v-one-writer-quotes-two-people-in-two-papers", told(("pa; author Eve; publisher Post", "by: ann"), ("pb; author Eve; publisher Gazette", "by: bob"))),
    voices("v-two-writers-quote-two-people-in-two-papers", told(("pa; author Eve; publisher Post", "by: ann"), ("pb; author Max; publisher Gazette", "by: bob")), "corroborated"),
    voices("p-probable-counts", two("by: ann; degree: probable", "by: bob"), "corroborated"),
]  # fmt: skip

POSITIONS = [
    voices("p-affirmed-and-then-denied", two("by: ann; on: 2031-04-01", "by: ann; denies: occurrence; on: 2031-04-08"), "retracted"),
    voices("p-denied-and-then-called-possible", told(("pa; author Post", "by: ann; denies: occurrence; on: 2031-04-01"), ("pb; author Gazette", "by: ann; degree: possible; on: 2031-04-08"), ("pc; author Star", "by: bob")), "disputed"),
    voices("p-denied-and-then-affirmed", two("by: ann; denies: occurrence; on: 2031-04-01", "by: ann; on: 2031-04-08")),
    voices("p-said-in-the-name-of-a-body-that-then-denies", two("by: ann; for: union; on: 2031-04-01", "by: union; denies: occurrence; on: 2031-04-08"), "retracted"),
    voices("p-a-denial-of-who-did-it", two("by: ann", "by: bob; denies: responsibility"), "disputed"),
    voices("p-a-denial-of-the-wording", two("by: ann", "by: bob; denies: characterisation")),
    voices("p-doubt-alone", two("by: ann", "by: bob; doubts: occurrence")),
    voices("p-no-comment", two("by: ann", "by: bob; silent: yes")),
    voices("p-a-rumour-denied", two("by: collective rumours", "by: bob; denies: occurrence"), "denied-only"),
    voices("p-affirmed-denied-and-quoted-again-without-a-date", told(("pa; author Post", "by: ann; on: 2031-04-01"), ("pb; author Gazette", "by: ann; denies: occurrence; on: 2031-04-08"), ("pc; author Courier; published 2031-05-20", "by: ann")), "retracted"),
    voices("p-overruled-by-a-court", told(("pa; author Post", "by: ministry; standing: finding"), ("pb; author Gazette", "by: state; overrules: ministry")), "unsupported"),
    voices("r-taken-back", two("by: ann", "by: ann; retracts: yes"), "retracted"),
    voices("r-a-paper-takes-back-whom-it-quoted", told(("pa; author Post", "by: ann"), ("pb; author Post", "retracts: yes")), "retracted"),
    voices("r-a-denial-taken-back", told(("pa; author Post", "by: ann; denies: occurrence; on: 2031-04-01"), ("pb; author Gazette", "by: ann; retracts: yes; on: 2031-04-08"), ("pc; author Courier", "by: bob"))),
    voices("r-said-and-unsaid-at-times-of-one-day", two("by: ann; on: 2031-04-01 09:00 +00:00", "by: ann; denies: occurrence; on: 2031-04-01 11:00 +00:00"), "retracted"),
    voices("z-the-later-moment-has-the-earlier-date", two("by: ann; on: 2031-04-02 00:30 +02:00", "by: ann; denies: occurrence; on: 2031-04-01 23:00 +00:00"), "retracted"),
    voices("r-never-said", two("by: ann", "by: ann; disowns: ann"), "unsupported"),
    voices("r-a-later-version-drops-it", told(("pa; author Post; published 2031-05-01", "form: stated"), ("pb; author Gazette", "by: ann"), more="== pa2; author Post; published 2031-05-04\nThe dam holds.\n--\nrecords:\n- id: source/pa2\n  version-of: pa\n")),
    voices("r-who-cites-what-a-later-version-drops", told(("pa; author Post; published 2031-05-01", "form: stated"), ("pb; author Gazette", "by: post"), more=DROPPED), "unsupported"),
    voices("r-who-was-heard-through-what-a-later-version-drops", told(("pa; author Post; published 2031-05-01", "by: ann"), ("pb; author Gazette", "by: ann; via: post"), more=DROPPED), "unsupported"),
    voices("r-never-said-and-quoted-on", told(("pa; author Post", "by: ann"), ("pb; author Gazette", "by: ann; via: post"), ("pc; author Courier", "by: ann; disowns: pa.the-dam-leaks.ann.affirms")), "unsupported"),
    voices("r-never-said-to-one-paper-but-to-another", told(("pa; author Post", "by: ann"), ("pb; author Gazette", "by: ann"), ("pc; author Courier", "by: ann; disowns: pa.the-dam-leaks.ann.affirms"))),
    voices("p-a-finding-in-two-papers-is-overruled", told(("pa; author Post", "by: ministry; standing: finding"), ("pb; author Gazette", "by: ministry; standing: finding"), ("pc; author Courier", "by: state; overrules: ministry; standing: judgment")), "unsupported"),
    voices("p-found-again-after-it-was-overruled", told(("pa; author Post", "by: ministry; standing: finding; on: 2031-03-01"), ("pb; author Gazette", "by: state; overrules: ministry; on: 2031-04-01"), ("pc; author Courier", "by: ministry; standing: finding; on: 2031-05-01"))),
    voices("p-the-overruling-is-overruled", told(("pa; author Post", "by: ministry; standing: finding"), ("pb; author Gazette", "by: state; overrules: ministry"), ("pc; author Courier; published 2031-05-09", "by: union; overrules: state"))),
    voices("s-satire", told(("pa; author Post", "form: stated"), more=marked("pa", "satire")), "unsupported"),
    voices("s-who-cites-satire", two("form: stated", "by: post", more=marked("pa", "satire")), "unsupported"),
    voices("s-who-is-known-only-through-satire", two("form: stated", "by: ann; via: post", more=marked("pa", "satire")), "unsupported"),
    voices("s-a-copy-of-satire", told(("pa; author Post", "form: stated"), ("pb; author Gazette; copy-of pa", "form: stated"), more=marked("pa", "satire")), "unsupported"),
    voices("s-a-forged-letter", two("form: stated", "by: bob", more=marked("pa", "forged"))),
    voices("s-a-withdrawn-report-and-who-cites-its-witness", two("by: ann", "by: ann; via: post", more=marked("pa", "retracted")), "unsupported"),
    voices("s-who-cites-somebody-who-cites-satire", told(("pa; author Post", "form: stated"), ("pb; author Gazette", "by: post"), ("pc; author Courier", "by: gazette"), more=marked("pa", "satire")), "unsupported"),
    voices("s-whom-satire-is-the-first-to-quote", told(("pa; author Post", "by: ann"), ("pb; author Gazette", "by: ann; via: post"), ("pc; author Courier", "by: ann; via: gazette"), more=marked("pa", "satire")), "unsupported"),
    voices("r-who-cites-somebody-who-cites-what-a-later-version-drops", told(("pa; author Post; published 2031-05-01", "by: ann"), ("pb; author Gazette", "by: ann; via: post"), ("pc; author Courier", "by: ann; via: gazette"), more=DROPPED), "unsupported"),
    voices("r-never-said-and-quoted-on-and-on", told(("pa; author Post", "by: ann"), ("pb; author Gazette", "by: ann; via: post"), ("pc; author Courier", "by: ann; via: gazette"), ("pd; author Times", "by: ann; disowns: pa.the-dam-leaks.ann.affirms")), "unsupported"),
    voices("s-a-denial-through-a-house-whose-report-is-marked", told(("pa; author Post", "form: stated"), ("pb; author Gazette", "by: ann; denies: occurrence; via: post"), ("pc; author Courier", "by: bob"), more=marked("pa", "retracted")), "disputed"),
    voices("s-a-house-that-reports-the-denial-elsewhere", told(("pa; author Post", "by: ann"), ("pb; author Post", "by: bob; denies: occurrence"), ("pc; author Gazette", "by: ann; via: post"), more=marked("pa", "retracted")), "denied-only"),
    voices("s-a-house-that-quotes-somebody-else-too", told(("pa; author Post", "by: ann"), ("pb; author Post", "by: bob"), ("pc; author Gazette", "by: ann; via: post"), more=marked("pa", "retracted"))),
    voices("s-taken-back-in-a-forged-letter", two("by: ann", "by: ann; retracts: yes", more=marked("pb", "forged"))),
    voices("s-a-denial-taken-back-in-a-forged-letter", told(("pa; author Post", "by: ann; denies: occurrence"), ("pb; author Gazette", "by: ann; retracts: yes"), ("pc; author Courier", "by: bob"), more=marked("pb", "forged")), "disputed"),
    voices("s-a-denial-disowned-in-a-forged-letter", told(("pa; author Post", "by: ann; denies: occurrence"), ("pb; author Gazette", "by: ann; disowns: ann"), ("pc; author Courier", "by: bob"), more=marked("pb", "forged")), "disputed"),
    voices("s-taken-back-in-a-withdrawn-report", two("by: ann", "by: ann; retracts: yes", more=marked("pb", "retracted")), "retracted"),
    voices("s-a-denial-taken-back-in-a-withdrawn-report", told(("pa; author Post", "by: ann; denies: occurrence"), ("pb; author Gazette", "by: ann; retracts: yes"), ("pc; author Courier", "by: bob"), more=marked("pb", "retracted")), "disputed"),
    voices("s-a-house-that-says-it-without-a-mark-too", told(("pa; author Post", "form: stated"), ("pb; author Post", "form: stated"), ("pc; author Gazette", "by: post"), more=marked("pa", "retracted"))),
]  # fmt: skip

ADMISSIONS = [
    admission("x-the-party", "by: mill", "admitted"),
    admission("x-who-speaks-for-it", "by: ann", "admitted", "ann speaks-for mill"),
    admission("x-in-its-name", "by: ann; for: mill", "admitted"),
    admission("x-a-member", "by: ann", "single-voice", "ann member-of mill"),
    admission("x-a-part", "by: union", "single-voice", "union part-of mill"),
    admission("x-its-owner", "by: union", "single-voice", "union owns mill"),
    admission("x-a-former-spokesman", "by: ann", "single-voice", "ann speaks-for mill ..2029"),
    admission("x-who-speaks-for-two", "by: ann", "single-voice", "ann speaks-for mill, ann speaks-for union"),
    admission("x-in-the-name-of-two", "by: ann; for: mill, union", "single-voice"),
    admission("x-through-a-rival", "by: mill; via: union", "single-voice", "mill rival-of union"),
    admission("x-in-a-paper-of-a-rival", "by: mill", "single-voice", "mill rival-of post"),
    admission("x-only-possible", "by: mill; degree: possible", "unsupported"),
    admission("x-only-probable", "by: mill; degree: probable", "single-voice"),
    admission("x-a-guess-who-speaks", "by: mill; certain: no", "single-voice"),
    admission("x-unclear-words", "by: mill; reading: unclear", "single-voice"),
    admission("x-it-was-told", "by: mill; basis: told", "unsupported"),
    admission("x-a-rumour-that-it-passes-on", "by: collective rumours; via: mill", "unsupported"),
    admission("x-a-wish", "by: mill", "single-voice", what="\n  kind: intent"),
    admission("x-a-condition", "by: mill", "single-voice", what="\n  if: it rained"),
    admission("x-that-it-did-not", "by: mill", "single-voice", what="\n  not: yes"),
    admission("x-an-unnamed-official-of-it", "by: unnamed mill official", "single-voice"),
]  # fmt: skip

NUMBERS = [
    Case("c-two-heads-of-one-firm", claims("Who headed the mill", "Ann headed it; what: ann > heads > mill; when: 2030; held: all; said by: union", "Bob headed it; what: bob > heads > mill; when: 2030; held: all; said by: ministry"), {"ann-headed-it": "disputed", "bob-headed-it": "disputed"}),
    Case("c-an-office-that-is-reported-until-another-takes-it", claims("Who is minister", "Ann is; what: ann > holds-office > ministry; when: as of 2030-05-01; said by: wire", "Bob took over; what: bob > took-office-as > ministry; when: 2030-07-03; said by: union"), {"ann-is": "superseded", "bob-took-over": "single-voice"}),
    Case("c-an-office-that-is-reported-after-another-took-it", claims("Who is minister", "Ann is; what: ann > holds-office > ministry; when: as of 2030-08-01; said by: wire", "Bob took over; what: bob > took-office-as > ministry; when: 2030-07-03; said by: union"), {"ann-is": "single-voice"}),
    Case("c-two-founders", claims("Who began the mill", "Ann began it; what: ann > established > mill; when: 1990; said by: union", "Bob began it; what: bob > established > mill; when: 1995; said by: ministry"), {"ann-began-it": "disputed", "bob-began-it": "disputed"}),
    Case("p-never-against-a-day", claims("What the mill did", "The mill never hired Bob; what: mill > hired > bob; when: never; said by: mill", "The mill hired Bob on a Friday; what: mill > hired > bob; when: 2030-05-03; said by: union"), {"the-mill-never-hired-bob": "disputed", "the-mill-hired-bob-on-a-friday": "disputed"}),
    Case("q-about-five-against-two", claims("How much ran out", "About five; what: mill > released > wire; when: 2030-05; count: about 4.9 million; unit: litres; said by: ministry", "Two; what: mill > released > wire; when: 2030-05; count: 2 million; unit: litres; said by: union"), {"about-five": "disputed", "two": "disputed"}),
    Case("q-more-than-half-and-less-than-one", claims("How much ran out", "More than half; what: mill > released > wire; when: 2030-05; count: more than 0.5; unit: percent; said by: ministry", "Less than one; what: mill > released > wire; when: 2030-05; count: less than 1; unit: percent; said by: union"), {"more-than-half": "single-voice", "less-than-one": "single-voice"}),
    Case("q-thousand-thousands", claims("How much ran out", "Three million; what: mill > released > wire; when: 2030-05; count: 3 million; unit: litres; said by: ministry", "Three thousand thousand; what: mill > released > wire; when: 2030-05; count: 3,000 thousand; unit: litres; said by: union"), {"three-million": "single-voice", "three-thousand-thousand": "single-voice"}),
    Case("u-one-unit-in-two-spellings", claims("How much of it", "Sixty; what: ann > won-votes-in > town; when: 2030-05-04; count: 60; unit: per cent; said by: ministry", "Thirty; what: ann > won-votes-in > town; when: 2030-05-04; count: 30%; said by: union"), {"sixty": "disputed", "thirty": "disputed"}),
    Case("u-kilometres-and-miles", claims("How far", "In kilometres; what: mill > released > wire; when: 2030-05-04; count: 16.1; unit: km; counted: length; said by: ministry", "In miles; what: mill > released > wire; when: 2030-05-04; count: 10; unit: miles; counted: length; said by: union"), {"in-kilometres": "single-voice", "in-miles": "single-voice"}),
    Case("q-not-in-the-interval-of-another", claims("How large the risk is", "Larger; what: mill > measured > wire; when: 2030; count: 1.34 (95% CI 1.22..1.46); counted: risk; said by: ministry", "Larger still; what: mill > measured > wire; when: 2030; count: 1.50; counted: risk; said by: union"), {"larger": "disputed", "larger-still": "disputed"}),
    Case("q-not-more-than-ten-and-thirteen", claims("How many it let go", "Not more; what: mill > dismissed > bob; when: 2030-05; not: yes; count: more than 10; said by: mill", "Thirteen; what: mill > dismissed > bob; when: 2030-05-03; count: 13; said by: union"), {"not-more": "disputed", "thirteen": "disputed"}),
    Case("q-not-more-than-twenty-and-thirteen", claims("How many it let go", "Not more; what: mill > dismissed > bob; when: 2030-05; not: yes; count: more than 20; said by: mill", "Thirteen; what: mill > dismissed > bob; when: 2030-05-03; count: 13; said by: union"), {"not-more": "single-voice", "thirteen": "single-voice"}),
    Case("q-two-majorities", claims("Who won", "Ann; what: ann > won-votes-in > town; when: 2030-05-04; count: more than half; said by: ministry", "Bob; what: bob > won-votes-in > town; when: 2030-05-04; count: more than half; said by: union"), {"ann": "disputed", "bob": "disputed"}),
    Case("q-half-and-half", claims("Who won", "Ann; what: ann > won-votes-in > town; when: 2030-05-04; count: half; said by: ministry", "Bob; what: bob > won-votes-in > town; when: 2030-05-04; count: at least half; said by: union"), {"ann": "single-voice", "bob": "single-voice"}),
    Case("u-two-thirds-and-30-percent", claims("How much of it", "Most; what: ann > won-votes-in > town; when: 2030-05-04; count: two thirds; said by: ministry", "Little; what: ann > won-votes-in > town; when: 2030-05-04; count: 30 per cent; said by: union"), {"most": "disputed", "little": "disputed"}),
    Case("u-three-in-four-and-75-percent", claims("How much of it", "Most; what: ann > won-votes-in > town; when: 2030-05-04; count: 3 in 4; said by: ministry", "The same; what: ann > won-votes-in > town; when: 2030-05-04; count: 75%; said by: union"), {"most": "single-voice", "the-same": "single-voice"}),
    Case("q-totals-of-one-day", claims("How many died", "Seventy; what: mill > caused-deaths-in > town; when: by 2030-05-04; count: 73; said by: ministry", "Sixty; what: mill > caused-deaths-in > town; when: by 2030-05-04; count: 60; said by: union"), {"seventy": "disputed", "sixty": "disputed"}),
    Case("q-a-total-that-grew", claims("How many died", "Sixty; what: mill > caused-deaths-in > town; when: by 2030-05-04; count: 60; said by: ministry", "Seventy; what: mill > caused-deaths-in > town; when: by 2030-05-09; count: 73; said by: union"), {"seventy": "single-voice", "sixty": "single-voice"}),
    Case("f-up-to-18", claims("What the court will do", "At most 18; what: state > imposed-fine-on > mill; kind: forecast; count: up to 18; unit: million dollars; said by: ann, on: 2030-05-01", "At least 20; what: state > imposed-fine-on > mill; kind: forecast; count: at least 20; unit: million dollars; said by: bob, on: 2030-05-01", "Before June; what: state > imposed-fine-on > mill; kind: forecast; when: 2030-05; said by: union, on: 2030-05-01", "About 14; what: state > imposed-fine-on > mill; kind: forecast; count: about 14; unit: million dollars; said by: mayor, on: 2030-05-01", "It came; what: state > imposed-fine-on > mill; when: 2030-07-03; count: 13; unit: million dollars; said by: ministry"), {"at-most-18": "came-true", "at-least-20": "failed", "before-june": "failed", "about-14": "came-true"}),
    Case("f-not-more-than-ten", claims("What the court will do", "Not more; what: state > imposed-fine-on > mill; kind: forecast; not: yes; count: more than 10; unit: million dollars; said by: ann, on: 2030-05-01", "It came; what: state > imposed-fine-on > mill; when: 2030-07-03; count: 13; unit: million dollars; said by: ministry"), {"not-more": "failed"}),
    Case("f-what-will-not-happen", claims("Who will win", "Ann will not win; what: ann > came-first-in > town; kind: forecast; not: yes; said by: bob, on: 2030-05-01", "Ann won; what: ann > came-first-in > town; when: 2030-07-09; said by: ministry"), {"ann-will-not-win": "failed"}),
    Case("f-somebody-else-won", claims("Who will win", "Ann will win; what: ann > came-first-in > town; kind: forecast; said by: union, on: 2030-05-01", "Bob will not win; what: bob > came-first-in > town; kind: forecast; not: yes; said by: mill, on: 2030-05-01", "Ann will not win; what: ann > came-first-in > town; kind: forecast; not: yes; said by: mayor, on: 2030-05-01", "Bob won; what: bob > came-first-in > town; when: 2030-07-09; said by: ministry"), {"ann-will-win": "failed", "ann-will-not-win": "came-true", "bob-will-not-win": "failed"}),
    Case("f-somebody-unnamed-won", claims("Who will win", "Ann will win; what: ann > came-first-in > town; kind: forecast; said by: union, on: 2030-05-01", "A woman won; what: woman > came-first-in > town; when: 2030-07-09; said by: ministry").replace("new:", "new:\n  woman: person; as woman; unnamed", 1), {"ann-will-win": "pending"}),
    Case("f-somebody-else-won-in-another-year", claims("Who will win", "Ann will win; what: ann > came-first-in > town; kind: forecast; when: 2030; said by: union, on: 2030-05-01", "Bob won; what: bob > came-first-in > town; when: 2031-07-09; said by: ministry"), {"ann-will-win": "pending"}),
    Case("f-somebody-else-won-something-else-there", claims("Who will win", "Ann will win; what: ann > came-first-in > town; kind: forecast; purpose: mill; said by: union, on: 2030-05-01", "Bob won; what: bob > came-first-in > town; purpose: wire; when: 2030-07-09; said by: ministry"), {"ann-will-win": "pending"}),
    Case("f-somebody-says-both", claims("What the court will do", "It will; what: state > imposed-fine-on > mill; kind: forecast; said by: ann, on: 2030-05-01", "It did; what: state > imposed-fine-on > mill; when: 2030-07-03; said by: ministry", "It did not; what: state > imposed-fine-on > mill; when: 2030-07-03; not: yes; said by: ministry"), {"it-will": "pending"}),
    Case("q-denied-more-than-ten-of-something", claims("How many it sent", "Not more; what: mill > sent > bob; when: 2030-05; not: yes; count: more than 10; said by: mill", "Thirteen; what: mill > sent > bob; when: 2030-05-03; count: 13; counted: boats; said by: union"), {"not-more": "single-voice", "thirteen": "single-voice"}),
    Case("q-shares-by-the-inverse", claims("Who owns it", "Ann does; what: ann > owns > mill; when: 2030; held: all; count: 60%; said by: ministry", "Bob does; what: mill > is-owned-by > bob; when: 2030; held: all; count: 70%; said by: wire", "Ann owns less; what: mill > is-owned-by > ann; when: 2030; held: all; count: 30%; said by: mayor"), {"ann-does": "disputed", "bob-does": "disputed", "ann-owns-less": "disputed"}),
    Case("c-one-event-in-two-places", claims("Where it was", "In the town; what: bob > happened-in > town; said by: ministry", "In the state; what: bob > happened-in > state; said by: union"), {"in-the-town": "disputed", "in-the-state": "disputed"}),
    Case("z-dated-by-the-claim-and-by-a-speaker", told(("pa; author Post", "by: ann"), ("pb; author Gazette", "by: bob; occurred: 2031-05-07"), what="kind: event\n  when: 2031-05-05"), {"the-dam-leaks": "disputed"}),
    Case("z-one-moment-in-two-zones", two("by: ann; occurred: 2031-05-01 23:30 +00:00", "by: bob; occurred: 2031-05-02 01:30 +02:00", what="kind: event"), {"the-dam-leaks": "corroborated"}),
    Case("z-a-speaker-is-more-precise", told(("pa; author Post", "by: ann"), ("pb; author Gazette", "by: bob; occurred: 2031-05-07"), what="kind: event\n  when: 2031-05"), {"the-dam-leaks": "corroborated"}),
    Case("m-one-event-told-in-more-detail", of_one_event("what: mill > hired > bob", "what: mill > hired > bob; when: 2030-05-03"), {"one": "corroborated", "other": "single-voice"}),
    Case("m-the-same-claim-on-two-days", of_one_event("what: mill > hired > bob; when: 2030-05-03", "what: mill > hired > bob; when: 2030-05-04").replace("same-event", "same-claim"), {"one": "disputed", "other": "disputed"}),
    Case("m-one-event-with-other-things-counted", of_one_event("what: mill > sent > bob; count: 5; counted: doors", "what: mill > sent > bob; count: 5; counted: boats"), {"one": "single-voice", "other": "single-voice"}),
    Case("m-one-event-in-other-units", of_one_event("what: mill > released > bob; count: 5; unit: tonnes", "what: mill > released > bob; count: 5; unit: litres"), {"one": "single-voice", "other": "single-voice"}),
    Case("m-one-event-with-other-bounds", of_one_event("what: mill > released > bob; count: more than 5; unit: kg", "what: mill > released > bob; count: at least 5; unit: kg"), {"one": "single-voice", "other": "single-voice"}),
    Case("m-a-denied-number-of-one-event", of_one_event("what: mill > released > bob; count: about 10; unit: kg", "what: mill > released > bob; count: about 11; unit: kg", "by: bob, denies: quantity"), {"one": "single-voice", "other": "denied-only"}),
    Case("m-the-same-in-other-words", claims("Who bought it", "The mill bought Wire; what: mill > bought > wire; when: 2030-05-03; said by: ann", "Wire was taken over; what: mill > bought > wire; when: 2030-05-03; said by: bob"), {"the-mill-bought-wire": "single-voice", "wire-was-taken-over": "single-voice"}),
    Case("n-names-with-commas", told(("pa; author Post", "by: Acme, Inc.|by: Smith, Jones & Co."), new="  acme: organisation; as Acme, Inc., Acme\n  smith: organisation; as Smith, Jones & Co.\n"), {"the-dam-leaks": "single-voice"}),
    Case("s-an-owner-has-a-stake", told(("pa; author Post", "by: union"), ("pb; author Gazette", "by: ministry"), ties="union owns mill, ministry owns mill", claim="The mill is safe", what="what: mill > characterised-as > \"safe\"\n  kind: state"), {"the-mill-is-safe": "single-voice"}),
    Case("o-a-paper-withdrawn-by-one-of-two-authors", told(("pa; author Post", "by: ann, bob"), ("pb; author Gazette", "by: ann; retracts: yes"), ("pc; author Courier", "by: mayor; denies: occurrence")), {"the-dam-leaks": "disputed"}),
]  # fmt: skip

DATED = [
    Case("p-before-the-confession", told(("pa; author Post; published 2031-04-02", "by: ann; denies: occurrence"), ("pb; author Gazette", "by: ann")), {"the-dam-leaks": "denied-only"}, date(2031, 4, 5)),
    Case("r-before-the-retraction", told(("pa; author Post", "by: ann"), ("pb; author Gazette; published 2031-05-09", "by: ann; retracts: yes")), {"the-dam-leaks": "single-voice"}, date(2031, 5, 5)),
    Case("s-before-the-mark", told(("pa; author Post", "form: stated"), more=marked("pa", "satire")), {"the-dam-leaks": "single-voice"}, date(2031, 5, 2)),
    Case("x-an-insider", told(("pa; author Post", "by: ann"), claim="The mill broke the deal", what="what: mill > violated > union", ties="ann member-of mill"), {"the-mill-broke-the-deal": "single-voice"}, None, ("insider",)),
    Case("x-an-insider-and-the-denial", told(("pa; author Post", "by: ann"), ("pb; author Gazette", "by: mill; denies: occurrence"), claim="The mill broke the deal", what="what: mill > violated > union", ties="ann member-of mill"), {"the-mill-broke-the-deal": "disputed"}, None, ("insider",)),
    Case("p-charged-and-acquitted", told(("pa; author Post; published 2031-01-05", "by: ministry; standing: finding"), ("pb; author Gazette; published 2031-02-05", "by: state; overrules: ministry"), ("pc; author Courier; published 2031-03-05", "by: bob; denies: occurrence")), {"the-dam-leaks": "denied-only"}, None, ("overruled",)),
]  # fmt: skip

CASES = [*INDEPENDENCE, *POSITIONS, *ADMISSIONS, *NUMBERS, *DATED]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_small_case_has_the_status_that_a_careful_reader_expects(case: Case) -> None:
    found = statuses(case.world, case.as_of)
    got = {claim: found[claim].status for claim in case.wants}
    why = [reason.text for claim in case.wants for reason in found[claim].reasons]
    assert got == dict(case.wants), why
    if case.flags is not None:
        assert found[next(iter(case.wants))].flags == case.flags


def test_every_kind_of_case_is_here() -> None:
    assert {case.name[0] for case in CASES} >= set("cflmnopqrsuvwx")


@pytest.mark.parametrize(
    ("count", "says"), [("3,5", "3.5 or as 35"), ("1.500", "1.5"), ("some", "some")]
)
def test_q_a_number_with_two_readings_is_refused_with_both(count: str, says: str) -> None:
    world = claims(
        "How much", f"So much; what: mill > released > wire; count: {count}; said by: ann"
    )
    with pytest.raises(Refused, match=says):
        statuses(world)
