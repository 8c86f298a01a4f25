"""JSON of posts: X (Twitter), Mastodon, ActivityPub, Telegram, Bluesky, Facebook, Reddit, chats.

Each post is a locator with its number, author and time, with the time zone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from kb.documents import post_fields, stated_days
from kb.documents import text as plain
from kb.documents.document import Block, Read, joined
from kb.documents.post_fields import Post
from kb.documents.statements import Statement, resolved
from kb.errors import Usage
from kb.system import intake

Node = dict[str, Any]

# Levels of nesting, and posts that are read.
DEEPEST, MOST_POSTS = 60, 100_000
# Numbers of posts without text that are listed.
MOST_LISTED = 20
TAKE_OUT: Final = "take its text out: jq -r '.. | strings' FILE > text.txt"
# How the archive of an X account begins each of its files.
ASSIGNED: Final = re.compile(r"\s*window\.[\w.]{1,100}\s*=\s*")


def read(name: str, data: bytes) -> Read:
    """Read posts; text that only looks like JSON is read as text.

    A bundle of STIX is kept as it is.

    Raises Usage if the file is JSON of another kind, too large, or in another encoding.

    >>> found = read("a.json", b'{"text": "Closed.", "created_at": "2024-03-05T10:00:00Z"}')
    >>> found.text, found.parts[0].value
    ('Closed.', 'post 1, 2024-03-05T10:00:00Z')
    """
    text = intake.text(data, name).lstrip("\ufeff")
    roots = _roots(text)
    if roots is None or _is_bundle(roots):
        return _kept(name, data, damaged=roots is None)
    service: list[str] = []
    posts = list(islice(_posts(roots, service), MOST_POSTS + 1))
    if len(posts) > MOST_POSTS:
        raise Usage(f"{name} has more than {MOST_POSTS:,} posts.", "split it into several files")
    if not any(post.text.strip() or post.poll or post.pictures or post.notice for post in posts):
        raise Usage(f"{name} is JSON, but not of posts in a known form.", TAKE_OUT)
    return document(posts, service)


def _kept(name: str, data: bytes, *, damaged: bool) -> Read:
    """Return a bundle, or a text that only looks like JSON, as it is. Raises Usage if the name says
    that it is JSON and it is `damaged`.
    """
    if damaged and name.lower().endswith((".json", ".jsonl", ".js")):
        raise Usage(f"{name} is not valid JSON: it is damaged or cut off.", TAKE_OUT)
    if damaged:
        return plain.read(name, data)
    note = f"this is a STIX bundle, kept as it is. kb import stix {name} records its claims"
    return replace(plain.read(name, data), title=None, notes=(note,))


def _is_bundle(roots: list[Any]) -> bool:
    """Tell whether this is a bundle of STIX: nothing in it is a post."""
    first = roots[0] if len(roots) == 1 and isinstance(roots[0], dict) else {}
    return first.get("type") == "bundle" and isinstance(first.get("objects"), list)


def _roots(text: str) -> list[Any] | None:
    """Return the JSON values of a file, or of each of its lines; None if it is not JSON."""
    start = ASSIGNED.match(text)
    body = text[start.end() :] if start else text
    try:
        return [json.loads(body)]
    except (ValueError, RecursionError):
        pass
    try:
        return [json.loads(line) for line in body.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return None


def document(posts: list[Post], service: list[str]) -> Read:
    """Return posts as a document. `service` is what a service wrote by itself."""
    blocks = (block for number, post in enumerate(posts, 1) for block in _blocks(number, post))
    text, parts = joined(blocks)
    facts = resolved(_statements(posts))
    words = (post.text for post in _own(posts))
    facts["title"] = plain.title("\n".join(islice(words, 100))) or plain.title(text)
    facts["notes"] = (*facts["notes"], *_notes(posts))
    left_out = tuple(_left_out(posts, service))
    return Read(text, kind="posts", parts=parts, left_out=left_out, **facts)


def _blocks(number: int, post: Post) -> Iterator[Block]:
    """Yield the lines of a post."""
    place = f"post {number}{post.label}"
    if post.notice:
        yield Block(post.notice, "service message", place)
    if post.warning:
        yield Block(post.warning, "content warning", place)
    yield from (Block(line.strip(), "", place) for line in post.text.split("\n") if line.strip())
    yield from (Block(line, "poll", place) for line in post.poll)
    yield from (Block(words, "alternative text", place) for words in post.pictures)


def _left_out(posts: list[Post], service: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what is not in the text."""
    if media := sum(post.media for post in posts):
        yield f"pictures and recordings: {media}", ""
    empty = [str(number) for number, post in enumerate(posts, 1) if _is_empty(post)]
    if empty:
        yield f"posts without text: {len(empty)}", ", ".join(empty[:MOST_LISTED])
    if service:
        yield f"service messages: {len(service)}", ", ".join(service[:5])


def _own(posts: list[Post]) -> list[Post]:
    """Return the posts with a text that no other post shows, or else all."""
    return [post for post in posts if not post.quoted and post.text.strip()] or posts


def _is_empty(post: Post) -> bool:
    """Tell whether a post has nothing that is counted elsewhere."""
    return not (post.text.strip() or post.notice or post.poll or post.pictures or post.media)


def _notes(posts: list[Post]) -> Iterator[str]:
    """Yield what the person who adds posts should know."""
    passed_on = sum(bool(post.via) for post in posts)
    if passed_on:
        verb = "is" if passed_on == 1 else "are"
        yield f"{passed_on} of {len(posts)} posts {verb} passed on from others; see their locators."
    if any(post.repaired for post in posts):
        yield "characters beyond ASCII are broken in the file, as Facebook exports them; repaired."


def _statements(posts: list[Post]) -> Iterator[Statement]:
    """Yield what all posts together state."""
    posts = _own(posts)
    authors = list(dict.fromkeys(post.author for post in posts if post.author))
    if len(authors) == 1:
        yield Statement("author", authors[0], "posts")
    times = [post.time for post in posts if post.time]
    # Times in an unknown form are only compared if there are no others.
    times = [time for time in times if stated_days.days(time)] or times[:1]
    for time in times[:1]:
        yield Statement("published", min(times), "first post")
        if max(times) != time or min(times) != time:
            yield Statement("until", max(times), "last post")
    for edited in [max(days)] if (days := [post.edited for post in posts if post.edited]) else []:
        yield Statement("modified", edited, "last edit of a post")
    if len(posts) == 1 and posts[0].url:
        yield Statement("url", posts[0].url, "post")
    languages = {post.language for post in posts}
    if len(languages) == 1 and "" not in languages:
        yield Statement("language", languages.pop(), "posts")


def _posts(roots: list[Any], service: list[str]) -> Iterator[Post]:
    """Yield the posts in JSON values, in order, with those that they quote or answer. What a
    service wrote by itself is added to `service`.
    """
    included = dict(_included(roots))
    waiting: list[tuple[Any, int, bool]] = [(root, 0, False) for root in reversed(roots)]
    while waiting:
        value, depth, quoted = waiting.pop()
        if depth > DEEPEST:
            continue
        if isinstance(value, list):
            waiting += [(item, depth + 1, quoted) for item in reversed(value)]
        elif isinstance(value, dict):
            value = post_fields.unwrapped(value)
            if notice := post_fields.notice(value):
                service.append(notice)
            post = post_fields.post(value, included)
            if post and not (_is_empty(post) and post_fields.shows_others(value)):
                yield replace(post, quoted=quoted)
            inner = [
                (item, depth + 1, quoted or key in post_fields.QUOTED_KEYS)
                for key, item in value.items()
                if isinstance(item, dict | list) and not (post and key in post_fields.OWN_KEYS)
            ]
            waiting += reversed(inner)


def _included(roots: list[Any]) -> Iterator[tuple[str, Node]]:
    """Yield users, pictures and polls that an X response lists beside its posts, by kind and id."""
    for root in roots:
        included = root.get("includes") if isinstance(root, dict) else None
        for kind, listed in included.items() if isinstance(included, dict) else ():
            for one in listed if isinstance(listed, list) else ():
                if isinstance(one, dict):
                    yield f"{kind} {one.get('media_key') or one.get('id')}", one
