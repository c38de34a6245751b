"""Where the plan asks for no panel (P24), the city judges the dossiers alone."""

from test_panel import act, assign, dossiers, panel

from miaopu.programme.plan import load_plan
from seeded import SOURCE
from trained import Training


async def test_p24_without_a_panel_in_the_plan_the_city_recommends_as_it_reads(training: Training) -> None:
    assert load_plan(SOURCE).evaluations.annual.panel.judges == 0
    works = await dossiers(training)
    office, judges = await panel(training)
    assert (await assign(training, office, judges, 409))["code"] == "no_city_panel"
    await act(training, office, works["学生1"], "recommend")
