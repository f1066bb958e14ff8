"""`python -m app` is the command `puistokatu`, installed or not."""

from app.commands import main

main(prog_name="puistokatu")
