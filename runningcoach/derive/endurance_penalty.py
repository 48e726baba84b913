"""What missing endurance costs in a predicted time."""

from runningcoach.metrics import race
from runningcoach.model.fitness import RacePrediction


def shape_cost_s(prediction: RacePrediction) -> float | None:
    """Return by how much missing marathon shape slows the prediction by VDOT [s].

    None where the method says nothing or endurance takes nothing away.
    """
    method = next((one for one in prediction.methods if one.method == "vdot"), None)
    if method is None or method.time_s is None or method.inputs.get("adjustment", 1.0) >= 1:
        return None
    full_s = race.race_time_s(method.inputs["vo2max"], prediction.distance_m)
    return None if full_s is None else method.time_s - full_s
