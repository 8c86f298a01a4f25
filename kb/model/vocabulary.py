"""The vocabulary: namespaces, prefixes and lists of tokens.

`ontology/` declares each term with label, definition and example; a test compares both. The token
`denies` of the list `stance` is the concept `kb:stance-denies`.
"""

from __future__ import annotations

from typing import Final

NS: Final = "https://w3id.org/claimkb/ns#"
PREDICATES: Final = "https://w3id.org/claimkb/predicate/"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
PROV: Final = "http://www.w3.org/ns/prov#"
DCT: Final = "http://purl.org/dc/terms/"
SCHEMA: Final = "https://schema.org/"
GEO: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#"
OA: Final = "http://www.w3.org/ns/oa#"
WIKIDATA: Final = "http://www.wikidata.org/entity/"

# Prefixes of stored files and saved queries, in the order in which they are written.
PREFIXES: Final = {
    "kb": NS,
    "p": PREDICATES,
    "rdf": RDF,
    "rdfs": RDFS,
    "xsd": XSD,
    "skos": SKOS,
    "prov": PROV,
    "dct": DCT,
    "schema": SCHEMA,
    "geo": GEO,
    "wd": WIKIDATA,
}

STANCES: Final = ("affirms", "denies", "doubts", "silent", "retracts", "disowns", "overrules")
DISPUTES: Final = (
    "occurrence",
    "responsibility",
    "victims",
    "quantity",
    "time",
    "place",
    "intent",
    "characterisation",
    "unspecified",
)
KINDS: Final = ("event", "state", "speech-act", "intent", "cause", "forecast", "evaluation")
BASES: Final = ("witnessed", "took-part", "told", "document", "footage", "inferred", "unstated")
FORMS: Final = ("stated", "presupposed", "headline", "caption", "teaser")
READINGS: Final = ("literal", "repaired", "unclear")
ENTITY_TYPES: Final = (
    "person",
    "group",
    "organisation",
    "agent",
    "force",
    "state",
    "place",
    "agreement",
    "proposal",
    "statement",
    "operation",
    "event",
    "work",
    "law",
    "product",
    "office",
    "substance",
    "object",
    "topic",
)
# The word, the id and the naming of the speaker whom a document does not name at all.
UNATTRIBUTED: Final = "unattributed"
NAMINGS: Final = ("named", "unnamed", "collective", UNATTRIBUTED)
RELATIONS: Final = (
    "member-of",
    "speaks-for",
    "part-of",
    "owns",
    "side-with",
    "backs",
    "rival-of",
)
# How sure a speaker is. A possibility supports no claim.
DEGREES: Final = ("definite", "probable", "possible")
# The procedural weight of what a body says.
STANDINGS: Final = ("allegation", "testimony", "finding", "judgment")
# What became of a document after it was published.
STATES: Final = ("retracted", "corrected", "superseded", "satire", "forged")
# Judgements that mean the same about A and B as about B and A.
MUTUAL: Final = (
    "same-entity",
    "different-entity",
    "same-event",
    "same-claim",
    "different-claim",
    "contradicts",
    "does-not-contradict",
    "not-copy-of",
)
JUDGEMENTS: Final = (*MUTUAL, "copy-of", "outcome", "verdict")
CONTRADICTIONS: Final = (
    "functional",
    "incompatible",
    "polarity",
    "quantity",
    "time",
    "place",
    "forecast",
    "judged",
)
CERTAINTIES: Final = ("certain", "possible")
PRECISIONS: Final = ("exact", "vicinity", "settlement", "district", "region", "country")
EXTENTS: Final = ("whole", "part")
HELD: Final = ("all", "some")
POLARITIES: Final = ("positive", "negative")
EXACTNESS: Final = ("exact", "about")

SUPPORT: Final = ("none", "one-voice", "several-in-one-report", "several-originals")
CONTEST: Final = (
    "none",
    "doubted",
    "denied",
    "contradicted",
    "possibly-contradicted",
    "characterised-otherwise",
)
# The results that an outcome judgement can give a forecast.
FATES: Final = ("came-true", "failed", "void")
FLAGS: Final = (
    "admitted",
    "insider",
    "retracted",
    "overruled",
    "ended",
    "overtaken",
    "divided",
    "stale",
)
STATUSES: Final = (
    "opinion",
    "pending",
    "came-true",
    "failed",
    "void",
    "retracted",
    "superseded",
    "disputed",
    "denied-only",
    "admitted",
    "corroborated",
    "single-voice",
    "unsupported",
)
STAKES: Final = ("party", "aligned", "rival", "no-known-stake", "unknown")

# Roles of a claim besides subject and object. Each is a property kb:<role> under kb:role.
ROLES: Final = (
    "place",
    "origin",
    "destination",
    "instrument",
    "counterpart",
    "victim",
    "beneficiary",
    "purpose",
    "topic",
)

# scheme → tokens; the concept's IRI is NS + scheme + "-" + token.
SCHEMES: Final[dict[str, tuple[str, ...]]] = {
    "stance": STANCES,
    "dispute": DISPUTES,
    "kind": KINDS,
    "basis": BASES,
    "form": FORMS,
    "reading": READINGS,
    "type": ENTITY_TYPES,
    "naming": NAMINGS,
    "relation": RELATIONS,
    "degree": DEGREES,
    "standing": STANDINGS,
    "state": STATES,
    "judgement": JUDGEMENTS,
    "contradiction": CONTRADICTIONS,
    "certainty": CERTAINTIES,
    "precision": PRECISIONS,
    "extent": EXTENTS,
    "held": HELD,
    "polarity": POLARITIES,
    "exactness": EXACTNESS,
    "support": SUPPORT,
    "contest": CONTEST,
    "flag": FLAGS,
    "status": STATUSES,
    "stake": STAKES,
}


def concept(scheme: str, token: str) -> str:
    """Return the IRI of a token.

    >>> concept("stance", "denies")
    'https://w3id.org/claimkb/ns#stance-denies'
    """
    return f"{NS}{scheme}-{token}"
