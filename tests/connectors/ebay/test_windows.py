from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tranter.connectors.ebay import windows
from tranter.connectors.ebay.windows import MARGIN, MAX_RESTARTS, OVERLAP, SETTLE, Cursor, Progress, Window
from tranter.testing.faultmark import fault

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def window(**changes: int | str) -> Window:
    return replace(Window(begins_at=NOW - 10 * MINUTE, ends_at=NOW), **changes)


def test_the_first_window_begins_where_it_is_told_to() -> None:
    assert windows.next_window(None, NOW - timedelta(days=90), NOW).begins_at == NOW - timedelta(days=90)


@fault("API-03")
def test_the_next_window_begins_well_before_the_end_of_the_last_one() -> None:
    done = windows.finished(Cursor(), window())
    following = windows.next_window(done.watermark, NOW, NOW + 5 * MINUTE)
    assert following.begins_at == NOW - SETTLE - OVERLAP


def test_nothing_older_than_two_years_is_asked_for() -> None:
    found = windows.next_window(None, NOW - timedelta(days=4000), NOW)
    assert found.begins_at > NOW - timedelta(days=730)


@fault("TIME-01")
def test_the_watermark_never_goes_back() -> None:
    cursor = Cursor(watermark=NOW)
    assert windows.finished(cursor, window(ends_at=NOW - MINUTE)).watermark == NOW


@fault("TIME-01")
def test_a_clock_that_was_put_back_still_gives_a_window() -> None:
    found = windows.next_window(NOW + timedelta(hours=1), NOW, NOW)
    assert found.begins_at < found.ends_at == NOW


def test_a_cursor_survives_being_kept_as_text() -> None:
    cursor = Cursor(watermark=NOW, window=window(offset=200, total=700), reread=("a", "b"))
    assert windows.parse(cursor.text()) == cursor
    assert windows.parse("") == Cursor()
    assert Cursor().text() == ""


@fault("API-02")
def test_a_changed_total_starts_the_window_again() -> None:
    following = windows.advance(window(offset=200, total=500), Progress(200, 499, 400, "m"))
    assert following is not None
    assert (following.offset, following.total, following.restarts) == (0, 499, 1)


@fault("API-02")
def test_a_set_that_never_rests_is_read_in_overlapping_pages() -> None:
    tired = window(offset=200, total=500, restarts=MAX_RESTARTS)
    back = windows.advance(tired, Progress(200, 497, 400, "m"))
    assert back is not None
    assert (back.offset, back.margin) == (200 - 3 - MARGIN, MARGIN)
    onward = windows.advance(back, Progress(200, 490, 372, "n"))
    assert onward is not None
    assert (onward.offset, onward.margin) == (back.offset + 200 - MARGIN, MARGIN)


def test_a_total_that_changed_before_the_first_page_is_no_drift() -> None:
    following = windows.advance(window(offset=0, total=500), Progress(200, 497, 200, "m"))
    assert following is not None
    assert (following.offset, following.restarts) == (200, 0)


def test_a_short_page_is_not_the_end() -> None:
    following = windows.advance(window(total=500), Progress(150, 500, 200, "m"))
    assert following is not None
    assert following.offset == 150


def test_an_empty_page_in_the_middle_is_followed_or_read_again_but_never_for_ever() -> None:
    onward = windows.advance(window(offset=200, total=500), Progress(0, 500, 400, ""))
    assert onward is not None
    assert onward.offset == 400
    again = windows.advance(window(offset=200, total=500), Progress(0, 500, None, ""))
    assert again is not None
    assert again.offset == 0
    tired = window(offset=200, total=500, restarts=MAX_RESTARTS)
    assert windows.advance(tired, Progress(0, 500, None, "")) is None


@fault("API-02")
@settings(max_examples=200, deadline=None)
@given(st.integers(1, 900), st.lists(st.integers(0, 899), max_size=12), st.randoms(use_true_random=False))
def test_nothing_is_skipped_whatever_leaves_the_window_on_the_way(size: int, leaving: list[int], random) -> None:  # type: ignore[no-untyped-def]
    """Rows leave a frozen window when they are modified; they are seen again later in the next one."""
    rows, gone, seen = list(range(size)), set(), set()
    place: Window | None = window()
    for _ in range(200):
        assert place is not None
        page = rows[place.offset : place.offset + 200]
        seen.update(page)
        next_offset = place.offset + 200 if place.offset + 200 < len(rows) else None
        place = windows.advance(place, Progress(len(page), len(rows), next_offset, str(page[:1])))
        if place is None:
            break
        if leaving and random.random() < 0.7:
            row = leaving.pop()
            gone.add(row)
            rows = [each for each in rows if each != row]
    assert place is None, "it never ends"
    assert set(range(size)) - seen <= gone
