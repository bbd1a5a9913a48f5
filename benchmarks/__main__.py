"""`python -m benchmarks [NAME [ARGUMENT...]]`: one benchmark, or each with no argument."""

import runpy
import sys
from pathlib import Path

NAMES = ("search", "importing", "serving", "lighthouse")


def main() -> None:
    name, arguments = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
    if name and name not in NAMES:
        raise SystemExit(f"There is no benchmark {name!r}: give one of {', '.join(NAMES)}.")
    for chosen in [name] if name else NAMES:
        file = Path(__file__).with_name(f"{chosen}.py")
        sys.argv = [str(file), *arguments]
        runpy.run_path(str(file), run_name="__main__")


if __name__ == "__main__":
    main()
