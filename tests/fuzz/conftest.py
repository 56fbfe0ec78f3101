"""Profiles: a few seconds a target in all tests, as much as there is time for in ``make fuzz``."""

import os

from hypothesis import HealthCheck, settings

COMMON = {"deadline": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("glance", max_examples=40, derandomize=True, database=None, **COMMON)
settings.register_profile("hunt", max_examples=400, database=None, **COMMON)
settings.load_profile(os.environ.get("BRIEFGEN_FUZZ", "glance"))
