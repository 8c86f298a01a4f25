"""Schemata of FollowTheMoney as types of entities, relations and predicates.

https://followthemoney.tech/explorer/
"""

from __future__ import annotations

from typing import Final

# Schema → type of an entity.
KINDS: Final = {
    "Person": "person",
    "Organization": "organisation",
    "Company": "organisation",
    "PublicBody": "organisation",
    "LegalEntity": "agent",
    "Address": "place",
    "Position": "office",
    "Event": "event",
    "Trip": "event",
    "CourtCase": "event",
    "Project": "operation",
    "Contract": "agreement",
    "Security": "product",
    **dict.fromkeys(
        ("Asset", "RealEstate", "Vehicle", "Vessel", "Airplane", "CryptoWallet", "BankAccount"),
        "object",
    ),
    **dict.fromkeys(("Document", "Pages", "PlainText", "HyperText", "Workbook"), "work"),
}
# Schema → why nothing is made of it.
UNTAKEN: Final = {
    "Article": "a document needs its text: kb add source FILE",
    "Note": "a note does not say who states it",
}
# Schema → relation or "", predicate and its words in a sentence, and the properties of both ends.
LINKS: Final = {
    "Ownership": ("owns", "owns", "owns", "owner", "asset"),
    "Membership": ("member-of", "", "is a member of", "member", "organization"),
    "Representation": ("speaks-for", "", "speaks for", "agent", "client"),
    "Directorship": ("", "director-of", "is a director of", "director", "organization"),
    "Employment": ("", "works-for", "works for", "employee", "employer"),
    "Family": ("", "family-of", "is family of", "person", "relative"),
    "Associate": ("", "associate-of", "is an associate of", "person", "associate"),
    "UnknownLink": ("", "linked-to", "is linked to", "subject", "object"),
    "Occupancy": ("", "holds-post", "holds the post", "holder", "post"),
    "Succession": ("", "preceded", "preceded", "predecessor", "successor"),
    "Debt": ("", "owes", "owes", "debtor", "creditor"),
    "Payment": ("", "paid", "paid", "payer", "beneficiary"),
}
# The second end of each link, which the passage of a statement has.
ENDS: Final = frozenset(link[4] for link in LINKS.values())
# Numbers of registers. Whether two entities with one number are one is for a person to judge.
IDENTIFIERS: Final = (
    "registrationNumber",
    "leiCode",
    "taxNumber",
    "vatCode",
    "idNumber",
    "passportNumber",
    "innCode",
    "ogrnCode",
    "imoNumber",
    "isin",
    "swiftBic",
    "dunsCode",
    "uniqueEntityId",
    "opencorporatesUrl",
)
READ: Final = frozenset(
    (
        *("name", "title", "full", "alias", "description", "summary", "notes", "wikidataId"),
        *("latitude", "longitude", "startDate", "endDate", "date", "percentage", "role"),
        *("relationship", *IDENTIFIERS),
        *(end for link in LINKS.values() for end in link[3:]),
    )
)
