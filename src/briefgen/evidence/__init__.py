"""What the respondents, cases and experts gave: read, validated and estimated, before the wall.

In: the files of a study. Out: `study.Study` and tidy estimates. After it stands ``disclosure``;
nothing behind the wall imports this package.
"""
