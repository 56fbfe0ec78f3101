"""``python -m briefgen.cli``: the command line without an installed script."""

from briefgen.cli import main

main()
