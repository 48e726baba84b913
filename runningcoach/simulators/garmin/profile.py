"""Who the runner is, what he set, which watches he has, and what his account can tell."""

from typing import Any

from runningcoach.demo import body
from runningcoach.demo.body import TrainingDay
from runningcoach.demo.summaries import USER_ID
from runningcoach.demo.watches import watch_on
from runningcoach.simulators.garmin import who
from runningcoach.simulators.garmin.asking import RequestContext, get
from runningcoach.simulators.garmin.refusals import not_found
from runningcoach.simulators.garmin.zones import threshold_bpm, threshold_mps

type Row = dict[str, Any]

_NONE = (
    "profileImageUrlLarge", "profileImageUrlMedium", "profileImageUrlSmall", "location",
    "facebookUrl", "twitterUrl", "personalWebsite", "motivation", "bio", "primaryActivity",
    "cyclingClassification", "otherActivity", "otherPrimaryActivity", "otherMotivation",
)  # fmt: skip
_HIDDEN = (
    "Age", "Weight", "Height", "WeightClass", "AgeRange", "Gender", "ActivityClass", "VO2Max",
    "PersonalRecords", "Last12Months", "LifetimeTotals", "UpcomingEvents", "RecentFavorites",
    "RecentDevice", "RecentGear", "Badges",
)  # fmt: skip
_VISIBLE = (
    "profile", "activityStart", "activityMap", "course", "activityHeartRate", "activityPower",
    "badge",
)  # fmt: skip


def _social(context: RequestContext) -> Row:
    del context
    return {
        "id": USER_ID,
        "profileId": USER_ID,
        "garminGUID": "00000000-0000-4000-8000-000074205118",
        "displayName": who.DISPLAY_NAME,
        "fullName": who.FULL_NAME,
        "userName": who.EMAIL,
        "profileImageType": "UPLOADED_PHOTO",
        **dict.fromkeys(_NONE),
        "favoriteActivityTypes": [],
        "runningTrainingSpeed": 0.0,
        "cyclingTrainingSpeed": 0.0,
        "favoriteCyclingActivityTypes": [],
        "cyclingMaxAvgPower": 0.0,
        "swimmingTrainingSpeed": 0.0,
        **{f"{name}Visibility": "private" for name in _VISIBLE},
        **{f"show{name}": False for name in _HIDDEN},
        "userRoles": ["SCOPE_CONNECT_READ", "SCOPE_CONNECT_WRITE"],
        "nameApproved": True,
        "userProfileFullName": who.FULL_NAME,
        "makeGolfScorecardsPrivate": True,
        "allowGolfLiveScoring": False,
        "allowGolfScoringByConnections": True,
        "userLevel": 3,
        "userPoint": 166,
        "levelUpdateDate": "2024-01-31T12:18:59.0",
        "levelIsViewed": False,
        "levelPointThreshold": 300,
        "userPointOffset": 0,
        "userPro": False,
        "hasPremiumSocialIcon": False,
        "profileImageUuid": "00000000-0000-4000-8000-000000000001",
    }


_FORMAT = {"minFraction": 0, "maxFraction": 0, "displayFormat": None}
_WATT = _FORMAT | {"formatId": 30, "formatKey": "watt", "groupingUsed": True}
_BPM = _FORMAT | {"formatId": 21, "formatKey": "bpm", "groupingUsed": False}
_MONDAY = {"dayId": 3, "dayName": "monday", "sortOrder": 3, "isPossibleFirstDay": True}


def _now(context: RequestContext) -> TrainingDay:
    state = context.world.account.state(context.world.account.until)
    if state is None:
        raise not_found(context.world.account.until)
    return state


def _settings(context: RequestContext) -> Row:
    account, state = context.world.account, _now(context)
    return {
        "id": USER_ID,
        "userData": {
            "gender": "MALE",
            "weight": round(1000 * body.mass_kg(state), 0),
            "height": 176.0,
            "timeFormat": "time_twenty_four_hr",
            "birthDate": str(body.BIRTH_DATE),
            "measurementSystem": "metric",
            "activityLevel": None,
            "handedness": "RIGHT",
            "powerFormat": _WATT,
            "heartRateFormat": _BPM,
            "firstDayOfWeek": _MONDAY,
            "vo2MaxRunning": float(round(state.vo2max)),
            "vo2MaxCycling": None,
            "lactateThresholdSpeed": round(threshold_mps(state) / 10, 8),
            "lactateThresholdHeartRate": threshold_bpm(state, account.seed),
            "diveNumber": None,
            "intensityMinutesCalcMethod": "AUTO",
            "moderateIntensityMinutesHrZone": 3,
            "vigorousIntensityMinutesHrZone": 4,
            "hydrationMeasurementUnit": "milliliter",
            "hydrationContainers": [],
            "hydrationAutoGoalEnabled": True,
            "firstbeatMaxStressScore": None,
            "firstbeatCyclingLtTimestamp": None,
            "firstbeatRunningLtTimestamp": 1044719868,
            "thresholdHeartRateAutoDetected": True,
            "ftpAutoDetected": None,
            "trainingStatusPausedDate": None,
            "weatherLocation": None,
            "golfDistanceUnit": "metric",
            "golfElevationUnit": None,
            "golfSpeedUnit": None,
            "externalBottomTime": None,
            "numberDivesAutomatically": None,
            "virtualCaddieDataSource": None,
            "availableTrainingDays": ["TUESDAY", "WEDNESDAY", "THURSDAY", "SATURDAY", "SUNDAY"],
            "preferredLongTrainingDays": ["SUNDAY"],
        },
        "userSleep": {
            "sleepTime": 82_800,
            "defaultSleepTime": False,
            "wakeTime": 23_400,
            "defaultWakeTime": False,
        },
        "userSleepWindows": [
            {
                "sleepWindowFrequency": "DAILY",
                "startSleepTimeSecondsFromMidnight": 82_800,
                "endSleepTimeSecondsFromMidnight": 23_400,
            }
        ],
        "connectDate": None,
        "sourceType": None,
    }


def _personal_information(context: RequestContext) -> Row:
    state = _now(context)
    return {
        "userInfo": {
            "birthDate": str(body.BIRTH_DATE),
            "genderType": "MALE",
            "email": who.EMAIL,
            "locale": "ko",
            "timeZone": who.TIME_ZONE,
            "age": state.day.year - body.BIRTH_DATE.year,
            "countryCode": "KR",
        },
        "biometricProfile": {
            "userId": USER_ID,
            "height": 176.0,
            "weight": round(1000 * body.mass_kg(state), 0),
            "vo2Max": float(round(state.vo2max)),
        },
        "timeZone": who.TIME_ZONE,
        "locale": "ko",
        "birthDate": str(body.BIRTH_DATE),
        "gender": "MALE",
        "email": who.EMAIL,
    }


def _preferences(context: RequestContext) -> Row:
    del context
    time_format = _FORMAT | {"formatId": 33, "formatKey": "time_twenty_four_hr"}
    date_format = _FORMAT | {"formatId": 25, "formatKey": "yyyymmdd"}
    return {
        "displayName": who.DISPLAY_NAME,
        "preferredLocale": "ko",
        "measurementSystem": "metric",
        "firstDayOfWeek": _MONDAY,
        "numberFormat": "decimal_period",
        "timeFormat": time_format | {"groupingUsed": False, "displayFormat": "H:mm"},
        "dateFormat": date_format | {"groupingUsed": False, "displayFormat": "yyyy. M. d."},
        "powerFormat": _WATT,
        "heartRateFormat": _BPM,
        "timeZone": who.TIME_ZONE,
        "hydrationMeasurementUnit": "milliliter",
        "hydrationContainers": [],
        "golfDistanceUnit": "metric",
        "golfElevationUnit": None,
        "golfSpeedUnit": None,
        "availableTrainingDays": None,
        "preferredLongTrainingDays": None,
    }


def _devices(context: RequestContext) -> list[Row]:
    watch = watch_on(context.world.account.until)
    return [
        {
            "deviceId": watch.serial,
            "unitId": watch.serial,
            "displayName": watch.name,
            "productDisplayName": watch.name,
            "primary": True,
            "currentFirmwareVersion": str(watch.software),
        }
    ]


def _indicators(context: RequestContext) -> Row:
    """Return which matters this account has anything to tell about."""
    del context
    return {
        "hasSleep": True,
        "hasHrv": True,
        "hasStress": True,
        "hasBodyBattery": True,
        "hasHeartRate": True,
        "hasSteps": True,
        "hasWeight": True,
        "hasTrainingReadiness": True,
        "hasTrainingStatus": True,
        "hasVo2MaxRunning": True,
        "hasVo2MaxCycling": False,
        "hasRacePredictions": True,
        "hasLactateThreshold": True,
        "hasPulseOx": False,
        "hasBloodPressure": False,
        "hasHydration": False,
    }


_PROFILE = "/userprofile-service/userprofile"

ROUTES = [
    get("/userprofile-service/socialProfile", _social),
    get(f"{_PROFILE}/user-settings", _settings),
    get(f"{_PROFILE}/settings", _preferences),
    get(f"{_PROFILE}/personal-information/{{name}}", _personal_information),
    get("/device-service/deviceregistration/devices", _devices),
    get("/web-gateway/snapshot/usageIndicators", _indicators),
]
