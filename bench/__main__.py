"""`python -m bench [NAME] [ARGUMENTS]`: the benchmarks, or one with its arguments."""

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent
# Not a benchmark, and long: `make conformance`.
APART = {"conformance"}
# Run only when named: millions of rows on both databases, and a storm of voters.
LONG = {"register", "roll", "storm"}


def main() -> None:
    """Run the files of this folder as programs."""
    found = {p.stem for p in HERE.glob("*.py") if not p.stem.startswith("_")}
    every = sorted(found - APART)
    names, rest = sorted(set(every) - LONG), sys.argv[1:]
    if rest and not rest[0].startswith("-"):
        names, rest = rest[:1], rest[1:]
    for name in names:
        if name not in every:
            sys.exit(f"There is no benchmark {name}; there are: {', '.join(every)}.")
        print(f"== {name}")
        sys.argv = [name, *rest]
        runpy.run_path(str(HERE / f"{name}.py"), run_name="__main__")


if __name__ == "__main__":
    main()
