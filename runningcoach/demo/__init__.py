"""A made-up runner, so that the whole product can be seen and tested without an account."""

from runningcoach.demo.athlete import DemoReport, write_export
from runningcoach.demo.bulk import runs

__all__ = ["DemoReport", "runs", "write_export"]
