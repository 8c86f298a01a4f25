"""JSON of posts: X (Twitter), Mastodon and ActivityPub, Telegram exports, Bluesky.

Each post is a locator with its number, author and time, with the time zone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any, Final

from kb.documents import plain_html
from kb.documents import text as plain
from kb.documents.document import Block, Read, joined
from kb.documents.statements import Statement, clean, resolved
from kb.errors import Usage
from kb.system.intake import LARGEST_DOCUMENT, decode, too_large

Node = dict[str, Any]

# Levels of nesting, and posts that are read.
DEEPEST, MOST_POSTS = 60, 100_000
TAKE_OUT: Final = "take its text out: jq -r '.. | strings' FILE > text.txt"
# How the archive of an X account begins each of its files.
ASSIGNED: Final = re.compile(r"\s*window\.[\w.]{1,100}\s*=\s*")
AUTHOR_KEYS: Final = ("name", "display_name", "displayName", "screen_name", "acct", "handle")
TEXT_KEYS: Final = ("full_text", "text", "content")
TIME_KEYS: Final = ("created_at", "createdAt", "published", "date")


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `time` is in ISO 8601, or as the file writes it if it is in another form."""

    author: str
    time: str
    text: str
    url: str = ""
    language: str = ""
    pictures: tuple[str, ...] = ()
    media: int = 0

    @property
    def label(self) -> str:
        """Author and time, as far as the file states them."""
        by = f" by {self.author}" if self.author else ""
        return f"{by}, {self.time}" if self.time else by


def read(name: str, data: bytes) -> Read:
    """Read posts; text that only looks like JSON is read as text.

    Raises Usage if the file is JSON of another kind, too large, or in another encoding.

    >>> found = read("a.json", b'{"text": "Closed.", "created_at": "2024-03-05T10:00:00Z"}')
    >>> found.text, found.parts[0].value
    ('Closed.', 'post 1, 2024-03-05T10:00:00Z')
    """
    if len(data) > LARGEST_DOCUMENT:
        raise too_large(name, LARGEST_DOCUMENT)
    text = decode(data, name).lstrip("\ufeff")
    roots = _roots(text)
    if roots is None:
        if name.lower().endswith((".json", ".jsonl", ".js")):
            raise Usage(f"{name} is not valid JSON: it is damaged or cut off.", TAKE_OUT)
        return plain.read(name, data)
    posts = list(_posts(roots))[:MOST_POSTS]
    if not posts:
        raise Usage(f"{name} is JSON, but not of posts in a known form.", TAKE_OUT)
    return _document(posts)


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


def _document(posts: list[Post]) -> Read:
    """Return posts as a document."""
    blocks: list[Block] = []
    media = 0
    for number, post in enumerate(posts, 1):
        place = f"post {number}{post.label}"
        blocks += [Block(line.strip(), "", place) for line in post.text.split("\n") if line.strip()]
        blocks += [Block(words, "alternative text", place) for words in post.pictures]
        media += post.media
    text, parts = joined(blocks)
    left_out = ((f"pictures and recordings: {media}", ""),) if media else ()
    facts = resolved(_statements(posts))
    facts["title"] = plain.title(text)
    return Read(text, kind="posts", parts=parts, left_out=left_out, **facts)


def _statements(posts: list[Post]) -> Iterator[Statement]:
    """Yield what all posts together state."""
    authors = list(dict.fromkeys(post.author for post in posts if post.author))
    if len(authors) == 1:
        yield Statement("author", authors[0], "posts")
    times = [post.time for post in posts if post.time]
    for time in times[:1]:
        yield Statement("published", min(times), "first post")
        if max(times) != time or min(times) != time:
            yield Statement("until", max(times), "last post")
    if len(posts) == 1 and posts[0].url:
        yield Statement("url", posts[0].url, "post")
    languages = {post.language for post in posts}
    if len(languages) == 1 and "" not in languages:
        yield Statement("language", languages.pop(), "posts")


def _posts(roots: list[Any]) -> Iterator[Post]:
    """Yield the posts in JSON values, in order, with those that they quote or answer."""
    users = _users(roots)
    waiting: list[tuple[Any, int]] = [(root, 0) for root in reversed(roots)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            continue
        if isinstance(value, list):
            waiting += [(item, depth + 1) for item in reversed(value)]
        elif isinstance(value, dict):
            post = _post(value, users)
            if post:
                yield post
            inner = [
                item
                for key, item in value.items()
                if isinstance(item, dict | list) and not (post and key in ("record", *TEXT_KEYS))
            ]
            waiting += [(item, depth + 1) for item in reversed(inner)]


def _users(roots: list[Any]) -> dict[str, str]:
    """Return the names of users that an X response lists beside its posts."""
    found: dict[str, str] = {}
    for root in roots:
        included = root.get("includes") if isinstance(root, dict) else None
        listed = included.get("users") if isinstance(included, dict) else None
        for user in listed if isinstance(listed, list) else ():
            if isinstance(user, dict):
                found[str(user.get("id"))] = _name(user)
    return found


def _post(node: Node, users: dict[str, str]) -> Post | None:
    """Return the post that a JSON object is, or None."""
    record = node.get("record")
    if isinstance(record, dict) and "text" in record:
        fields = {**node, **record}
        return _filled(fields, _name(node.get("author")), str(record.get("text") or ""))
    time = next((key for key in TIME_KEYS if isinstance(node.get(key), str)), None)
    key = next((key for key in TEXT_KEYS if key in node), None)
    if key is None or (time is None and key != "full_text"):
        return None
    text = _text(node, key)
    if text is None:
        return None
    author = _author(node, users)
    return _filled(node, author, text) if text.strip() or node.get("media_attachments") else None


def _filled(node: Node, author: str, text: str) -> Post:
    """Return a post with its text, and what else the file states about it."""
    pictures, media = _media(node)
    url = next((node[k] for k in ("url", "uri", "id") if _is_address(node.get(k))), "")
    language = node.get("lang") or node.get("language") or ""
    return Post(
        author,
        _time(node),
        text,
        url,
        language if isinstance(language, str) and language != "und" else "",
        pictures,
        media,
    )


def _is_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def _text(node: Node, key: str) -> str | None:
    """Return the text of a post; HTML and lists of pieces are made plain."""
    value = node[key]
    if isinstance(value, list):
        # Telegram: plain pieces, and objects for links and bold words.
        pieces = [p.get("text", "") if isinstance(p, dict) else p for p in value]
        return "".join(piece for piece in pieces if isinstance(piece, str))
    if not isinstance(value, str):
        return None
    if key == "content":
        return plain_html.text(value)
    return unescape(value)


def _author(node: Node, users: dict[str, str]) -> str:
    """Return who wrote a post."""
    for key in ("user", "account", "author", "attributedTo", "actor", "from"):
        value = node.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            return _name(value)
        if isinstance(value, str) and value:
            return clean(value) or ""
    return users.get(str(node.get("author_id")), "")


def _name(user: object) -> str:
    """Return the name of a user, with the handle if there is one.

    >>> _name({"name": "Ines Holt", "screen_name": "ines"})
    'Ines Holt (@ines)'
    """
    if not isinstance(user, dict):
        return ""
    names = [name for key in AUTHOR_KEYS if (name := clean(user.get(key)))]
    handles = ("screen_name", "username", "acct", "handle")
    handle = next((h for key in handles if (h := clean(user.get(key)))), "")
    name = names[0] if names else handle
    return f"{name} (@{handle})" if handle and handle != name else name


def _time(node: Node) -> str:
    """Return when a post was published, in ISO 8601 with its zone."""
    unix = node.get("date_unixtime")
    if isinstance(unix, str) and unix.isdecimal() and len(unix) < 12:
        return datetime.fromtimestamp(int(unix), UTC).isoformat()
    value = next((node[key] for key in TIME_KEYS if isinstance(node.get(key), str)), "")
    try:
        return datetime.strptime(value, "%a %b %d %H:%M:%S %z %Y").isoformat()
    except ValueError:
        return (clean(value) or "")[:40]


def _media(node: Node) -> tuple[tuple[str, ...], int]:
    """Return the alternative texts of the pictures of a post, and how many attachments it has."""
    extended = node.get("extended_entities")
    listed: list[Any] = []
    for value in (
        node.get("media_attachments"),
        node.get("attachment"),
        extended.get("media") if isinstance(extended, dict) else None,
        (node.get("embed") or {}).get("images") if isinstance(node.get("embed"), dict) else None,
    ):
        listed += value if isinstance(value, list) else []
    count = len(listed) + sum(isinstance(node.get(k), str) for k in ("photo", "file"))
    items = [item for item in listed if isinstance(item, dict)]
    keys = ("description", "ext_alt_text", "alt", "name")
    described = [next((t for k in keys if (t := clean(i.get(k)))), None) for i in items]
    return tuple(text for text in described if text), count
