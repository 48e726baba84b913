"""Why no plan can be made, and what is possible instead."""

from runningcoach.base.errors import RunningCoachError


class PlanImpossible(RunningCoachError):
    """No sound plan fits what was requested; subclasses tell why."""

    code = "planner.plan_impossible"
    status = 422


class RaceInPast(PlanImpossible):
    """The race, or the plan's start, is over."""

    code = "planner.race_in_past"


class StartInPast(PlanImpossible):
    """The plan would begin before today."""

    code = "planner.start_in_past"


class PlanOver(PlanImpossible):
    """A plan that has ended has no rest that could be planned anew."""

    code = "planner.plan_over"


class RaceTooNear(PlanImpossible):
    """The race is nearer than can be planned."""

    code = "planner.race_too_near"


class RaceTooFar(PlanImpossible):
    """The race is further away than a plan can be long."""

    code = "planner.race_too_far"


class TooFewTrainingDays(PlanImpossible):
    """There are fewer free days than a plan needs."""

    code = "planner.too_few_training_days"


class LongDayNotAvailable(PlanImpossible):
    """The day of the long run is not among the free days."""

    code = "planner.long_day_not_available"


class LimitsContradictory(PlanImpossible):
    """The limit of the long run is below that of other days."""

    code = "planner.limits_contradictory"


class TuneUpMisplaced(PlanImpossible):
    """A tune-up race lies outside the plan, or too near to another race."""

    code = "planner.tune_up_misplaced"


class RaceOnRedDay(PlanImpossible):
    """A race lies within 48 hours of a morning with red signs."""

    code = "planner.race_on_red_day"


class GoalTooFast(PlanImpossible):
    """The target time is far beyond what training can bring by race day."""

    code = "planner.goal_too_fast"

    @property
    def possible_time_s(self) -> int:
        """The fastest target [s] that can be planned for."""
        return int(str(self.blanks["possible_time_s"]))


class GoalTooFar(PlanImpossible):
    """The race is too long for what can be trained safely until then, though not later."""

    code = "planner.goal_too_far"

    @property
    def possible_goal(self) -> str:
        """The longest goal that can be trained for until the same day."""
        return str(self.blanks["possible_goal"])


class GoalOutOfReach(GoalTooFar):
    """The race is too long, and more weeks within these days and limits do not help."""

    code = "planner.goal_out_of_reach"


class GoalTooFarInjured(GoalTooFar):
    """The race is too long for what an injured runner does, whose distance does not grow."""

    code = "planner.goal_too_far_injured"


class LongLimitTooShort(PlanImpossible):
    """The time on the day of the long run is too short for the race's training."""

    code = "planner.long_limit_too_short"


class PlanUnsound(PlanImpossible):
    """A plan was made that a rule forbids and no repair could mend: it is not proposed."""

    code = "planner.plan_unsound"
