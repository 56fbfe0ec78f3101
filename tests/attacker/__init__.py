"""An attacker from outside: reads published folders, and asks for every answer that is protected.

Nothing here imports disclosure control; what it promises stands in ``docs/disclosure.md``. Who
draws (`drawing`, `events`, `handmade`) and publishes studies (`publishing`) sees their answers; who
attacks (`reading`, `people`, `answers`, `tables`, `claims`, `numbers`) sees the published folders,
the questionnaire and who took part, and the answers only to learn whether a claim is so. `mutants`
and `mutate` weaken disclosure control line by line and ask who notices. `run` is the command.
"""
