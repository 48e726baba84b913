"""Every number that a rule for plans rests on, once, with its source.

"Published plans" are 61 plans by Higdon, Hansons, FIRST, B.A.A., NHS, Galloway, Korean clubs and
others, against which the limits were chosen: an error is what none of them or next to none does.
docs/reference/plan-rules.md shows the same numbers beside their rules, which a test holds.
"""

WEEK_DAYS = 7

# ---- V03: the week against the best of the last four -------------------------------------------

RAMP_REFERENCE_WEEKS = 4
RAMP_WARN_SHARE, RAMP_WARN_KM = 1.10, 3.0
"""Customary 10 %; below 3 km a per cent says nothing. Week ratios had no relation to injury in
Frandsen 2025 (BJSM, 10.1136/bjsports-2024-109380), hence no more than a warning."""
RAMP_ERROR_SHARE, RAMP_ERROR_KM = 1.25, 8.0
"""Beyond both are 8 steps in 5 of 61 published plans, all judged wrong by a coach's eye."""
RAMP_SLACK_KM = 0.15
"""Rounding of distances to 100 m: what is over a limit by less is not over it."""

# ---- V04: relief -------------------------------------------------------------------------------

RELIEF_WEEK_SHARE, RELIEF_LONG_SHARE = 0.92, 0.85
"""A week or a long run below this share of the best of three before is relief; also a race week.
Median of published cutback weeks."""
RELIEF_REFERENCE_WEEKS = 3
LOAD_WEEKS_MOST = 4
LOAD_WEEK_KM = 25.0
"""Below this a week is no load that has to be relieved; ours."""

# ---- V05: a single run against the longest of 30 days ------------------------------------------

SINGLE_RUN_DAYS = 30
SINGLE_RUN_WARN_SHARE = 1.10
"""Frandsen 2025: hazard ratio 1.64 above 10 %. 168 such runs in 54 of 61 published plans."""
SINGLE_RUN_WARN_KM = 1.0
"""A step of less than a kilometre is within how exactly a run is run; ours."""
SINGLE_RUN_ERROR_SHARE, SINGLE_RUN_ERROR_KM = 1.30, 3.3
"""Above 30 % and two miles: 4 of 168 in published plans, judged wrong."""

# ---- V06: the long run's share of the week -----------------------------------------------------

LONG_SHARE_ERROR = {3: 0.65, 4: 0.60, 5: 0.52, 6: 0.48, 7: 0.40}
"""By running days; 90th percentile of published plans .62 .50 .41 .37 .27, and room above it."""
LONG_SHARE_LEAST_KM = 10.0
"""A run shorter than this is no burden whatever its share; ours."""

# ---- V07, V10, V14: how much is hard -----------------------------------------------------------

HARD_TIME_WARN, HARD_TIME_ERROR = 0.25, 0.35
"""Share of a week's time at threshold pace and faster. Haugen 2022 (10.1186/s40798-022-00438-7)
has 80 % easy; above .25 are 4 of 61 published plans, above .35 two, both of FIRST's kind."""
HARD_TIME_LEAST_S = 20 * 60
"""Less than this in a week is never too much, be the week ever so short: half of a threshold
session (Seiler 2010, 10.1123/ijspp.5.3.276); ours."""
QUALITY_DAYS_MOST = 3
QUALITY_LEAST_M, QUALITY_LEAST_S = 1_500, 360
"""From this much at threshold or faster a day counts as quality; below are strides and openers."""
INTERVAL_WARN_M, INTERVAL_ERROR_M = 10_000, 12_000
"""At interval pace or faster in a session: Daniels' Running Formula, at most 10 km; FIRST,
Hansons and elite plans stay within 12 km."""
INTERVAL_SHARE_FREE = 0.13
"""Up to this share of the week's distance more than 12 km are allowed: elite plans of 150 km."""
INTERVAL_SHARE_ERROR, INTERVAL_SHARE_LEAST_M = 0.30, 7_000
"""Of the week's distance in a session: Daniels 8 %, published plans at most 21 %."""
THRESHOLD_WARN_M, THRESHOLD_ERROR_M = 13_000, 18_000
"""At threshold pace in a session: 40 minutes of cruise at 5 km an hour faster than most; an
hour at threshold pace, its definition, is 18 km for a very fast runner."""

# ---- V08: a day of rest ------------------------------------------------------------------------

REST_DAY_BELOW_KM = 60.0
"""Weeks without a rest day are of 95 km and more in most published plans."""

# ---- V09, V17, V18, V19: what stands beside what -----------------------------------------------

HARD_LONG_RUN_M = 5_000
"""A long run that holds this much at threshold or faster is a quality day itself."""
RACE_REST_DAYS = 2
OPENERS_MOST_M = 1_500
"""At race pace or faster within 48 hours before the goal race."""
LONG_BEFORE_RACE_KM = 16.0
"""A run this long within 48 hours before the goal race: none in the published plans below elite."""
BREAK_DAYS, BREAK_EASY_DAYS = 14, 14
"""No intensity in the first two weeks after a break of 14 days and more: VO2max falls by 4 to 14 %
in less than four weeks (Mujika & Padilla 2000, 10.2165/00007256-200030020-00002)."""
RED_EASY_DAYS = 2

# ---- V11: the runner's time --------------------------------------------------------------------

DURATION_SLACK = 1.05
"""Minutes follow from an estimated pace: 5 % is within it."""

# ---- V13: paces --------------------------------------------------------------------------------

PACE_SLACK = 0.06
"""Around the athlete's bands; two points of the pace index are about 4 %."""
EASY_SLOWEST_SHARE = 1.6
"""Slower than this times the slow end of easy is walking."""

# ---- V15, V16: race and taper ------------------------------------------------------------------

RACE_DISTANCE_M = {"5k": 5_000.0, "10k": 10_000.0, "hm": 21_097.5, "m": 42_195.0}
RACE_DISTANCE_SLACK = 0.02
"""Written as 42.2, 21.1 or 21 km."""
TAPER_RACE_WEEK_SHARE, TAPER_WEEK_BEFORE_SHARE = 0.75, 0.90
"""Of the peak week without the race; the week before for a marathon only. No published plan has
more. Wang 2023 (10.1371/journal.pone.0282838): 41 to 60 % less volume over up to 21 days."""
TAPER_REFERENCE_WEEKS = 4
"""Of what was run before a short plan, the weeks so near to the race count as its peak; ours, as a
taper of three weeks follows the peak."""
TAPER_LEAST_PEAK_KM = 20.0
"""Below this peak there is nothing to taper from; ours."""
RACE_WEEK_FIRST_WEEKDAY = 2
"""A race on a Monday or Tuesday is tapered for in the week before its own."""

# ---- V20: acute against chronic load -----------------------------------------------------------

ACWR_WARN, ACWR_LEAST_WEEK_KM = 1.5, 10.0
"""Gabbett 2016 (10.1136/bjsports-2015-095788); disputed (Impellizzeri 2020,
10.1007/s40279-020-01378-6), hence only a warning, and silent at a low level."""

# ---- V21, V22: what a draft states -------------------------------------------------------------

SUM_SLACK_SHARE, SUM_SLACK_KM = 0.05, 1.0
CONTRADICTION_SHARE = 0.15
"""Distance times pace against duration; rounding to minutes and 100 m stays within 5 %."""
MILE_KM = 1.609344
UNIT_SLACK = 0.08
"""A ratio this near to a mile's is a mile."""
SLOWEST_RUN_S_PER_KM, FASTEST_RUN_S_PER_KM = 900, 120
"""Slower is a walk, faster nobody runs for a session."""

# ---- V23: too little for the goal --------------------------------------------------------------

GOAL_PEAK_WEEK_KM = {"5k": 10.0, "10k": 15.0, "hm": 25.0, "m": 42.0}
GOAL_LONG_RUN_KM = {"5k": 3.5, "10k": 6.0, "hm": 13.0, "m": 25.0}
GOAL_WEEKS = {"5k": 4, "10k": 5, "hm": 6, "m": 8}
"""Below the least of the published plans for the goal: peak week 12.8, 16.9, 36.2 and 51.6 km,
longest run 4.7, 6.5, 16.1 and 25.7 km, weeks 8, 8, 12 and 8."""
GOAL_ERROR_SHARE = 0.6
"""Below this share of the least for a half or a full marathon: an error."""
GOALS_WITH_ERROR = ("hm", "m")
