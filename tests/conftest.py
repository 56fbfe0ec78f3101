"""What holds for all tests."""

from __future__ import annotations

import pytest

from briefgen.pipeline.pool import IN_PROCESS


@pytest.fixture(autouse=True, scope="session")
def _one_job_stays_in_this_process():
    """Keep fonts, styles and engine warm between the builds of a session with one job.

    Tests of the worker processes ask for more jobs, or take the variable away.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(IN_PROCESS, "1")
        yield
