"""`python -m bench [rules ...]`: every benchmark, or those that are named."""

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent
# Not a benchmark, and long: `make conformance`.
APART = {"conformance"}


def main() -> None:
    """Run each file of this folder as a program."""
    found = {p.stem for p in HERE.glob("*.py") if not p.stem.startswith("_")}
    every = sorted(found - APART)
    for name in sys.argv[1:] or every:
        if name not in every:
            sys.exit(f"There is no benchmark {name}; there are: {', '.join(every)}.")
        print(f"== {name}")
        runpy.run_path(str(HERE / f"{name}.py"), run_name="__main__")


if __name__ == "__main__":
    main()
