"""What tests of plans do over and over: a history to plan from, a plan made, a plan approved."""

from datetime import timedelta

from runningcoach.base import periods

PLANS = "/api/v1/plans"
WORKOUTS = "/api/v1/workouts"
TODAY = periods.today("Asia/Seoul")
REQUEST = {
    "goal": "10k",
    "start": f"{TODAY}",
    "race_date": f"{periods.week_start(TODAY) + timedelta(days=7 * 12 + 6)}",
    "available_weekdays": [1, 3, 5, 6],
    "long_day": 6,
}


def add_training(conn, ann, bob):
    """Store twelve weeks of four runs of 8 km, and a race; of Bob one run."""
    for user, days in ((ann, range(1, 84, 2)), (bob, (3,))):
        for days_ago in days:
            day = TODAY - timedelta(days=days_ago)
            conn.execute(
                "INSERT INTO activities (user_id, file_sha256, source, sport, is_race, started_at,"
                " timezone, local_started_at, local_date, elapsed_s, timer_s, distance_m,"
                " decode_status) VALUES (%s, %s, 'fit', 'running', %s, %s, 'Asia/Seoul', %s, %s,"
                " 2400, 2400, 8000, 'ok')",
                [user.id, f"{days_ago}", days_ago == 21, day, day, day],
            )


def generate(client, **changes):
    answer = client.post(PLANS, json=REQUEST | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


def approve(client, plan, sha256=None):
    body = {"sha256": sha256 or plan["sha256"]}
    return client.post(f"{PLANS}/{plan['id']}/approve", json=body)


def approved(client, **changes):
    answer = approve(client, generate(client, **changes))
    assert answer.status_code == 200, answer.text
    return answer.json()


def planned_days(plan, first):
    days = [day for week in plan["plan"]["weeks"] for day in week["days"]]
    return [day["date"] for day in days if day["date"] >= f"{first}" for _ in day["workouts"]]


def workout_days(client, first="2000-01-01"):
    return [row["day"] for row in client.get(WORKOUTS, params={"from": first}).json()]
