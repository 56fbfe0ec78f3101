"""What holds for all tests.

Each test process has one core: `make test` starts one for each. So a build does its work in the
process that stays, with fonts and style sheets loaded once for all tests. What worker processes do
is tested where ``jobs=2`` is asked for, or where the variable is taken away.
"""

from __future__ import annotations

import os

from briefgen.pipeline.pool import IN_PROCESS

os.environ["PYTHON_CPU_COUNT"] = "1"
os.environ[IN_PROCESS] = "1"
