"""Tools that look up: why a number is what it is, and passages that may be cited."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from runningcoach.base.settings import settings
from runningcoach.coach.knowledge.retrieval import FoundPassage
from runningcoach.coach.talk.drafts.untrusted_text import visible
from runningcoach.coach.talk.tools.foreign_text import CONTENT, clean, reads_as_order
from runningcoach.coach.talk.tools.result_fields import known
from runningcoach.coach.talk.tools.strict_schema import ToolArguments
from runningcoach.coach.talk.tools.tool_arguments import Day, RowNumber
from runningcoach.coach.talk.tools.tool_context import Fields, ToolContext, ToolRefusal
from runningcoach.model.explanation import Explanation, Ingredient
from runningcoach.store import activities

if TYPE_CHECKING:
    from runningcoach.coach.talk.passage_search import PassageSearch

LONGEST_PASSAGE, LONGEST_TITLE = 900, 120
MOST_INGREDIENTS = 12
BODY_TABLE = "morning"
BY_DAY = frozenset({"day", "morning", "benchmark"})


class ExplainArguments(ToolArguments):
    """Which number: of an activity, or of a day."""

    metric: Annotated[str, Field(max_length=40)] = Field(
        description="ctl, atl, tsb, acwr, load, trimp, vo2max_trend, hrmax_bpm ..."
    )
    day: Day | None = Field(default=None, description="YYYY-MM-DD; today if both are null")
    activity_id: RowNumber | None = Field(default=None, description="From an earlier result")


class GuidelineSearchArguments(ToolArguments):
    """What is looked for."""

    query: Annotated[str, Field(min_length=2, max_length=300)] = Field(
        description="The question in a few words, Korean or English"
    )
    count: Annotated[int, Field(ge=1, le=6)] | None = Field(default=None, description="4 if null")


def explain(context: ToolContext, arguments: ExplainArguments) -> Fields:
    """Return why a number is what it is: formula, inputs, source; names of activities are not."""
    from runningcoach.derive import explain as derived

    tables = derived.known_metric(arguments.metric)
    if BODY_TABLE in tables and not context.allows("health"):
        raise ToolRefusal("the runner does not share numbers of sleep, heart rate and HRV")
    if arguments.activity_id is not None:
        found = activities.get(context.conn, context.user.id, arguments.activity_id)
        if found is None:
            raise ToolRefusal("there is no such activity; `activities` lists those there are")
        explanation = derived.of_activity(
            context.conn, context.user.id, arguments.metric, arguments.activity_id
        )
        return _explanation_fields(explanation, found.local_date, arguments.activity_id)
    if not BY_DAY & {*tables}:
        raise ToolRefusal("this is a number of single activities: give `activity_id`")
    day = arguments.day or context.today
    return _explanation_fields(
        derived.of_day(context.conn, context.user.id, arguments.metric, day), day, None
    )


def _explanation_fields(found: Explanation, day: date, activity_id: int | None) -> Fields:
    ingredients = [*found.ingredients, *found.benchmarks][:MOST_INGREDIENTS]
    return known(
        {
            "metric": found.metric,
            "date": day.isoformat(),
            "activity_id": activity_id,
            "label": found.label,
            "meaning": found.meaning,
            "value": found.shown or None,
            "formula": found.formula,
            "filled": found.filled,
            "ingredients": [_ingredient(one) for one in ingredients],
            "garmin": found.garmin.shown if found.garmin else None,
            "notes": found.notes or None,
            "literature": found.literature or None,
            "missing": {"value": found.reason} if found.reason else {},
        }
    )


def _ingredient(one: Ingredient) -> Fields:
    return known({"label": one.label, "value": one.shown or one.value, "source": one.source})


def find_passages(context: ToolContext, query: str, count: int) -> "PassageSearch":
    """Return passages for a question; the runner's own documents unless only sums are shared."""
    from runningcoach.coach.talk.passage_search import PassageSearch, search_passages

    words = visible(query).strip()
    if not words:
        return PassageSearch([], "")
    return search_passages(
        context.conn,
        context.user,
        settings().home,
        words,
        count,
        with_documents=context.allows("training"),
    )


def passage_fields(passage: FoundPassage) -> Fields:
    """Return a passage with the id to cite it by; a document of the runner's is marked."""
    if passage.is_trusted:
        return {
            "id": passage.id,
            "title": passage.title,
            "source": passage.citation,
            "text": " ".join(passage.text.split()),
        }
    order = {"reads_like_an_order": True} if reads_as_order(passage.text) else {}
    return {
        "id": passage.id,
        "untrusted": CONTENT,
        "title": clean(passage.title, LONGEST_TITLE),
        "text": clean(passage.text, LONGEST_PASSAGE),
        **order,
    }
