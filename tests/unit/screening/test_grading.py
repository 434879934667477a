"""Several sources on one subject: who outranks whom, and that nothing hangs on their order."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from zhamen.screening.entries import EVER, Entry, ListKind, SourceNote
from zhamen.screening.grading import Why, cautions, grade

POLICE = SourceNote(1, "police", "公安", "police", 95, authority=True)
COURT = SourceNote(2, "court", "法院", "court", 95, authority=True)
BRANCH = SourceNote(3, "branch", "分行", "branch", 80)
MODEL = SourceNote(4, "model", "模型", "model", 60)
PUBLIC = SourceNote(5, "public", "公众举报", "public report", 30)
SOURCES = {one.number: one for one in (POLICE, COURT, BRANCH, MODEL, PUBLIC)}
NOW = 1_000


def entry(
    record_id: int,
    kind: ListKind,
    source: SourceNote,
    *,
    level: int = 60,
    confidence: int = 90,
    since: int = 0,
) -> Entry:
    return Entry(record_id, kind, level, confidence, 101, source.number, since)


def graded(*entries: Entry) -> tuple[ListKind | None, int, dict[int, Why]]:
    found = grade(entries, SOURCES, NOW)
    return found.list, found.level, {one.entry.record_id: one.why for one in found.outranked}


def test_nothing_known_is_no_grade() -> None:
    assert graded() == (None, 0, {})


def test_what_is_not_in_force_does_not_count() -> None:
    over = Entry(1, ListKind.BLACK, 90, 90, 101, POLICE.number, 0, NOW)
    to_come = Entry(2, ListKind.BLACK, 90, 90, 101, POLICE.number, NOW + 1)
    assert graded(over, to_come) == (None, 0, {})


def test_an_authority_outranks_everyone_else() -> None:
    case = entry(1, ListKind.BLACK, POLICE, level=85, confidence=10)
    cleared = entry(2, ListKind.WHITE, BRANCH, confidence=100)
    assert graded(case, cleared) == (ListKind.BLACK, 85, {2: Why.AUTHORITY})


def test_of_two_authorities_the_later_word_counts() -> None:
    case = entry(1, ListKind.BLACK, POLICE, since=10)
    acquitted = entry(2, ListKind.WHITE, COURT, since=20)
    assert graded(case, acquitted)[0] is ListKind.WHITE
    assert graded(entry(1, ListKind.BLACK, POLICE, since=30), acquitted)[0] is ListKind.BLACK


def test_an_unsure_black_entry_counts_as_grey() -> None:
    assert graded(entry(1, ListKind.BLACK, PUBLIC)) == (ListKind.GREY, 60, {1: Why.WEAK})


def test_what_nobody_can_rely_on_is_not_heard() -> None:
    assert graded(entry(1, ListKind.GREY, PUBLIC, confidence=10)) == (None, 0, {1: Why.WEAK})
    unknown = Entry(2, ListKind.BLACK, 90, 100, 101, 999, 0)
    assert graded(unknown) == (None, 0, {2: Why.WEAK})


def test_white_stands_against_suspicion_of_no_more_trust() -> None:
    assert graded(entry(1, ListKind.WHITE, BRANCH), entry(2, ListKind.GREY, MODEL)) == (
        ListKind.WHITE,
        60,
        {2: Why.CLEARED},
    )


def test_suspicion_of_more_trust_stands_against_white() -> None:
    assert graded(entry(1, ListKind.WHITE, MODEL), entry(2, ListKind.GREY, BRANCH)) == (
        ListKind.GREY,
        60,
        {1: Why.SUSPECTED},
    )


def test_each_further_source_raises_the_level() -> None:
    same = [entry(1, ListKind.GREY, BRANCH), entry(2, ListKind.GREY, BRANCH)]
    assert graded(*same)[1] == 60
    assert graded(*same, entry(3, ListKind.GREY, MODEL, level=50))[1] == 65
    assert graded(entry(1, ListKind.GREY, BRANCH, level=99), entry(3, ListKind.GREY, MODEL))[1] == 100


def test_contradictions_are_told_from_weak_sources() -> None:
    assert grade([entry(1, ListKind.WHITE, BRANCH), entry(2, ListKind.GREY, MODEL)], SOURCES, NOW).conflict
    assert not grade([entry(1, ListKind.BLACK, PUBLIC)], SOURCES, NOW).conflict


ENTRIES = st.lists(
    st.builds(
        Entry,
        record_id=st.integers(1, 99),
        list=st.sampled_from(ListKind),
        level=st.integers(0, 100),
        confidence=st.integers(0, 100),
        category=st.just(101),
        source=st.integers(1, 6),
        effective_from=st.integers(0, 2 * NOW),
        expires_at=st.sampled_from([NOW, NOW + 1, EVER]),
    ),
    unique_by=lambda one: one.record_id,
    max_size=8,
)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_of_the_entries_means_nothing(entries: list[Entry], random: object) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert grade(entries, SOURCES, NOW) == grade(shuffled, SOURCES, NOW)


@given(ENTRIES)
def test_every_entry_in_force_counts_or_is_shown_with_the_reason(entries: list[Entry]) -> None:
    found = grade(entries, SOURCES, NOW)
    told = {one.entry.record_id for one in found.outranked} | {one.record_id for one in found.rests_on}
    lower = {one.record_id for one in entries if one.in_force(NOW)} - told
    assert all(
        found.list is not None and one.list.code < found.list.code
        for one in entries
        if one.record_id in lower
    )


@given(ENTRIES, st.integers(0, 100))
def test_a_black_entry_of_an_authority_now_makes_it_black(entries: list[Entry], level: int) -> None:
    order = Entry(1_000, ListKind.BLACK, level, 50, 101, POLICE.number, NOW)
    found = grade([*entries, order], SOURCES, NOW)
    assert found.list is ListKind.BLACK
    assert found.level >= level


@given(ENTRIES, st.sampled_from(ListKind), st.integers(1, 6))
def test_the_public_is_cautioned_by_public_suspicions_that_nobody_cleared(
    entries: list[Entry], kind: ListKind, source: int
) -> None:
    known = {number: replace(note, public=number % 2 == 0) for number, note in SOURCES.items()}
    told, graded = cautions(entries, known, NOW), grade(entries, known, NOW)
    public = [one for one in entries if one.in_force(NOW) and one.source % 2 == 0]
    if told:
        assert graded.list in (ListKind.GREY, ListKind.BLACK)
        assert any(one.list in (ListKind.GREY, ListKind.BLACK) for one in public)
    if any(one in public for one in graded.rests_on) and graded.list in (ListKind.GREY, ListKind.BLACK):
        assert told
    more = Entry(1_000, kind, 90, 100, 101, source | 1, NOW)
    if told and kind is not ListKind.WHITE:
        silenced = grade([*entries, more], known, NOW).list not in (ListKind.GREY, ListKind.BLACK)
        assert silenced or cautions([*entries, more], known, NOW)
