"""A page of a size that no article has is read whole, in time that grows with its length."""

from __future__ import annotations

import pytest

from kb import documents
from kb.documents import plain_html

HEAD = (
    "<!doctype html><html lang=en><head><title>The harbour book</title>"
    "<meta name=author content='A Clerk'></head><body><h1>The harbour book</h1>"
)
CELLS = "<table>" + "<tr><td>ship</td><td>3 tugs</td></tr>" * 150_000 + "</table>"
PARAGRAPHS = "".join(f"<p>Ship {n} came in.</p>" for n in range(300_000))
ATTRIBUTES = f"<p {' '.join(f'a{n}=1' for n in range(300_000))}>Ship 1 came in.</p>"


@pytest.mark.parametrize(
    ("body", "second", "lines", "why"),
    [
        (CELLS, "ship | 3 tugs", 150_001, "40,000 elements"),
        (PARAGRAPHS, "Ship 0 came in.", 300_001, "40,000 elements"),
        (ATTRIBUTES, "Ship 1 came in.", 2, "50,000 characters"),
    ],
    ids=["cells", "paragraphs", "attributes"],
)
def test_a_page_of_300_000_parts_is_read_whole_and_says_so(
    body: str, second: str, lines: int, why: str
) -> None:
    read = documents.read("page.html", f"{HEAD}{body}".encode())
    found = read.text.split("\n")
    assert (found[0], found[1], len(found)) == ("The harbour book", second, lines)
    assert (read.title, read.language) == ("The harbour book", "en")
    assert read.authors == (documents.Agent("A Clerk"),)
    assert why in read.changed["text"]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>a<p>b", "a\nb"),
        ("<script>no</script><style>no</style><p>yes", "yes"),
        ("<head><title>no</title><body>yes", "yes"),
        ("<td>a<td>b<tr><td>c<td>d", "a | b\nc | d"),
        ("a<br>b<hr/>c &lt;d&gt; &#x41;", "a\nb\nc <d> A"),
        ("<svg/><p>a", "a"),
        ("</p></div></script>a", "a"),
        ("<template><p>no</template><p>yes</p>", "yes"),
        ("a <b>bold</b> <a href=x>link</a>, more", "a bold link, more"),
        ("<!-- no --><?php no ?><![CDATA[no]]>yes", "yes"),
    ],
)
def test_the_text_of_a_page_is_what_it_shows(page: str, text: str) -> None:
    assert plain_html.text(page) == text
