"""`python -m benchmarks NAME [ARGUMENT...]`: runs one benchmark."""

import runpy
import sys
from pathlib import Path

NAMES = ("search", "importing", "serving", "lighthouse", "parity")


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in NAMES:
        raise SystemExit(f"Name a benchmark: one of {', '.join(NAMES)}.")
    file = Path(__file__).with_name(f"{name}.py")
    sys.argv = [str(file), *sys.argv[2:]]
    runpy.run_path(str(file), run_name="__main__")


if __name__ == "__main__":
    main()
