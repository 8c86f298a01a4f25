"""Saved queries: headers, parameters, binding, and what is refused. Hostile values never add a row."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.errors import KbError, Refused, Unreadable, Usage
from kb.model.vocabulary import XSD
from kb.store import Reader, Store, Term
from kb.store.oxigraph import EmbeddedStore
from kb.store.rdflib import MemoryStore
from kb.workspace.files.saved_queries import (
    SavedQuery,
    Value,
    bind,
    form,
    load,
    parameters,
    parse,
    refuse,
)

EX = "https://example.org/"
HEADER = """\
#+ summary: What did someone say?
#+ description: >
#+   All that one party said,
#+   since a day.
#+ tags: [speech, who]
#+ method: GET
#+ defaults:
#+   - limit: 10
#+ enumerate:
#+   - stance: [affirms, denies]
#+ x-kb:
#+   params:
#+     who: {label: Who, widget: entity}
#+   columns: {claim: What was said, day: On}
#+   severity: no
#+   message: "{who} said it"
"""
BODY = """\
PREFIX kb: <https://w3id.org/claimkb/ns#>
SELECT ?claim ?day { ?a kb:speaker ?_who_iri ; kb:claim ?claim ; kb:on ?day ; kb:n ?_limit_xsd_integer ; kb:s ?__stance
  FILTER(?day >= COALESCE(?__since_xsd_date, "0001-01-01"^^<http://www.w3.org/2001/XMLSchema#date>)) }
"""


def saved(text: str) -> SavedQuery:
    return SavedQuery("asked", "questions", "Asked", text, params=parameters(text))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def put(text: str, name: str = "said", group: str = "questions", folder: str = "one") -> Path:
        path = tmp_path / folder / group / f"{name}.rq"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    return put


def test_a_header_is_read_and_every_scalar_stays_text(write: Callable[..., Path]) -> None:
    query = parse(write(HEADER + BODY), "questions")
    assert (query.name, query.group, query.summary) == (
        "said",
        "questions",
        "What did someone say?",
    )
    assert query.description == "All that one party said, since a day.\n"
    assert query.tags == ("speech", "who")
    assert (query.severity, query.message, query.method) == ("no", "{who} said it", "GET")
    assert query.columns == (("claim", "What was said"), ("day", "On"))
    assert [
        (p.name, p.kind, p.required, p.label, p.widget, p.default, p.choices) for p in query.params
    ] == [
        ("who", "iri", True, "Who", "entity", None, ()),
        ("limit", "integer", True, "", "", "10", ()),
        ("stance", "string", False, "", "", None, ("affirms", "denies")),
        ("since", "date", False, "", "", None, ()),
    ]


# References that double what they stand for, thirty times.
DOUBLED = "#+ summary: a\n#+ x-a0: &a0 [x, x]\n" + "\n".join(
    f"#+ x-a{n + 1}: &a{n + 1} [*a{n}, *a{n}]" for n in range(30)
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "#+ summary: a\n#+ tags: [b\nASK {}",
            r":2: the header is not YAML|:3: the header is not YAML",
        ),
        ("#+ summary: a\n#+\ttags: b\nASK {}", r":2: the header is not YAML"),
        ("#+ summary: a\n#+ summary: b\nASK {}", r":2: the header has the key 'summary' twice"),
        ("#+ description: a\nASK {}", r":1: the header has no summary"),
        ("ASK {}", r":1: the header has no summary"),
        ("#+ - a\nASK {}", r":1: the header is not a mapping"),
        (
            "#+ summary: a\n#+ tag: [b]\nASK {}",
            r":2: the header has an unknown key 'tag'\.  hint: did you mean tags",
        ),
        (
            "#+ summary: a\n#+ x-kb:\n#+   colums: {}\nASK {}",
            r":3: the header has an unknown key 'colums'",
        ),
        ("#+ summary: a\n#+ x-kb: b\nASK {}", r":2: x-kb must be a mapping"),
        ("#+ summary: [a]\nASK {}", r":1: summary must be text"),
        ("#+ summary: a\n#+ tags: b\nASK {}", r":2: tags must be a list"),
        (
            "#+ summary: a\n#+ x-kb:\n#+   params: {who: {lable: W}}\nASK { ?_who ?p ?o }",
            r":3: params must be",
        ),
        ("#+ summary: a\nASK {}\n#+ tags: [b]", r":3: there is a header line after"),
        (
            "#+ summary: &a [*a]\nASK {}",
            r":1: YAML reads & and \* at the start of a value as references",
        ),
        ("#+ summary: a\n#+ x-a: &a [x]\nASK {}", r":2: YAML reads & and \*"),
        (DOUBLED + "\nASK {}", r":2: YAML reads & and \*"),
        (
            "#+ summary: a\n#+ x-a: " + "[" * 20_000 + "\nASK {}",
            r":2: the header has lists or mappings more than 10 deep",
        ),
        (
            "#+ summary: a\n#+ x-a: [" + "x, " * 5_000 + "]\nASK {}",
            r":2: the header has more than 2,000 values",
        ),
        (
            "#+ summary: " + "x" * 70_000 + "\nASK {}",
            r":1: the header has more than 65,536 characters",
        ),
        (
            "#+ summary: a\n#+ defaults: [{whom: x}]\nASK { ?_who ?p ?o }",
            r"'whom', which the query does not have\.  hint: did you mean who",
        ),
        (
            "#+ summary: a\n#+ defaults: [{day: Friday}]\nASK { ?s ?p ?_day_xsd_date }",
            r"'Friday' is not a value of day",
        ),
        ("#+ summary: a\nASK { ?s ?p ?_label_en }", r"\?_label_en is not a parameter"),
        ("#+ summary: a\nASK { ?s ?p ?_a, ?__a }", r"the parameter a is written in two ways"),
        ("#+ summary: a\nASK { ?s ?p 'open }", r"line 2, column 13"),
        ("#+ summary: a\nCLEAR ALL", r"would change data"),
    ],
)
def test_a_broken_file_is_an_error_with_its_place(
    write: Callable[..., Path], text: str, sentence: str
) -> None:
    path = write(text)
    with pytest.raises(KbError, match=f"(?i)^{path}.*(?:{sentence})"):
        parse(path, "questions")


def test_a_file_that_is_no_text_or_has_no_plain_name_is_an_error(
    write: Callable[..., Path],
) -> None:
    path = write("")
    path.write_bytes(b"#+ summary: \xff\nASK {}")
    with pytest.raises(Unreadable, match="UTF-8"):
        parse(path, "questions")
    with pytest.raises(Usage, match="name of a query"):
        parse(write(HEADER + BODY, name="Two words"), "questions")


def test_queries_of_several_folders_are_joined_and_groups_are_folders(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write(HEADER + BODY)
    write("#+ summary: old\nASK {}", name="b", group="checks")
    write("#+ summary: new\nASK {}", name="c", group="exports", folder="two")
    write("no query, and not looked at", name="d", group="drafts")
    found = load([tmp_path / "one", tmp_path / "two", tmp_path / "missing"])
    assert [(q.name, q.group, q.summary) for q in found.values()] == [
        ("b", "checks", "old"),
        ("c", "exports", "new"),
        ("said", "questions", "What did someone say?"),
    ]


def test_two_queries_of_one_name_in_one_folder_are_an_error(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    write(HEADER + BODY)
    write(HEADER + BODY, group="checks")
    with pytest.raises(Usage, match="already a query named said"):
        load([tmp_path / "one"])


def test_values_are_bound_as_typed_terms_and_a_missing_optional_one_stays_unbound(
    write: Callable[..., Path],
) -> None:
    query = parse(write(HEADER + BODY), "questions")
    bound = bind(query, {"who": "someone", "stance": "denies"}, lambda text, _: EX + text)
    assert f"kb:speaker <{EX}someone> ;" in bound
    assert f'kb:n "10"^^<{XSD}integer>' in bound
    assert 'kb:s "denies"' in bound
    assert "COALESCE(?__since_xsd_date," in bound
    assert f'COALESCE("2020-06-05"^^<{XSD}date>,' in bind(
        query, {"who": "x", "since": date(2020, 6, 5)}, lambda text, _: EX + text
    )


def test_a_variable_in_a_string_an_iri_or_a_comment_is_no_parameter() -> None:
    text = 'SELECT * { ?s <x:?_a> \'?_b\', """?_c""" # ?_d\n }'
    assert parameters(text) == ()
    assert bind(saved(text), {}) == text


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("?_v_xsd_date", "2020-02-30"),
        ("?_v_xsd_date", "2020-6-5"),
        ("?_v_xsd_date", "20200605"),
        ("?_v_xsd_date", "2020-W23-5"),
        ("?_v_xsd_date", "0000-01-01"),
        ("?_v_xsd_date", "２０２０-06-05"),
        ("?_v_xsd_date", "2020-06-05\n"),
        ("?_v_xsd_integer", "1.0"),
        ("?_v_xsd_integer", ""),
        ("?_v_xsd_integer", "1 "),
        ("?_v_xsd_integer", "٣"),
        ("?_v_xsd_integer", "9" * 19),
        ("?_v_xsd_integer", True),
        ("?_v_iri", "a b"),
        ("?_v_iri", "relative"),
        ("?_v_iri", "x:y> } SERVICE <x:z"),
        ("?_v_iri", "x:\\u003e"),
        ("?_v_iri", "x:\n"),
        ("?_v_iri", "x:\ud800"),
        ("?_v", "\ud800"),
    ],
)
def test_an_ill_typed_value_is_a_wrong_request(variable: str, value: Value) -> None:
    with pytest.raises(Usage, match=r"is not a value of v\.  hint: give "):
        bind(saved(f"SELECT * {{ ?s ?p {variable} }}"), {"v": value})


def test_a_wrong_or_missing_name_is_answered_with_the_way_out(write: Callable[..., Path]) -> None:
    query = parse(write(HEADER + BODY), "questions")
    with pytest.raises(Usage, match=r"no parameter 'sinse'\.  hint: did you mean since"):
        bind(query, {"sinse": "2020-01-01"})
    with pytest.raises(Usage, match=r"needs a value for who\.  hint: add who=VALUE"):
        bind(query, {})
    with pytest.raises(
        Usage, match=r"one of the values of stance\.  hint: use one of affirms, denies"
    ):
        bind(query, {"who": EX, "stance": "maybe"})


# --- hostile values

EXAMPLES = int(os.environ.get("KB_EXAMPLES", "100"))  # `make torture` asks for more
FRAGMENTS = [
    '"',
    "'",
    '"""',
    "\\",
    "\\u0022",
    "\\U00000022",
    "}",
    "{",
    ">",
    "<",
    "#",
    "\n",
    "\r",
    "\t",
    "\0",
    " UNION ",
    "?s",
    "SERVICE",
    "ｓ",
]
FRAGMENTS += [
    "|| true",
    ") } #",
    ". ?s ?p ?o ",
    "^^<x:y>",
    "@en",
    "'''",
    "\\\\u0022",
    "\\n",
    "\u2028",
    "ſ",
    "نعم",
    "\ud800",
    "OPTIONAL",
    "x:",
    "1",
]
HOSTILE = st.one_of(
    st.text(),
    st.lists(st.sampled_from(FRAGMENTS)).map("".join),
    st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3)).map("".join),
)
NAMES = ["plain", 'a "b"', "\\u0022", "c\\", "tab\there"]
TRIPLES = [
    (Term("iri", f"{EX}s{n}"), Term("iri", EX + "name"), Term("literal", name))
    for n, name in enumerate(NAMES)
]
OTHERS = [
    (Term("iri", EX + "s0"), Term("iri", EX + "day"), Term("literal", "2020-06-05", XSD + "date")),
    (Term("iri", EX + "s1"), Term("iri", EX + "count"), Term("literal", "12", XSD + "integer")),
    (Term("iri", EX + "s2"), Term("iri", EX + "knows"), Term("iri", EX + "s1")),
]


def filled(store: Store) -> Reader:
    store.replace(EX + "g", TRIPLES + OTHERS)
    return store


STORES = {"embedded": filled(EmbeddedStore(None)), "memory": filled(MemoryStore())}


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize(
    ("variable", "matching"),
    [
        ("?_v", NAMES),
        ("?_v_xsd_string", NAMES),
        ("?_v_xsd_date", ["2020-06-05"]),
        ("?_v_xsd_integer", ["12", "+12", "012"]),
        ("?_v_iri", [EX + "s1"]),
    ],
)
@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(value=HOSTILE)
def test_no_value_adds_a_row(store: str, variable: str, matching: list[str], value: str) -> None:
    query = saved(f"SELECT ?s {{ ?s ?p {variable} }}")
    for text in (value, *(f"{known}{value}" for known in matching[:1])):
        try:
            rows = STORES[store].select(bind(query, {"v": text})).rows
        except Usage:
            continue
        expected = (
            1 if text in matching or (variable == "?_v_xsd_integer" and int(text) == 12) else 0
        )
        assert len(rows) <= expected, (text, rows)


@pytest.mark.parametrize("store", STORES)
@settings(max_examples=EXAMPLES)
@given(value=HOSTILE)
def test_every_text_arrives_as_it_was_given(store: str, value: str) -> None:
    try:
        bound = bind(saved("SELECT ?x { BIND(?_v AS ?x) }"), {"v": value})
    except Usage:
        assert any("\ud800" <= character <= "\udfff" for character in value)
        return
    refuse(bound)
    assert STORES[store].select(bound).rows == ((Term("literal", value, XSD + "string"),),)


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("name", NAMES)
def test_every_stored_name_is_found_by_itself(store: str, name: str) -> None:
    assert len(STORES[store].select(bind(saved("SELECT ?s { ?s ?p ?_v }"), {"v": name})).rows) == 1


# --- what is refused

HARMLESS = [
    'SELECT ?service { ?service ?load "SERVICE <x:y>" }',
    "SELECT * { ?s ?p '''SERVICE <x:y> {''' }",
    'SELECT * { ?s ?p """a "" SERVICE \\""" """ }',
    "SELECT * { ?s ?p ?o } # SERVICE <x:y> { ?s ?p ?o }",
    "# INSERT DATA {}\nASK {}",
    "PREFIX ex: <https://example.org/service#> SELECT * { ?s ex:service ex:load, ex:insert, _:service }",
    "SELECT * { ?s <https://example.org/SERVICE> 'a'@service }",
    "SELECT * { ?s ?p ?a, ?b FILTER(?a<?b && ?b>?a) }",
    "BASE <https://example.org/> SELECT * { <source/a#char=1,2> ?p <https://example.org/o'clock#x> }",
    "SELECT (REPLACE(?a, 'x', 'WITH') AS ?b) { ?s ?p ?a }",
    "PREFIX ق: <https://example.org/> SELECT * { ?s ق:قال ?o }",
]
REACHING = [
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { service silent ?where { ?s ?p ?o } }",
    "SELECT * {SERVICE<http://127.0.0.1:1/>{?s ?p ?o}}",
    "SELECT * { SERVICESILENT<http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICE<x:y> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE <x:y> { ?s ?p ?o } }",
    "PREFIX x: <http://127.0.0.1:1/> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "PREFIX : <http://127.0.0.1:1/> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "PREFIX a: <x:> SELECT * { ?s a:b\\u0020SERVICE <x:y> { ?s ?p ?o } }",
    "SELECT * { ſERVICE <x:y> { ?s ?p ?o } }",
    "SELECT * { SERVıCE <x:y> { ?s ?p ?o } }",
    "SELECT * { ?s ?p '\\u0027 } SERVICE <x:y> {} #' }",
    'SELECT * { ?s ?p ?a FILTER(?a<?b#> """\n) SERVICE <x:y> {} #"""\n }',
    "SELECT * { ?s ?p ?a FILTER(?a<'>') SERVICE <x:y> {} FILTER('a'='b') } #'",
    'SELECT * { ?s ?p ?a FILTER(?a<true#> """\n) SERVICE <x:y> {} #"""\n }',
    'SELECT * { ?s ?p ?o } # \r """ \n SERVICE <x:y> {} # """',
    "ASK { ?s ?p '''a''' SERVICE <x:y> {} }",
]
WRITING = [
    "INSERT DATA { <x:a> <x:b> <x:c> }",
    "delete where { ?s ?p ?o }",
    "LOAD <file:///etc/hosts>",
    "PREFIX a: <x:> CLEAR ALL",
    "# SELECT\nDROP ALL",
    "CREATE GRAPH <x:g>",
    "COPY <x:a> TO <x:b>",
    "MOVE <x:a> TO <x:b>",
    "ADD <x:a> TO <x:b>",
    "WITH <x:a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "SELECT * {} ; DROP ALL",
]
ELSEWHERE = [
    "SELECT * FROM <x:other> { ?s ?p ?o }",
    "SELECT * FROM NAMED <x:other> { ?s ?p ?o }",
    "SELECT * FROM <x:mine> FROM <x:other> { ?s ?p ?o }",
    "SELECT * FROM <file:///etc/hosts> { ?s ?p ?o }",
    "PREFIX x: <x:> SELECT * FROM x:other { ?s ?p ?o }",
    "SELECT * FROMNAMED<x:other> { ?s ?p ?o }",
    "PREFIX : <x:> SELECT * FROM:other { ?s ?p ?o }",
    "DESCRIBE <x:a> FROM <x:other>",
    "SELECT * FROM undeclared:mine { ?s ?p ?o }",
]


@pytest.mark.parametrize("query", HARMLESS)
def test_a_harmless_query_is_not_refused(query: str) -> None:
    refuse(query)


@pytest.mark.parametrize("query", REACHING + WRITING + ELSEWHERE)
def test_a_query_that_reaches_out_writes_or_reads_elsewhere_is_refused(query: str) -> None:
    with pytest.raises(Refused):
        refuse(query, ["x:mine"])


def test_the_graphs_of_the_knowledge_base_may_be_named() -> None:
    refuse("PREFIX x: <x:> SELECT * FROM <x:mine> FROM NAMED x:mine { ?s ?p ?o }", ["x:mine"])
    refuse("BASE <https://example.org/a/> DESCRIBE <b> FROM <c>", ["https://example.org/a/c"])


@pytest.mark.parametrize(
    "query",
    [
        "",
        "PREFIX a: <x:>",
        "WHERE { ?s ?p ?o }",
        "{",
        "SELECT * { ?s ?p 'open }",
        "SELECT * { \x0b }",
        "\ufeffASK {}",
        "SELECT * { \\u0053ERVICE <x:y> {} }",
    ],
)
def test_what_is_no_query_is_a_wrong_request(query: str) -> None:
    with pytest.raises(Usage):
        refuse(query)


@pytest.mark.parametrize("name", ["select", "ASK", "Construct", "describe"])
def test_the_form_is_the_first_word_after_the_prefixes(name: str) -> None:
    assert form(f"BASE <x:> PREFIX ask: <select> # SELECT\n{name} * {{}}") == name.upper()


@settings(max_examples=EXAMPLES)
@given(
    pieces=st.lists(
        st.sampled_from(
            [
                "SERVICE",
                "<x:y>",
                "{",
                "}",
                '"',
                "'",
                "#",
                "\n",
                "\r",
                "\\",
                "'''",
                '"""',
                " ",
                "?a",
                "<",
                ">",
                "true",
                ":x",
            ]
        )
    )
)
def test_a_hostile_text_is_answered_without_any_other_error(pieces: list[str]) -> None:
    with contextlib.suppress(Refused, Usage):
        refuse("SELECT * {" + "".join(pieces) + "}")
