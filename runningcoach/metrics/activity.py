"""One activity: `facts` from its samples, `measure` from facts and the athlete's benchmarks."""

from runningcoach.metrics.facts import Facts, facts
from runningcoach.metrics.measures import Athlete, Before, Measures, measure

__all__ = ["Athlete", "Before", "Facts", "Measures", "facts", "measure"]
