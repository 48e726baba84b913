"""Who the made-up runner is at Garmin: made up to the last letter, and no secret."""

EMAIL = "runner@runningcoach.example"
PASSWORD = "Han-gang 42.195"  # noqa: S105
MFA_CODE = "314159"
KEY = "rc-demo-personal-api-key"
DISPLAY_NAME = "5f2c1b1e-demo-runner"
FULL_NAME = "Demo Runner"
TIME_ZONE = "Asia/Seoul"
