"""Dates as people type them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model import dates
from kb.model.dates import parse

SAID = (date(2024, 6, 6), date(2024, 6, 6))
DAYS = st.dates(date(2, 1, 1), date(9998, 12, 31))


def bounds(typed: str) -> str:
    return dates.show(*parse(typed, SAID).window())


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("4 May 2021", "2021-05-04"),
        ("4th of May 2021", "2021-05-04"),
        ("May 4, 2021", "2021-05-04"),
        ("12 Sept 2021", "2021-09-12"),
        ("2024/03/04", "2024-03-04"),
        ("20240304", "2024-03-04"),
        ("13/4/2024", "2024-04-13"),
        ("4/13/2024", "2024-04-13"),
        ("Tuesday, 4 May 2021", "2021-05-04"),
        ("May 2021", "2021-05-01..2021-05-31"),
        ("early 2021", "2021-01-01..2021-07-02"),
        ("late May 2021", "2021-05-16..2021-05-31"),
        ("Q3 2022", "2022-07-01..2022-09-30"),
        ("third quarter of 2022", "2022-07-01..2022-09-30"),
        ("first half of 2021", "2021-01-01..2021-06-30"),
        ("the 1990s", "1990-01-01..1999-12-31"),
        ("19th century", "1801-01-01..1900-12-31"),
        ("0476", "0476-01-01..0476-12-31"),
        ("AD 476", "0476-01-01..0476-12-31"),
        ("before 1724", "..1723-12-31"),
        ("after 1724", "1725-01-01.."),
        ("since 2014", "2014-01-01.."),
        ("by 21 April 2024", "..2024-04-21"),
        ("between 1700 and 1710", "1700-01-01..1710-12-31"),
        ("from May 2014 to 2016", "2014-05-01..2016-12-31"),
        ("about 1984", "1983-01-01..1985-12-31"),
        ("on the 5th of June 2020", "2020-06-05"),
        ("in June 2020", "2020-06-01..2020-06-30"),
        ("3–7 May 2021", "2021-05-03..2021-05-07"),
        ("May 3-7, 2021", "2021-05-03..2021-05-07"),
        ("5/6 May 2021", "2021-05-05..2021-05-06"),
        ("between 3 and 7 May 2021", "2021-05-03..2021-05-07"),
        ("3 May - 7 June 2021", "2021-05-03..2021-06-07"),
        ("30 May 2020 to 7 June 2021", "2020-05-30..2021-06-07"),
        ("May–June 2021", "2021-05-01..2021-06-30"),
        ("from May to June 2021", "2021-05-01..2021-06-30"),
        ("2014-2016", "2014-01-01..2016-12-31"),
        ("1914–18", "1914-01-01..1918-12-31"),
        ("second half of May 2021", "2021-05-16..2021-05-31"),
        ("3rd quarter 2022", "2022-07-01..2022-09-30"),
        ("Q3/2022", "2022-07-01..2022-09-30"),
        ("winter 2020/21", "2019-12-01..2021-03-20"),
        ("no later than 21 April 2024", "..2024-04-21"),
        ("not before May 2024", "2024-05-01.."),
        ("up to 2016", "..2016-12-31"),
        ("11:30 p.m. on 5 April 2024", "2024-04-05"),
        ("two days ago", "2024-06-04"),
        ("2 days ago", "2024-06-04"),
        ("tomorrow", "2024-06-07"),
        ("next month", "2024-07-01..2024-07-31"),
        ("Friday", "2024-05-31"),
        ("last week", "2024-05-27..2024-06-02"),
        ("..; 479 BCE", ""),
    ],
)
def test_a_date_in_words_has_bounds_as_wide_as_the_words(typed: str, wanted: str) -> None:
    assert bounds(typed) == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        # Level 0: Date, Date and Time, Time Interval
        ("1985-04-12", "1985-04-12"),
        ("1985-04", "1985-04-01..1985-04-30"),
        ("1985", "1985-01-01..1985-12-31"),
        ("1985-04-12T23:20:30Z", "1985-04-12"),
        ("1985-04-12T23:20:30", "1985-04-12"),
        ("1985-04-12T23:20:30+04:30", "1985-04-12"),
        ("1964/2008", "1964-01-01..2008-12-31"),
        ("2004-06/2006-08", "2004-06-01..2006-08-31"),
        ("2004-02-01/2005", "2004-02-01..2005-12-31"),
        # Level 1: Seasons, Qualification, Unspecified digits, Extended Interval
        ("1984-24", "1983-12-01..1985-03-20"),
        ("1984?", "1983-01-01..1985-12-31"),
        ("2004-06~", "2004-05-01..2004-07-31"),
        ("2004-06-11%", "2004-06-10..2004-06-12"),
        ("201X", "2010-01-01..2019-12-31"),
        ("20XX", "2000-01-01..2099-12-31"),
        ("2004-XX", "2004-01-01..2004-12-31"),
        ("1985-04-XX", "1985-04-01..1985-04-30"),
        ("1985-XX-XX", "1985-01-01..1985-12-31"),
        ("1985-04-12/..", "1985-04-12.."),
        ("1985-04/", "1985-04-01.."),
        ("../1985-04-12", "..1985-04-12"),
        ("/1985", "..1985-12-31"),
    ],
)
def test_edtf_levels_0_and_1_are_read(typed: str, wanted: str) -> None:
    assert bounds(typed) == wanted


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("04/05/2021", ("4 May 2021", "5 April 2021", "2021-05-04", "2021-04-05")),
        ("3.4.2024", ("3 April 2024", "4 March 2024")),
        ("1900s", ("1900..1909", "1900..1999")),
        ("04/05/21", ("2021-05-04",)),
        ("29 February 1965", ("February 1965 had 28 days", "not a leap year")),
        ("1965-02-29", ("February 1965 had 28 days",)),
        ("31 April 2021", ("April 2021 had 30 days",)),
        ("2024-13-01", ("no month 13",)),
        ("-0478", ("before the year 1", "..")),
        ("479 BCE", ("before the year 1", "; 479 BCE")),
        ("5th century BC", ("before the year 1",)),
        ("0000", ("before the year 1",)),
        ("476", ("0476",)),
        ("Y17E7", ("years 1 to 9999",)),
        ("2024-W14", ("not a date",)),
        ("4 May", ("needs its year",)),
        ("early May", ("needs its year",)),
        ("June 5–9", ("needs its year",)),
        ("2010–11", ("2010..2011", "2010-11")),
        ("winter 2020/22", ("write the bounds",)),
        ("2024-04-05 23:30 CET", ("not a date",)),
        ("2021..2020", ("ends before it begins",)),
        ("the day before", ("write the bounds",)),
    ],
)
def test_what_has_two_readings_or_none_is_refused_with_the_form_to_use(
    typed: str, said: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        parse(typed, SAID)
    for words in said:
        assert words in str(refused.value)


def test_a_period_says_whether_it_is_meant_on_all_of_its_days() -> None:
    held = {typed: parse(typed).held for typed in ("2014..2016", "1964/2008", "since 2014")}
    assert set(held.values()) == {"all"}
    assert {parse(t).held for t in ("before 1724", "between 1700 and 1710")} == {"some"}
    assert parse("2014").held == ""


def test_a_time_in_words_is_the_moment_that_it_means() -> None:
    moments = [
        parse(f"5 April 2024{words}").moment
        for words in (" at 23:30 +02:00", ", 11:30 pm +02:00", " 9:30 p.m. UTC")
    ]
    assert moments == [parse("2024-04-05 23:30 +02:00").moment] * 3


def test_a_time_with_its_zone_is_a_moment_on_the_day_that_is_written() -> None:
    found = parse("2024-04-05 23:30 +02:00")
    assert found.moment is not None
    assert found.moment.isoformat() == "2024-04-05T23:30:00+02:00"
    assert bounds("2024-04-05T23:30:00-11:00") == "2024-04-05"
    assert parse("2024-04-05T23:30").moment is None, "without a zone it names no moment"
    with pytest.raises(ValueError, match="moment"):
        parse("2024-04-05T25:30Z")


@pytest.mark.parametrize("typed", ["never", "Never", "on no day", "never; at no point"])
def test_never_excludes_every_day(typed: str) -> None:
    assert parse(typed).never
    assert dates.understood(parse(typed)) == "no day at all"


def test_a_weekday_that_does_not_fit_keeps_both_days() -> None:
    found = parse("Monday, 4 May 2021")
    assert found.window() == (date(2021, 5, 3), date(2021, 5, 4))
    assert "was a Tuesday" in found.warning


@given(DAYS)
def test_every_writing_of_a_day_is_that_day(day: date) -> None:
    name = f"{day:%B}"
    year = f"{day.year:04d}"
    for typed in (
        day.isoformat(),
        f"{day.day} {name} {year}",
        f"{name} {day.day}, {year}",
        day.isoformat().replace("-", "/"),
        f"{day.isoformat()}..{day.isoformat()}",
    ):
        assert parse(typed).window() == (day, day)


@given(DAYS, DAYS)
def test_a_writing_in_numbers_is_read_only_where_it_has_one_reading(day: date, other: date) -> None:
    typed = f"{day.day}/{day.month}/{day.year:04d}"
    if day.day > 12 or day.day == day.month:
        assert parse(typed).window() == (day, day)
    else:
        with pytest.raises(ValueError, match="can be"):
            parse(typed)
    first, last = sorted((day, other))
    assert parse(f"{first}/{last}").window() == (first, last)


@given(DAYS, st.sampled_from(["?", "~", "%"]))
def test_a_qualified_date_is_wider_than_the_date(day: date, mark: str) -> None:
    for typed in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]):
        first, last = parse(typed).window()
        low, high = parse(typed + mark).window()
        assert low is not None
        assert high is not None
        assert first is not None
        assert last is not None
        assert low < first
        assert high > last


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    with suppress(ValueError):
        found = parse(text, (SAID[0] - timedelta(1), SAID[1]))
        first, last = found.window()
        assert first is None or last is None or first <= last


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("3. April 2024", "2024-04-03", "2024-04-03"),
        ("5 de marzo de 2024", "2024-03-05", "2024-03-05"),
        ("5 мая 2024", "2024-05-05", "2024-05-05"),
        ("٥ مارس ٢٠٢٤", "2024-03-05", "2024-03-05"),
        ("5 كانون الثاني 2024", "2024-01-05", "2024-01-05"),
        ("2024年3月4日", "2024-03-04", "2024-03-04"),
        ("2024-3-4", "2024-03-04", "2024-03-04"),
        ("13-4-2024", "2024-04-13", "2024-04-13"),
        ("4-Mar-2024", "2024-03-04", "2024-03-04"),
        ("Mon, 4 Mar 2024", "2024-03-04", "2024-03-04"),
        ("BEF 1724", None, "1723-12-31"),
        ("1724 or earlier", None, "1724-12-31"),
        ("before the end of 1724", None, "1724-12-30"),
        ("after the beginning of 1724", "1724-01-02", None),
        ("BET 1700 AND 1710", "1700-01-01", "1710-12-31"),
        ("1724 or 1725", "1724-01-01", "1725-12-31"),
        ("first half of the 1990s", "1990-01-01", "1995-01-01"),
        ("2014–present", "2014-01-01", None),
        ("A.D. 79", "0079-01-01", "0079-12-31"),
    ],
)
def test_dates_of_other_languages_and_programs_are_read(
    typed: str, first: str | None, last: str | None
) -> None:
    days = parse(typed).window()
    assert tuple(day and day.isoformat() for day in days) == (first, last)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("05/03/24", ("5 March 2024", "3 May 2024", "2024-03-05", "2024-05-03")),
        ("5.3.24", ("5 March 2024 or 3 May 2024", "2024-03-05 or 2024-05-03")),
        ("03-05-2024", ("3 May 2024 or 5 March 2024", "2024-05-03 or 2024-03-05")),
        ("31/12/95", ("two digits", "write 1995-12-31")),
        ("2014-16", ("no month 16", "2014..2016")),
        ("2023-24", ("winter", "2023..2024")),
        ("between 480 and 470 BC", ("before the year 1",)),
        ("479 v. Chr.", ("before the year 1",)),
        ("the reign of 1724", ("..1724", "1724..")),
    ],
)
def test_a_date_with_several_readings_is_refused_with_each_of_them(
    typed: str, said: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        parse(typed)
    for words in said:
        assert words in str(refused.value)
