"""The whole year of a plan, over HTTP and nothing else: the demo's data and the journey test."""

from datetime import timedelta

from miaopu.demo.journey import (
    closing,
    contact,
    interviews,
    judging,
    mentors,
    midterm,
    outside,
    selection,
    students,
    training,
)
from miaopu.demo.journey.next_year import go_on
from miaopu.demo.journey.world import Student, World, settle
from miaopu.demo.schemas import AFTER
from miaopu.programme.plan import StageCode, load_plan


async def walk(world: World, first_link: str) -> None:
    """From the first account to the last certificate."""
    await world.go(world.plan.opens_at(StageCode.NOMINATION) - timedelta(days=5))
    world.say("units and people")
    await settle(world, first_link)
    await _through(world)


async def walk_on(world: World, source: str, coming_back: list[Student]) -> World:
    """The next year's plan in the same region, from its opening to its last certificate; gives the new year's world."""
    plan = load_plan(source)
    await world.go(plan.opens_at(StageCode.NOMINATION) - timedelta(days=5))
    world.say(f"the year {plan.year}")
    after = await go_on(world, source, coming_back)
    await _through(after)
    return after


async def _through(world: World) -> None:
    plan = world.plan
    world.say("nominations")
    await mentors.nominate(world)
    # Whichever comes first in the plan: students may choose mentors after the city's first review.
    world.say("registrations")
    await students.register(world)
    await mentors.approve(world)
    world.say("reviews")
    await students.review(world)
    world.say("written test")
    await selection.sit_test(world)
    await mentors.appoint(world)
    world.say("cutoffs")
    await selection.draw_lines(world)
    world.say("interviews")
    await interviews.interview(world)
    world.say("pairing")
    await selection.pair(world)
    await selection.meet(world)
    world.say("training")
    year = await training.begin(world)
    await training.train(world, year, plan.opens_at(StageCode.INITIAL_EVALUATION) + timedelta(days=1))
    await training.evaluate_initially(world, year)
    await contact.keep_in_touch(world, year)
    await outside.spring(world, year)
    await training.train(world, year, plan.opens_at(StageCode.MIDTERM_EVALUATION))
    await outside.after(world, year)
    await world.reached(StageCode.TRAINING)
    world.say("mid-term")
    await midterm.report(world, year)
    year = await training.evaluate_midway(world, year)
    year = await contact.change_places(world, year)
    await training.train(world, year, plan.opens_at(StageCode.ANNUAL_EVALUATION) + timedelta(days=4))
    world.say("annual evaluation")
    await judging.evaluate_the_year(world, year)
    world.say("summaries")
    await closing.close_the_year(world)
    world.say("final")
    last = await judging.judge_the_final(world)
    await judging.certify(world, last)
    await closing.track(world)
    # A moment of its own, behind all stages of the plan.
    await world.reached(AFTER)
