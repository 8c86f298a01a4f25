"""What hostile or careless people may hand in: broken texts, queries without end, strings that try
to be more than a value.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from conftest import MORE, SHEET, TEXT

PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>A quarrel</title><meta name="author" content="A Gazette">
<meta property="article:published_time" content="2024-03-04"><script src="http://127.0.0.1:9/x.js"></script></head>
<body><article><h1>A quarrel</h1>{"".join(f"<p>{line}</p>" for line in TEXT.splitlines() if line)}</article></body></html>"""
# Pieces that mean something to YAML, Turtle, HTML, dates or numbers, in places where nobody expects
# them.
PIECES = [
    "\0", "\ufeff", "\u202e", "\r", "\t", "\n", "\x1b[2J", "\ud7ff", "\uffff", "\U0010ffff", "\u0300" * 50, "💥", "\\ud800", "\\", '"', "'", '"""', "<", ">",
    "<!--", "]]>", "&amp;", "&#xD800;", "&#99999999;", "<![CDATA[", "</p>", "<p>" * 200, "{", "}", "[", "]", "[" * 300, "{" * 300, "(" * 300, ": ", "- ", "#", "|", ">-",
    "&a [*a]", "*a", "!!python/object/apply:os.system ['true']", "!!binary x", "<<: *a", "%YAML 9.9", "---\n", "...\n", "? ", "~", "0x10", "1e999", "-0", ".inf", "9" * 400,
    "2024-02-30", "99999-01-01", "0000-00-00", "2020-06-05..2020-06-01", "Friday", "yes", "null", "@base <x:> .", "@prefix : <> .", "@prefix kb: <urn:x:> .", "a", ";", ".", ",",
    "_:b", "^^", "@en--ltr", "^^xsd:date", "<<( )>>", "<a b>", "<\\u0000>", "../../..", "/etc/passwd", "=northland-sent", "claim:", "said:", "at:", "source:", "new:", "…", "file:///etc/passwd",
]  # fmt: skip


def mutant(chance: random.Random, text: str) -> bytes:
    """A text with one to six things wrong, from a flipped bit to another text in its middle."""
    data = bytearray(text.encode())
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        at, to = sorted(chance.randrange(len(data) + 1) for _ in range(2)) if data else (0, 0)
        to = min(to, at + chance.choice((1, 3, 20, 400)))
        match chance.randrange(7):
            case 0 if data:
                data[min(at, len(data) - 1)] ^= 1 << chance.randrange(8)
            case 1:
                del data[at:to]
            case 2:
                data[at:at] = data[at:to] * chance.choice((1, 2, 50))
            case 3:
                del data[at:]
            case 4:
                data[at:at] = bytes(chance.randrange(256) for _ in range(chance.choice((1, 4, 40))))
            case _:
                data[at:at] = chance.choice(PIECES).encode("utf-8", "surrogatepass")
    return bytes(data[:200_000])


def inputs(chance: random.Random, turtle: str, number: int) -> Iterator[tuple[str, bytes]]:
    """(`sheet`, `turtle` or `html`, bytes): five pages in a hundred, since a page takes as long as
    twenty of the others.
    """
    for n in range(number):
        kind = "html" if n % 20 == 0 else ("sheet", "turtle")[n % 2]
        text = {"html": PAGE, "turtle": turtle, "sheet": chance.choice((SHEET, MORE))}[kind]
        yield kind, mutant(chance, text)


def bombs() -> dict[str, str]:
    """Fifty-seven queries that crash, hang or exhaust an engine."""
    cross = " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(6))
    graph = " ".join(f"GRAPH ?g{n} {{ ?s{n} ?p{n} ?o{n} }}" for n in range(6))
    doubled = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
    deep = 20_000
    out = {
        "parentheses": f"SELECT * {{ FILTER({'(' * deep}1{')' * deep}) }}",
        "braces": f"SELECT * {'{' * deep}{'}' * deep}",
        "negations": f"SELECT * {{ FILTER({'!' * 50_000}true) }}",
        "minus signs": f"SELECT ({'-' * deep}1 AS ?x) {{}}",
        "sums": f"SELECT ({'1+' * 100_000}1 AS ?x) {{}}",
        "or": f"SELECT * {{ ?s ?p ?o FILTER({'?o = 1 || ' * deep}true) }}",
        "and": f"SELECT * {{ ?s ?p ?o FILTER({'?o = 1 && ' * deep}true) }}",
        "function calls": f"SELECT ({'STR(' * deep}1{')' * deep} AS ?x) {{}}",
        "IF": f"SELECT ({'IF(true,1,' * deep}1{')' * deep} AS ?x) {{}}",
        "path brackets": f"SELECT * {{ ?s {'(' * deep}<a:b>{')' * deep} ?o }}",
        "path inverses": f"SELECT * {{ ?s {'^' * deep}<a:b> ?o }}",
        "path sequence": f"SELECT * {{ ?s {'<a:b>/' * deep}<a:b> ?o }}",
        "path alternatives": f"SELECT * {{ ?s {'<a:b>|' * deep}<a:b> ?o }}",
        "path repetition": "SELECT * { ?s (((((<x:a>*)+)*)+)*|(!<x:b>)*)* ?o . ?o (!<x:c>)+ ?z . ?z (!<x:c>)+ ?y }",
        "paths everywhere": "SELECT (COUNT(*) AS ?n) { ?a (<x:a>|!<x:b>)* ?b . ?c (<x:a>|!<x:b>)* ?d . ?e (<x:a>|!<x:b>)* ?f }",
        "collections": f"SELECT * {{ ?s ?p {'(' * deep}1{')' * deep} }}",
        "blank nodes": f"SELECT * {{ ?s ?p {'[ ?q ' * deep}1{']' * deep} }}",
        "unions": f"SELECT * {{ {'{ ?s ?p ?o } UNION ' * 5000}{{ ?s ?p ?o }} }}",
        "optionals": "SELECT * { " + "OPTIONAL { ?s ?p ?o . " * 3000 + "}" * 3000 + " }",
        "subqueries": "SELECT * { " + "{ SELECT * { " * 3000 + "?s ?p ?o" + "} }" * 3000 + " }",
        "exists": "ASK { ?s ?p ?o " + "FILTER EXISTS { ?s ?p ?o " * 3000 + "}" * 3000 + " }",
        "minus": "SELECT * { ?s ?p ?o " + "MINUS { ?s ?p ?o " * 3000 + "}" * 3000 + " }",
        "cross join": f"SELECT (COUNT(*) AS ?n) {{ {cross} }}",
        "cross join of graphs": f"SELECT (COUNT(*) AS ?n) {{ {graph} }}",
        "sorted cross join": f"SELECT * {{ {cross} }} ORDER BY ?o5 ?s0",
        "distinct cross join": f"SELECT DISTINCT * {{ {cross} }}",
        "grouped cross join": f"SELECT ?o0 (GROUP_CONCAT(?o1) AS ?x) {{ {cross} }} GROUP BY ?o0",
        "concatenated cross join": f"SELECT (GROUP_CONCAT(STR(?o5)) AS ?x) {{ {cross} }}",
        "rows without end": f"SELECT * {{ {cross} }}",
        "constructed cross join": f"CONSTRUCT {{ ?s0 ?p1 ?o2 }} {{ {cross} }}",
        "described cross join": f"DESCRIBE ?s0 ?s1 ?s2 {{ {cross} }}",
        "offset": f"SELECT * {{ {cross} }} OFFSET 999999999999 LIMIT 1",
        "not exists": f"SELECT * {{ {cross} FILTER NOT EXISTS {{ ?o5 ?x ?y . ?y ?z ?s0 }} }}",
        "values": "SELECT * { " + " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(300)))} }}" for n in range(6)) + " }",
        "doubling text": f"SELECT ?x40 {{ BIND('aaaaaaaaaaaaaaaa' AS ?x0) {doubled} }}",
        "replacing text": "SELECT ?z { BIND('" + "a" * 3000 + "' AS ?x) BIND(REPLACE(?x, 'a', ?x) AS ?y) BIND(REPLACE(?y, 'a', ?x) AS ?z) }",
        "regular expression": f"SELECT * {{ ?s ?p ?o FILTER(REGEX('{'a' * 5000}', '{'(a*)*' * 200}b')) }}",
        "counted expression": f"SELECT * {{ ?s ?p ?o FILTER(REGEX('{'a' * 5000}', '((a{{1,99}}){{1,99}}){{1,99}}')) }}",
        "long number": f"SELECT ({'9' * 1_000_000} AS ?x) {{}}",
        "long name": f"SELECT ?{'x' * 3_000_000} {{}}",
        "many prefixes": "".join(f"PREFIX a{n}: <a:{n}>\n" for n in range(100_000)) + "SELECT * {}",
        "binds": "SELECT ?x4000 { BIND(1 AS ?x0) " + " ".join(f"BIND(?x{n} + 1 AS ?x{n + 1})" for n in range(4000)) + " }",
        "exponents": "SELECT (1e999999999 * 1e999999999 AS ?x) (1E-999999999 AS ?y) (<http://www.w3.org/2001/XMLSchema#decimal>('1E999999999') AS ?z) (<http://www.w3.org/2001/XMLSchema#integer>(1e308) AS ?i) {}",
        "digits": f"SELECT ({'9' * 100_000} * {'9' * 90_000} AS ?x) (0.{'1' * 1000} AS ?y) {{}}",
        "dates": "PREFIX x: <http://www.w3.org/2001/XMLSchema#> SELECT * { VALUES ?t { '999999999999-12-31T23:59:59.999999999999Z'^^x:dateTime '-999999999999-01-01'^^x:date '0001-01-01T00:00:00+14:00'^^x:dateTime 'P999999999999999Y'^^x:duration } BIND(?t + 'P9999999999Y'^^x:duration AS ?u) BIND(YEAR(?t) AS ?y) BIND(x:dateTime(?t) - x:dateTime('0001-01-01T00:00:00Z') AS ?d) }",
        "back references": f"SELECT ?x30 {{ BIND('{'ab' * 50}' AS ?x0) {' '.join(f'BIND(REPLACE(?x{n}, ' + chr(39) + '(.*)' + chr(39) + ', ' + chr(39) + '$1$1$1' + chr(39) + f') AS ?x{n + 1})' for n in range(30))} }}",
        "encoded text": f"SELECT ({'ENCODE_FOR_URI(' * 60}'%%%%%%%%'{')' * 60} AS ?x) {{}}",
        "sorted by text": f"SELECT * {{ {cross} }} ORDER BY CONCAT(STR(?o0), STR(?o1), STR(?o2), STR(?o3)) RAND()",
        "many values": "SELECT * { " + " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(8000)))} }}" for n in range(4)) + " }",
        "joined values": f"SELECT * {{ {' '.join(f'VALUES (?a ?b{n}) {{ ' + ' '.join(f'(1 {m})' for m in range(2000)) + ' }' for n in range(8))} }} ORDER BY ?b7",
        "alternation": f"SELECT * {{ ?s ?p ?o FILTER(REGEX(CONCAT(STR(?o), '{'a' * 2000}'), '^(a|aa|a.|.a)+$', 'i')) }}",
        "counted repetition": "SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), '(((((x{1,50}){1,50}){1,50}){1,50}){1,50})')) }",
        "hashes": f"SELECT (MAX(SHA512(CONCAT(STR(?s0), STR(?o1), STR(?o2)))) AS ?x) {{ {cross} }}",
        "distinct texts": f"SELECT (COUNT(DISTINCT CONCAT(STR(?s0), STR(?o1), STR(?s2))) AS ?x) {{ {cross} }}",
        "paths both ways": "SELECT ?a ?b { ?a (!<x:b>|!^<x:b>)* ?b . ?b (!<x:c>|!^<x:c>)+ ?c } ORDER BY DESC(?c)",
        "large answer": "SELECT ?s ?p ?o ?a { ?s ?p ?o . ?a ?b ?c } LIMIT 90000",
        "long cells": f"SELECT ?n ?x {{ BIND('{'é<' * 20_000}' AS ?y) BIND(CONCAT(?y, ?y, ?y, ?y, ?y, ?y, ?y, ?y) AS ?x) ?n ?p ?o }} LIMIT 80",
    }  # fmt: skip
    assert len(out) == 57
    return out


def reaching(port: int) -> dict[str, str]:
    """Queries that would connect to a port of this machine, read a file, or write."""
    here = f"http://127.0.0.1:{port}/"
    return {
        "another server": f"SELECT * {{ SERVICE <{here}> {{ ?s ?p ?o }} }}",
        "another server, escaped": f"SELECT * {{ S\\u0045RVICE <{here}> {{ ?s ?p ?o }} }}",
        "another server, silently": f"SELECT * {{ SERVICE SILENT <{here}> {{ ?s ?p ?o }} }}",
        "a server by variable": f"SELECT * {{ BIND(<{here}> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
        "a file": "LOAD <file:///etc/passwd>",
        "a page": f"LOAD <{here}x.ttl>",
        "another data set": f"SELECT * FROM <{here}x.ttl> {{ ?s ?p ?o }}",
        "another named graph": f"SELECT * FROM NAMED <{here}x.ttl> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "a file as a data set": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "an update": "DROP ALL ; INSERT DATA { <a:b> <a:c> 1 }",
    }


def strings(chance: random.Random, number: int) -> Iterator[str]:
    """Strings that try to end the value they are given for."""
    ends = [
        '"',
        "'",
        '"""',
        "'''",
        ">",
        "}",
        ")",
        " . ",
        "\n",
        "\r",
        "\\",
        "\\u0022",
        "\\U00000022",
        "\\u003E",
        "#",
        "\t",
        "\0",
        "\u2028",
        "^^",
        "@en",
        "\ud800",
        "<",
        "?x",
        "$x",
    ]
    more = ["} UNION { ?s ?p ?o }", "> ?p ?o } #", "} #", " ?s ?p ?o . ", "x> <y> <z> . ?s ?p ?o . <x", "; DROP ALL", "VALUES ?v { 1 2 3 }", "SERVICE <http://127.0.0.1:9/> {", "2024-01-01", "7", "https://example.org/a"]  # fmt: skip
    for _ in range(number):
        yield "".join(
            chance.choice(ends if chance.random() < 0.6 else more)
            for _ in range(chance.randrange(1, 7))
        )


def names(chance: random.Random, number: int) -> Iterator[str]:
    """Names that try to leave a folder, to hide in it, or to be something else than a name."""
    parts = ["..", "...", "/", "\\", "~", "%2e%2e", "\0", "C:", "con", "nul", ".git", "hooks", ".journal", "lock", "\u202e", "․․", "／", "a" * 300, " ", "\n", "-rf", "$(true)", "`true`", "é", "claims", "x.ttl", "."]  # fmt: skip
    for _ in range(number):
        yield chance.choice(("", "/")) + chance.choice(("", "/", "/../")).join(
            chance.choice(parts) for _ in range(chance.randrange(1, 6))
        )
