"""Every rule with the clock turned: before, at, after, twice, and with the cause gone (P9, P11, P13, P17, P22–P24)."""

import asyncio
from datetime import timedelta
from typing import Any, get_args

import pytest
from sqlalchemy import select, text

from miaopu.core import audit, clock
from miaopu.core.db import Database, new_id
from miaopu.evaluations.models import AnnualEvaluation, InitialEvaluation, MidtermEvaluation
from miaopu.people.roles import Role
from miaopu.programme.plan_reminders import ReminderRule, Reminders
from miaopu.registrations.models import Consent, Registration
from miaopu.reminders.models import Message
from miaopu.reminders.registry import RULES
from miaopu.reminders.schemas import RuleCode
from miaopu.reminders.ticking import tick
from miaopu.training.models import TrainingPlan
from reminding import Clockwork, told
from seeded import turn_to
from trained import Training

TITLE = "组会"


def test_every_rule_of_the_plan_is_registered_and_has_words() -> None:
    parts = {name for name, field in Reminders.model_fields.items() if isinstance(field.default, ReminderRule)}
    assert parts == set(RULES) == set(get_args(RuleCode))


async def messages(training: Training, rule: str) -> list[Message]:
    async with training.at.app.state.database.session() as session:
        rows = select(Message).where(Message.rule == rule).order_by(Message.created_at)
        return list(await session.scalars(rows))


async def test_P11_a_log_is_reminded_of_after_the_meeting_before_its_due_date_and_after_it(
    training: Training, turn: Clockwork
) -> None:
    # The meeting was on 9 March at noon; the log is due at the end of the 16th. The stranger's is due as well: two
    # people, so the office can hold each batch for an hour.
    kind = "reminder.log_due"
    await turn("2024-03-12T11:00")
    # At noon itself it would be one of the two first, and a single person is told at once.
    await turn("2024-03-12T11:59")
    assert await told(training, training.student, kind) == []
    for moment, lines in (
        ("2024-03-12T12:30", 0), ("2024-03-12T12:35", 0), ("2024-03-12T14:00", 1), ("2024-03-15T14:00", 1),
        ("2024-03-16T09:30", 1), ("2024-03-16T11:00", 2), ("2024-03-17T14:00", 2), ("2024-03-18T09:30", 2),
        ("2024-03-18T11:00", 3), ("2024-03-18T11:00", 3),
    ):  # fmt: skip
        await turn(moment)
        assert await told(training, training.student, kind) == [TITLE] * lines, moment
    assert await told(training, training.mentor, kind) == []
    await training.hand_in()
    await turn("2024-03-24T13:00")
    await turn("2024-03-24T15:00")
    assert await told(training, training.student, kind) == [TITLE] * 3
    assert len(await told(training, training.stranger, kind)) == 4


async def test_P11_a_cause_that_is_gone_while_the_batch_waits_is_not_told(training: Training, turn: Clockwork) -> None:
    await turn("2024-03-12T13:00")
    await training.hand_in()
    await turn("2024-03-12T14:30")
    assert await told(training, training.student, "reminder.log_due") == []
    assert len(await told(training, training.stranger, "reminder.log_due")) == 1


async def test_two_workers_at_the_same_moment_tell_one_cause_once(training: Training, turn: Clockwork) -> None:
    turn_to("2024-03-12T13:00", training.at.plan)
    state = training.at.app.state
    others = [Database(state.settings) for _ in range(3)]
    try:
        done = await asyncio.gather(*(tick(one, state.settings, state.vault) for one in (state.database, *others)))
    finally:
        for one in others:
            await one.close()
    # Two logs that are due, and two plans that are missing.
    assert sum(one.made for one in done) == 4
    assert len(await messages(training, "log_due")) == 2
    async with state.database.session() as session:
        with pytest.raises(Exception, match="uq_outbox_messages_cause"):
            await session.execute(
                text(
                    "INSERT INTO outbox_messages (id, cycle_id, account_id, rule, thing_type, thing_id, occasion,"
                    " title, channels, created_at) SELECT gen_random_uuid(), cycle_id, account_id, rule, thing_type,"
                    " thing_id, occasion, title, channels, created_at FROM outbox_messages"
                )
            )


async def test_P11_a_log_that_waits_for_review_is_told_to_the_mentor_after_a_week_and_again(
    training: Training, turn: Clockwork
) -> None:
    log = await training.hand_in()
    for moment, lines in (
        ("2024-03-17T11:00", 0), ("2024-03-17T13:00", 1), ("2024-03-20T13:00", 1), ("2024-03-24T13:00", 2),
    ):  # fmt: skip
        await turn(moment)
        assert len(await told(training, training.mentor, "reminder.review_waiting")) == lines, moment
    await training.review(log, "return_for_changes", "写清楚一些")
    await turn("2024-04-20T13:00")
    assert len(await told(training, training.mentor, "reminder.review_waiting")) == 2
    assert all(m.ended_at for m in await messages(training, "review_waiting"))


async def test_P9_on_the_twentieth_a_mentor_hears_of_students_met_too_seldom_once_a_month(
    training: Training, turn: Clockwork
) -> None:
    kind = "reminder.meetings_short"
    await turn("2024-03-19T20:00")
    assert await told(training, training.mentor, kind) == []
    # One more meeting makes two for the first student; the stranger has one.
    turn_to("2024-03-19T20:30", training.at.plan)
    await training.hold()
    await turn("2024-03-20T10:00")
    assert await told(training, training.mentor, kind) == []
    assert await told(training, training.strange_mentor, kind) == ["2024-03 · 1"]
    await turn("2024-03-25T10:00")
    assert len(await told(training, training.strange_mentor, kind)) == 1
    # A new month is a new cause; now both are short.
    await turn("2024-04-20T10:00")
    await turn("2024-04-20T11:30")
    assert await told(training, training.mentor, kind) == ["2024-04 · 1"]
    assert len(await told(training, training.strange_mentor, kind)) == 2


async def test_P9_a_pair_that_became_active_this_month_is_not_counted_yet(training: Training, turn: Clockwork) -> None:
    async with training.at.app.state.database.session() as session:
        await session.execute(text("SELECT set_config('miaopu.audited', 'yes', true)"))
        await session.execute(text("UPDATE enrolments SET active_from = '2024-03-02'"))
        await session.commit()
    await turn("2024-03-20T10:00")
    await turn("2024-03-20T12:00")
    assert await told(training, training.strange_mentor, "reminder.meetings_short") == []


async def test_P17_a_plan_that_was_not_proposed_is_told_after_two_and_four_weeks(
    training: Training, turn: Clockwork
) -> None:
    # Active since 30 January: both moments are past, and only the last one is told.
    await turn("2024-03-10T12:30")
    await turn("2024-03-10T14:00")
    assert await told(training, training.mentor, "reminder.plan_missing") == ["学生1"]
    assert [m.occasion for m in await messages(training, "plan_missing")] == ["days_28"] * 2
    plan = TrainingPlan(
        id=new_id(), cycle_id=training.at.cycle_id, enrolment_id=training.enrolment.id, state="proposed", topic="声",
    )  # fmt: skip
    await training.at.add(plan)
    await turn("2024-03-11T14:00")
    ended = {m.account_id: m.ended_at for m in await messages(training, "plan_missing")}
    assert ended[training.nomination.account_id] is not None  # type: ignore[index]
    assert sum(1 for at in ended.values() if at is None) == 1


@pytest.mark.parametrize(
    ("rule", "model", "state", "closes", "who"),
    [
        ("initial_due", InitialEvaluation, "submitted", "2024-03-31", "mentor"),
        ("midterm_due", MidtermEvaluation, "submitted", "2024-06-30", "mentor"),
        ("dossier_due", AnnualEvaluation, "submitted", "2024-11-30", "student"),
    ],
)
async def test_P22_P23_P24_a_form_is_asked_for_seven_days_and_one_day_before_its_window_closes(
    training: Training, turn: Clockwork, rule: str, model: Any, state: str, closes: str, who: str
) -> None:
    kind, month, last = f"reminder.{rule}", closes[:8], int(closes[8:])
    whom = getattr(training, who)
    for day, lines in ((last - 8, 0), (last - 6, 1), (last - 4, 1), (last, 2)):
        await turn(f"{month}{day:02d}T10:00")
        await turn(f"{month}{day:02d}T12:00")
        assert len(await told(training, whom, kind)) == lines, day
    more: dict[str, Any] = {"by": training.nomination.account_id}
    if model is MidtermEvaluation:
        more |= {"passed": True}
    if model is AnnualEvaluation:
        more = {}
    await training.at.add(
        model(id=new_id(), cycle_id=training.at.cycle_id, enrolment_id=training.enrolment.id, state=state, **more)
    )
    await turn(f"{month}{last:02d}T13:00")
    mine = [m for m in await messages(training, rule) if m.thing_id == training.enrolment.id]
    assert mine
    assert all(m.ended_at for m in mine)
    # After the window nothing is asked for any more.
    before = len(await messages(training, rule))
    turn_to(f"{closes}T12:00", training.at.plan)
    clock.set_offset(clock.offset() + timedelta(days=3))
    state_ = training.at.app.state
    await tick(state_.database, state_.settings, state_.vault)
    assert len(await messages(training, rule)) == before


async def test_P24_a_dossier_that_was_handed_in_waits_for_the_mentors_opinion(
    training: Training, turn: Clockwork
) -> None:
    dossier = AnnualEvaluation(
        id=new_id(), cycle_id=training.at.cycle_id, enrolment_id=training.enrolment.id, state="submitted",
    )  # fmt: skip
    await training.at.add(dossier)
    await turn("2024-11-26T10:00")
    assert await told(training, training.mentor, "reminder.opinion_due") == []
    await turn("2024-11-28T10:00")
    assert await told(training, training.mentor, "reminder.opinion_due") == ["学生1"]
    assert await told(training, training.strange_mentor, "reminder.opinion_due") == []


async def registered(training: Training, state: str, number: int) -> Registration:
    at = training.at
    _, account = await at.person(Role.STUDENT, "no2", f"考生{number}")
    made = Registration(
        id=new_id(), serial=number, state=state, number=f"20249{number}", school_id=at.units["no2"].id,
        city_id=at.units["hohhot"].id, cycle_id=at.cycle_id, account_id=account.id, name=f"考生{number}",
        name_key=str(number), subject="mathematics", submitted_at=clock.now(),
    )  # fmt: skip
    await at.add(made)
    return made


async def test_P13_a_review_that_waits_is_told_to_whose_turn_it_is_and_no_more_once_it_is_done(
    training: Training, turn: Clockwork
) -> None:
    at = training.at
    school, _ = await at.person(Role.SCHOOL, "no2", "学校")
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    review = next(s for s in at.plan.stages if s.code.value == "registration_review")
    opens = review.opens_on
    turn_to(f"{opens}T08:00", at.plan)
    waiting = await registered(training, "submitted", 71)
    kind = "reminder.registration_waiting"
    await turn(f"{opens + timedelta(days=1)}T10:00")
    assert await told(training, school, kind) == []
    await turn(f"{opens + timedelta(days=2)}T10:00")
    await turn(f"{opens + timedelta(days=2)}T16:00")
    assert await told(training, school, kind) == ["1"]
    assert await told(training, city, kind) == []
    async with at.app.state.database.session() as session:
        found = await session.get(Registration, waiting.id)
        assert found is not None
        found.state, found.state_since = "school_recommended", clock.now()
        await audit.commit(session)
    # The city's turn has just come: nobody is late.
    await turn(f"{opens + timedelta(days=3)}T10:00")
    assert await told(training, city, kind) == []
    assert len(await told(training, school, kind)) == 1


async def test_P13_a_registration_without_consent_is_told_before_the_window_closes(
    training: Training, turn: Clockwork
) -> None:
    at = training.at
    window = next(s for s in at.plan.stages if s.code.value == "registration")
    turn_to(f"{window.opens_on}T12:00", at.plan)
    draft = await registered(training, "draft", 81)
    given = await registered(training, "draft", 82)
    vault = at.app.state.vault
    await at.add(
        Consent(
            registration_id=given.id, guardian_name="家长", relation="mother", phone_sealed=vault.seal("13900000000"),
            token_hash=b"x", text_version="1", expires_at=clock.now() + timedelta(days=7), given_at=clock.now(),
        )
    )  # fmt: skip
    await turn(f"{window.closes_on - timedelta(days=3)}T10:00")
    assert await messages(training, "consent_missing") == []
    await turn(f"{window.closes_on - timedelta(days=1)}T10:00")
    (one,) = await messages(training, "consent_missing")
    assert (one.thing_id, one.account_id, one.occasion) == (draft.id, draft.account_id, "before_3")
    assert one.told_at is not None
    await turn(f"{window.closes_on}T10:00")
    assert [m.occasion for m in await messages(training, "consent_missing")] == ["before_3", "before_1"]


async def test_a_rule_that_the_plan_switches_off_tells_nobody_and_another_plan_has_other_days(
    training: Training, turn: Clockwork
) -> None:
    async with training.at.app.state.database.session() as session:
        await session.execute(text("SELECT set_config('miaopu.audited', 'yes', true)"))
        await session.execute(
            text(
                "UPDATE cycles SET plan_digest = 'another', plan = jsonb_set(jsonb_set(plan,"
                " '{reminders,plan_missing,on}', 'false'), '{reminders,log_due,days_after_meeting}', '[2]')"
            )
        )
        await session.commit()
    await turn("2024-03-11T13:00")
    assert await messages(training, "plan_missing") == []
    assert {m.occasion for m in await messages(training, "log_due")} == {"days_after_meeting_2"}
