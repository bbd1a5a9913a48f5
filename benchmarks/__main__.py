"""`python -m benchmarks NAME [ARGUMENT...]`: runs one benchmark."""

import sys
from importlib import import_module

NAMES = (
    "search", "importing", "serving", "mixed", "lighthouse", "parity", "quality", "beside",
    "foreign", "anchoring", "faces", "large", "histories", "own", "work", "curating", "marks",
)  # fmt: skip

if __name__ == "__main__":
    name = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if name not in NAMES:
        raise SystemExit(f"Name a benchmark: one of {', '.join(NAMES)}.")
    sys.argv[0] = f"python -m benchmarks {name}"
    import_module(f"benchmarks.{name}").main()
