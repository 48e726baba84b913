"""Shoes: the pairs of the account, and the pair of an activity."""

from typing import Any

from runningcoach.base import i18n
from runningcoach.demo.season import CAREER_START
from runningcoach.demo.shoes import ShoePair, pair
from runningcoach.simulators.garmin.account import SimulatedAccount
from runningcoach.simulators.garmin.asking import RequestContext, get
from runningcoach.simulators.garmin.refusals import not_found

type Row = dict[str, Any]


def _uuid(shoes: ShoePair) -> str:
    return f"00000000-0000-4000-8000-{shoes.key:012d}"


def _name(account: SimulatedAccount, shoes: ShoePair) -> str:
    return i18n.t(f"demo.shoes.{shoes.kind}", account.language, number=shoes.number)


def _worn(account: SimulatedAccount) -> dict[ShoePair, float]:
    """Return the pairs worn so far and the metres that each was planned for."""
    metres: dict[ShoePair, float] = {}
    for state in account.states():
        if state.session and account.is_over(state.day):
            shoes = pair(state.session, state.day)
            metres[shoes] = metres.get(shoes, 0.0) + state.session.distance_m
    return metres


def _list(context: RequestContext) -> list[Row]:
    account = context.world.account
    worn = list(_worn(account).items())
    start, limit = int(context.query.get("start", 0)), int(context.query.get("limit", 100))
    newest = {shoes.kind: shoes.number for shoes, _ in worn}
    return [
        _row(account, shoes, metres, retired=newest[shoes.kind] > shoes.number)
        for shoes, metres in worn[start : start + limit]
    ]


def _row(account: SimulatedAccount, shoes: ShoePair, metres: float, *, retired: bool) -> Row:
    return {
        "uuid": _uuid(shoes).replace("-", ""),
        "gearPk": shoes.key,
        "gearTypeName": "Shoes",
        "gearStatusName": "retired" if retired else "active",
        "displayName": _name(account, shoes),
        "customMakeModel": _name(account, shoes),
        "dateBegin": f"{max(shoes.first_day, CAREER_START)}T00:00:00.0",
        "dateEnd": None,
        "maximumMeters": 800_000.0,
        "totalDistance": round(metres, 1),
        "running": True,
    }


def _of_activity(context: RequestContext) -> list[Row]:
    account = context.world.account
    activity = account.activity(int(context.query.get("activityId", 0)))
    if activity is None:
        raise not_found(context.query.get("activityId"))
    shoes = pair(activity.session, activity.day)
    begun = str(max(shoes.first_day, CAREER_START))
    return [
        {
            "uuid": _uuid(shoes),
            "gearPk": shoes.key,
            "gearTypeName": "Shoes",
            "displayName": _name(account, shoes),
            "customMakeModel": _name(account, shoes),
            "dateBegin": begun,
            "dateEnd": None,
            "running": True,
        }
    ]


ROUTES = [
    get("/gear-service/gear/v2/list", _list),
    get("/gear-service/gear/filterGear", _of_activity),
]
