"""A post in the JSON of different services: author, times, text, poll and pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any, Final

from kb.documents import plain_html
from kb.documents.statements import clean

Node = dict[str, Any]

NAME_KEYS: Final = (
    "name",
    "display_name",
    "displayName",
    "real_name",
    "screen_name",
    "acct",
    "handle",
)
AUTHOR_KEYS: Final = (
    "user_profile",
    "user",
    "account",
    "author",
    "attributedTo",
    "actor",
    "from",
    "sender_name",
)
TEXT_KEYS: Final = ("full_text", "text", "content", "message", "body", "selftext")
TIME_KEYS: Final = (
    "created_at",
    "createdAt",
    "published",
    "date",
    "timestamp",
    "timestamp_ms",
    "created_time",
    "created_utc",
    "ts",
)
EDITED_KEYS: Final = ("edited_at", "edited_timestamp", "edited", "editedAt")
# Where X writes a long post in full; its text is cut off.
FULL_KEYS: Final = ("note_tweet", "extended_tweet")
# Keys whose values are posts of others that a post shows.
QUOTED_KEYS: Final = frozenset(
    {
        "includes",
        "quoted_status",
        "quoted_status_result",
        "retweeted_status",
        "retweeted_status_result",
        "reblog",
        "quote",
        "embed",
    }
)
# Keys whose values belong to the post, and contain no other post.
OWN_KEYS: Final = frozenset({"record", "value", "data", "poll", *TEXT_KEYS, *FULL_KEYS})
# Seconds since 1970 are less than this, milliseconds are more.
# Fewer seconds than this are no time: a year, or a number.
FEWEST_SECONDS: Final = 100_000_000
MILLISECONDS: Final = 100_000_000_000


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `time` is in ISO 8601, or as the file writes it if it is in another form. `via` is
    from whom it was passed on; `warning` is shown before it; `notice` is what the service
    wrote into it; `quoted` means that another post shows it.
    """

    author: str
    time: str
    text: str
    url: str = ""
    language: str = ""
    pictures: tuple[str, ...] = ()
    media: int = 0
    via: str = ""
    poll: tuple[str, ...] = ()
    edited: str = ""
    repaired: bool = False
    warning: str = ""
    notice: str = ""
    quoted: bool = False

    @property
    def label(self) -> str:
        """Author, first author and time, as far as the file states them."""
        by = f" by {self.author}" if self.author else ""
        via = f", forwarded from {self.via}" if self.via else ""
        via += ", quoted" if self.quoted else ""
        return f"{by}{via}, {self.time}" if self.time else by + via


def unwrapped(node: Node) -> Node:
    """Return a post as older interfaces of X write it, from the form that its web page loads."""
    fields, core = node.get("legacy"), node.get("core")
    if not isinstance(fields, dict) or "full_text" not in fields:
        return node
    user = _inner(core, "user_results", "result")
    person = {**_inner(user, "legacy"), **_inner(user, "core")}
    around = {key: value for key, value in node.items() if key not in ("legacy", "core")}
    return {**around, **fields, "user": person}


def notice(node: Node) -> str | None:
    """Return what a service wrote by itself, as in Telegram and Slack, or None for a post."""
    if node.get("type") == "service":
        return clean(node.get("action")) or ""
    kind = node.get("subtype")
    by_itself = isinstance(kind, str) and kind.startswith(("channel_", "group_"))
    return clean(node.get("text")) or "" if by_itself and node.get("type") == "message" else None


def shows_others(node: Node) -> bool:
    """Tell whether a post shows that of somebody else."""
    return any(isinstance(node.get(key), dict) for key in QUOTED_KEYS)


def _inner(value: Any, *keys: str) -> Node:
    """Return the object under these keys, or an empty one."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def post(node: Node, included: Mapping[str, Node]) -> Post | None:
    """Return the post that a JSON object is, or None. `included` are objects that the file lists
    beside its posts, by kind and id.
    """
    record = next((node[k] for k in ("record", "value") if "text" in _inner(node, k)), None)
    if record:
        fields = {**node, **record}
        return _filled(fields, name(node.get("author")), str(record.get("text") or ""), included)
    if notice(node) is not None:
        return None
    text = _facebook(node)
    key = next((key for key in TEXT_KEYS if key in node), None)
    if text is None and key is not None and (_time(node) or key == "full_text"):
        text = _text(node, key)
    if text is None:
        return None
    return _filled(node, _author(node, included), text, included)


def _filled(node: Node, author: str, text: str, included: Mapping[str, Node]) -> Post:
    """Return a post with its text, and what else the file states about it."""
    pictures, media = _media(node, included)
    polls = [node.get("poll"), *_attached(node, "poll_ids", "polls", included)]
    summary = node.get("summary") if "attributedTo" in node else None
    url = next((node[k] for k in ("url", "uri", "id") if _is_address(node.get(k))), "")
    language = node.get("lang") or node.get("language") or ""
    broken = "sender_name" in node or _facebook(node) is not None
    right, right_author = (_repaired(text), _repaired(author)) if broken else (text, author)
    return Post(
        right_author,
        _time(node),
        right,
        url,
        language if isinstance(language, str) and language != "und" else "",
        pictures,
        media,
        clean(node.get("forwarded_from")) or "",
        tuple(line for poll in polls for line in _poll(poll)),
        _moment(next((node[k] for k in EDITED_KEYS if node.get(k)), None)),
        (right, right_author) != (text, author),
        warning=clean(node.get("spoiler_text") or summary) or "",
    )


def _facebook(node: Node) -> str | None:
    """Return the text of a post in an export of Facebook, or None."""
    data = node.get("data")
    if "timestamp" not in node or not isinstance(data, list):
        return None
    items = [item for item in data if isinstance(item, dict)]
    texts = [item.get("post") or _inner(item, "comment").get("comment") for item in items]
    found = [text for text in texts if isinstance(text, str)]
    return "\n".join(found) if found else None


def _repaired(text: str) -> str:
    """Return a text whose UTF-8 was written as if each byte were a character.

    >>> _repaired("f\u00c3\u00bcr"), _repaired("für")
    ('für', 'für')
    """
    try:
        return text.encode("latin-1").decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def _poll(poll: Any) -> list[str]:
    """Return the question of a poll and its answers with their votes."""
    if not isinstance(poll, dict):
        return []
    answers = poll.get("answers") or poll.get("options")
    lines = [clean(poll.get("question")) or "poll"]
    for answer in answers if isinstance(answers, list) else ():
        if isinstance(answer, dict):
            words = next((w for k in ("text", "title", "label") if (w := clean(answer.get(k)))), "")
            votes = next((answer[k] for k in ("voters", "votes_count", "votes") if k in answer), "")
            lines.append(f"{words}: {votes}" if isinstance(votes, int) else words)
    return lines


def _is_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def _text(node: Node, key: str) -> str | None:
    """Return the text of a post; HTML and lists of pieces are made plain."""
    value = node[key]
    full = [inner for k in FULL_KEYS if isinstance(inner := node.get(k), dict)]
    for inner in full:
        inner = _inner(inner, "note_tweet_results", "result") or inner
        value = inner.get("full_text") or inner.get("text") or value
    if isinstance(value, list):
        # Telegram: plain pieces, and objects for links and bold words.
        pieces = [p.get("text", "") if isinstance(p, dict) else p for p in value]
        return "".join(piece for piece in pieces if isinstance(piece, str))
    if not isinstance(value, str):
        return None
    if key == "content" and "sender_name" not in node:
        return plain_html.text(value)
    title = node.get("title") if key == "selftext" else None
    return unescape(f"{title}\n{value}" if isinstance(title, str) else value)


def _author(node: Node, included: Mapping[str, Node]) -> str:
    """Return who wrote a post."""
    for key in AUTHOR_KEYS:
        value = node.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            return name(value)
        if isinstance(value, str) and value:
            return clean(value) or ""
    return name(included.get(f"users {node.get('author_id')}"))


def name(user: object) -> str:
    """Return the name of a user, with the handle if there is one.

    >>> name({"name": "Ines Holt", "screen_name": "ines"})
    'Ines Holt (@ines)'
    """
    if not isinstance(user, dict):
        return ""
    names = [found for key in NAME_KEYS if (found := clean(user.get(key)))]
    handles = ("screen_name", "username", "acct", "handle")
    handle = next((h for key in handles if (h := clean(user.get(key)))), "")
    found = names[0] if names else handle
    return f"{found} (@{handle})" if handle and handle != found else found


def _time(node: Node) -> str:
    """Return when a post was published, in ISO 8601 with its zone."""
    unix = node.get("date_unixtime")
    if isinstance(unix, str) and unix.isdecimal():
        return _moment(unix)
    return next((time for key in TIME_KEYS if (time := _moment(node.get(key)))), "")


def _moment(value: Any) -> str:
    """Return a time in ISO 8601, from seconds or milliseconds since 1970 or the form of X.

    >>> _moment(1709634600), _moment("1709634600.000100"), _moment("2024-03-05T10:30:00Z")
    ('2024-03-05T10:30:00+00:00', '2024-03-05T10:30:00+00:00', '2024-03-05T10:30:00Z')
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return ""
    try:
        seconds = float(value)
        if seconds < FEWEST_SECONDS:
            return clean(str(value)) or ""
        seconds = seconds / 1000 if seconds > MILLISECONDS else seconds
        return datetime.fromtimestamp(int(seconds), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        pass
    try:
        return datetime.strptime(str(value), "%a %b %d %H:%M:%S %z %Y").isoformat()
    except ValueError:
        return (clean(str(value)) or "")[:40]


def _attached(node: Node, keys: str, kind: str, included: Mapping[str, Node]) -> list[Node]:
    """Return the objects that a post of X names by their keys."""
    named = _inner(node, "attachments").get(keys)
    found = (included.get(f"{kind} {key}") for key in (named if isinstance(named, list) else ()))
    return [one for one in found if one]


def _media(node: Node, included: Mapping[str, Node]) -> tuple[tuple[str, ...], int]:
    """Return the alternative texts of the pictures of a post, and how many attachments it has."""
    extended = node.get("extended_entities")
    listed: list[Any] = [*_attached(node, "media_keys", "media", included)]
    for value in (
        node.get("media_attachments"),
        node.get("attachment"),
        node.get("photos"),
        extended.get("media") if isinstance(extended, dict) else None,
        (node.get("embed") or {}).get("images") if isinstance(node.get("embed"), dict) else None,
    ):
        listed += value if isinstance(value, list) else []
    listed += _of_facebook(node.get("attachments"))
    count = len(listed) + sum(isinstance(node.get(k), str) for k in ("photo", "file"))
    items = [item for item in listed if isinstance(item, dict)]
    keys = ("description", "ext_alt_text", "alt_text", "alt", "name")
    described = [next((t for k in keys if (t := clean(i.get(k)))), None) for i in items]
    return tuple(text for text in described if text), count


def _of_facebook(attachments: Any) -> list[Node]:
    """Return the pictures in the attachments of a post in an export of Facebook."""
    groups = attachments if isinstance(attachments, list) else []
    data = [group.get("data") for group in groups if isinstance(group, dict)]
    items = [item for group in data if isinstance(group, list) for item in group]
    return [found for item in items if (found := _inner(item, "media"))]
