"""The cost of missing endurance in a predicted time."""

from runningcoach.metrics import race
from runningcoach.model.fitness import RacePrediction


def shape_cost_s(prediction: RacePrediction) -> float | None:
    """Return by how much missing marathon shape slows the prediction by VDOT [s].

    None where the method has no time or endurance costs nothing.
    """
    method = next(
        (candidate for candidate in prediction.methods if candidate.method == "vdot"), None
    )
    if method is None or method.time_s is None or method.inputs.get("adjustment", 1.0) >= 1:
        return None
    full_s = race.race_time_s(method.inputs["vo2max"], prediction.distance_m)
    return None if full_s is None else method.time_s - full_s
