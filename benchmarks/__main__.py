"""`make bench`: run every benchmark after the other, each in a process of its own."""

import subprocess
import sys

BENCHMARKS = (
    "decode",
    "metrics",
    "adherence",
    "plans",
    "talk",
    "imports",
    "rebuild",
    "api",
    "pages",
    "garmin",
)


def main() -> int:
    """Run the benchmarks named on the command line, or all; return 1 if one failed."""
    failed = []
    for name in sys.argv[1:] or BENCHMARKS:
        print(f"== {name}", flush=True)
        run = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False)
        if run.returncode:
            failed.append(name)
    if failed:
        print("failed:", ", ".join(failed))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
