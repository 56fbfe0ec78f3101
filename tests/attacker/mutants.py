"""Weakened copies of disclosure control, one line each: whoever guards it has to notice every one.

`MUTANTS` names the file below ``briefgen``, what stands there and what it is replaced by.
`EQUIVALENT` gives the reason for those that cannot do harm.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One change that weakens protection."""

    name: str
    file: str
    old: str
    new: str


def _of(file: str, *changes: tuple[str, str, str]) -> list[Mutant]:
    return [
        Mutant(f"{file}: {name}", f"disclosure/{file}.py", old, new) for name, old, new in changes
    ]


MUTANTS: list[Mutant] = [
    *_of(
        "rules",
        ("smallest cell one less", "0 < fewest < rules.min_cell:", "0 < fewest < rules.min_cell - 1:"),
        ("few who did not", "fewest = min(count, base - count)\n    if", "fewest = count\n    if"),
        ("nobody in a small group", "if fewest <= 0 and", "if fewest < 0 and"),
        ("everybody in a small group", "if fewest <= 0 and", "if count <= 0 and"),
        ("small group is smaller", "< base < rules.small_base", "< base < rules.min_base"),
        ("smallest base one less", "return base < rules.min_base", "return base < rules.min_base - 1"),
        ("protection one less", "min(float(rules.protection), size)", "min(float(rules.protection) - 1, size)"),
        ("parts of a domain are free", "min((needed_width(rules, cell.size), *margins))", "min((needed_width(rules, cell.size), *(0.0 for _ in margins)))"),
        ("range one narrower", "if high - low >= need:", "if high - low >= need - 1:"),
        ("hidden bases excuse", "if base is None:\n        return True", "if base is None:\n        return False"),
        ("any value in range that is no secret", "return any(is_sensitive(rules, value, base)", "return all(is_sensitive(rules, value, base)"),
    ),
    *_of(
        "rounding",
        ("medians stand for one less", "for value in values) >= fewest:", "for value in values) >= fewest - 1:"),
        ("medians are not rounded", "rounded = round_to(middle, step)", "return 0.0"),
        ("shares with two more digits", "return rules.share_step\n", "return rules.share_step / 100\n"),
        ("numbers with all digits", "digits: int = 3,", "digits: int = 9,"),
        ("scores with three digits", "SCORE_STEP: Final = 0.1", "SCORE_STEP: Final = 0.001"),
        ("means are taken as vague", "return base * (mean - step / 2), base * (mean + step / 2)", "return base * (mean - 9 * step), base * (mean + 9 * step)"),
        ("counts are not rounded", "return float(rules.count_step)", "return 1.0"),
    ),
    *_of(
        "structure",
        ("region x type cells are nobody's", "declared.add(atoms)\n                    found[name] = atoms", "declared.add(atoms)"),
        ("those without a place", "else left[kin]", "else ()"),
        ("types within regions", "for region in regions:\n            self._add_nested(region, types)", "pass"),
        ("regions within types", "for kind in types:\n            self._add_nested(kind, regions)", "pass"),
        ("rest of crossings", 'for a in left:\n            self._add_parent(a, [f"{a}+{b}" for b in right])', "pass"),
        ("weights that others know", "or not settings.info.disclosure.known_weights", "or settings.info.disclosure.known_weights"),
    ),
    *_of(
        "counts",
        ("how many took part", "yield Equation(terms, known, known, variable.code)", "yield Equation(terms, known, MOST, variable.code)"),
        ("questions that a filter links", "head[code] = head.get(opener, opener)", "head[code] = code"),
        ("what opens a question", 'return [family.columns(opener.code, "", option) for option in asked_if.options]', "return []"),
        ("one item opens", "return [family.columns(opener.code, asked_if.options[0], YES)]", "return []"),
        ("several items open", "yield from _union_equations(settings, family, variable)\n        return", "return"),
        ("answers nobody gave", "            option == OTHER\n            and variable", "            option == MISSING\n            and variable"),
        ("counts of region x type cells", 'if cell.kind == "count" and cell.size > 0', 'if cell.kind == "none" and cell.size > 0'),
        ("items of a multiple choice", '{YES: 1.0}, "count") for item', '{YES: 1.0}, "mean") for item'),
    ),
    *_of(
        "protect",
        ("sensitive counts are shown", "if is_sensitive(self.rules, self.values[place], self.bases[place]):", "if False:"),
        ("small bases are shown", "if is_small_base(self.rules, self.bases[table[0]]):", "if False:"),
        ("no secondary suppression", "return [int(place) for place in watched[~done]]", "return []"),
        ("what is no table", "[place for place in self.counts if not self.published[place]], np.int64", "[p for p in self.counts if not self.published[p] and self.cells[p].publishable], np.int64"),
        ("a base alone", 'hidden = self._tables[cell.table] if cell.kind == "base" else', 'hidden = [self._shown_by[place]] if cell.kind == "base" else'),
        ("old tables excuse", "if self.published[one] and self.cells[one].table not in self.frozen", "if self.published[one]"),
        ("hidden tables excuse", "if self.published[one] and self.cells[one].table", "if self.cells[one].table"),
        ("printed means tell nothing", "if not self.published[place]:\n            return FREE", 'if not self.published[place] or self.cells[place].kind == "mean":\n            return FREE'),
        ("printed bases tell nothing", "if not self.published[place]:\n            return FREE", 'if not self.published[place] or self.cells[place].kind == "base":\n            return FREE'),
        ("all is safe", "return not is_exposed(self.rules, need, low, high, self.known_base(place))", "return True"),
    ),
    *_of(
        "attack",
        ("shares tell nothing", "else (value, value)", "else (max(0.0, value - 2), value + 2)"),
    ),
    *_of(
        "behind",
        ("answers behind numbers", 'if kind == "count"\n    ]', 'if kind == "none"\n    ]'),
        ("parts of the answers behind", "return any(\n            self._tells_part", "return False and any(\n            self._tells_part"),
        ("later ranks", "for rank in range(1, highest + 1):", "for rank in range(1, 2):"),
        ("who was ranked at all", "if not ranked[base].all():", "if False:"),
        ("items left open", "return np.asarray(answered.any(axis=1) & ~answered.all(axis=1))", "return np.asarray(answered.any(axis=1) & ~answered.any(axis=1))"),
        ("asked by several items", 'if opener is None or opener.type != "multiple":\n        return True', "return True"),
        ("items answered alike", "if is_sensitive(rules, apart, int(both.sum())):\n            return True", "if False:\n            return True"),
        ("who was asked", "asked = [] if opener is None else [opener]", "asked = []"),
    ),
    *_of(
        "numbers",
        ("numbers of few", "if len(values) < rules.min_numeric or are_alike(rules, values, known):", "if are_alike(rules, values, known):"),
        ("numbers all alike", "if len(values) < rules.min_numeric or are_alike(rules, values, known):", "if len(values) < rules.min_numeric:"),
        ("spread of one", "if is_spread_dominated(rules, values) or is_too", "if is_too"),
        ("distances from what is possible", "distances = [limit - values for limit in (known.low, known.high) if np.isfinite(limit)]", "distances = []"),
        ("dominance", "return first > most * total or left", "return left"),
        ("p% rule", "or left < rules.closeness * first - SMALLEST", "or False"),
        ("near one another", "return len(values) < rules.small_base and apart < rules.min_cell", "return False"),
        ("few otherwise", "if is_few_otherwise(rules, values):\n        return True", "pass"),
        ("limits of quantiles", "return all(int((np.abs(values - one) <= half).sum()) >= rules.min_cell for one in limits)", "return True"),
        ("limits stand for one less", "<= half).sum()) >= rules.min_cell for one", "<= half).sum()) >= rules.min_cell - 1 for one"),
        ("limits and what lies beyond", "int((np.abs(values - one) <= half).sum())", "int((values - one <= half).sum())"),
        ("what is left of a parent", "_find_loser(structure, published, judge)\n        or ", ""),
        ("combinations of sums", "_find_loser(structure, published, judge)\n        or _find_telling(structure, published, answered, secret)", "_find_loser(structure, published, judge)"),
        ("rest without a place", "return [*parent.rest, *(atom", "return [*(atom"),
        ("sums of region x type cells", "groups = [*structure.domains.items(), *structure.undeclared.items()]", "groups = [*structure.domains.items()]"),
    ),
    *_of(
        "quantities",
        ("either side of a quantile", "fewest = max(fewest, self.rules.min_cell / side)", "pass"),
        ("order of all alike", "return not is_told and not are_alike(self.rules, values, known)", "return not is_told"),
        ("few behind an order", "return not is_told and not are_alike(self.rules, values, known)", "return not are_alike(self.rules, values, known)"),
        ("few items left open", "return 0 < int(rows.sum()) < self.rules.min_numeric", "return False"),
        ("ranks one by one", 'names = [f"{variable}.{item.name}" for item in known.question.items]\n        return', "names = [f\"{variable}.{measure.removesuffix('_mean')}\"]\n        return"),
        ("what a number is compared with", "yield set(range(len(structure.sizes))).difference(own, unplaced)", "yield own"),
        ("those who are not compared", "    yield unplaced", "    yield own"),
        ("closed answers behind sums", "return behind.tells_few(self.rules, inside) or self._are_few_incomplete(", "return self._are_few_incomplete("),
    ),
    *_of(
        "release",
        ("groups of hidden size", "if decision != PUBLISHED:\n                closed.add(domain)", "if False:\n                closed.add(domain)"),
        ("intervals of scores", "return all(\n            is_open(self.settings, variable, measure, domain, self.opened) for domain in domains\n        )", "return True"),
        ("differences of hidden rests", "is_implied = all(self._is_shown(variable, measure, other) for other in implying)", "is_implied = True"),
        ("rests of numbers", "return self.quantities.is_rest_open(variable, measure, domain)", "return True"),
        ("missing of hidden openers", 'is_told = is_open(self.settings, variable, "missing", domain, self.opened)', "is_told = True"),
        ("few who responded", "if _is_finite(answered) and 0 < float(answered) < self.rules.min_cell:", "if False:"),
        ("few raters", "if _is_finite(raters) and float(raters) < 2 * self.rules.min_cell:", "if False:"),
        ("few raters agree", "if is_share and is_sensitive(self.rules, float(count), float(raters)):", "if False:"),
        ("verdicts on hidden values", 'verdict="unknown" if hidden else verdict_of', "verdict=verdict_of"),
        ("bases of hidden values", 'n=round(float(row["n"])) if not hidden and _is_finite(row["n"]) else None', 'n=round(float(row["n"])) if _is_finite(row["n"]) else None'),
        ("limits of hidden values", "if not hidden and _is_finite(row[name]) else None", "if (not hidden or name != 'value') and _is_finite(row[name]) else None"),
        ("reasons that differ", 'else (Status.PRIMARY, "cell")', 'else (Status.PRIMARY, "cell" if place % 2 else "base")'),
        ("numbers hidden before", "if (variable, measure, domain) in self.standing.hidden:", "if False:"),
        ("differences of old values", 'domains = [row["domain"], *([self.settings.nation] if row["contrast"] else [])]\n        return any((row["variable"]', 'domains = [row["domain"]]\n        return any((row["variable"]'),
        ("what tells of membership", "protection.hide_keys(\n            suppress_membership_disclosures(study, members, variables, shown, protector.cost)\n        )", "pass"),
        ("membership of group questions", "        if not derivable:\n            break\n", "        break\n"),
        ("gaps in scores", "return next((share for share in shares if share != PUBLISHED), base)", "return base"),
        ("hidden before", "wanted = (_wanted(estimates) | standing.known) - standing.hidden", "wanted = _wanted(estimates) | standing.known"),
        ("editions as one system", "if not derivable:\n            return decisions", "return decisions"),
    ),
    *_of(
        "editions",
        ("old values stay", "standing.frozen |= freeze_tables(structure, earlier, fewest, codes)", "pass"),
        ("linked tables", "_freeze_linked(structure, earlier, variable, frozen, fewest)\n    return frozen", "pass\n    return frozen"),
        ("half as many changed", "fewest = max(rules.min_changed, rules.min_base)\n    return [", "fewest = max(rules.min_changed, rules.min_base) // 2\n    return ["),
        ("hidden is forgotten", "(standing.known if shown else standing.hidden).add(cell)", "standing.known.add(cell) if shown else None"),
        ("corrections go unseen", "same = was and is_ and _is_same(study, lines, number, (before, now), code)", "same = bool(was and is_)"),
        ("few new experts", "if key in counted.index and 0 < abs(", "if key in counted.index and 0 > abs("),
        ("experts hidden before", "standing.raters = _count_raters(_last_round(study), previous)", "pass"),
        ("lost histories", "standing.frozen |= freeze_all(structure, earlier.evidence.values())", "pass"),
        ("histories of older versions", "standing.frozen |= freeze_tables(structure, earlier, fewest)\n    _take(study", "_take(study"),
    ),
    *_of(
        "joint",
        ("those who joined", "return System(family, cells, list(self._groups()), places,", "return System(family, cells, [], places,"),
        ("region × type cells of editions", "places = list(self._counts_of(found))", "places: list[Cell] = []"),
        ("those who moved", "yield from self._list_movers(number)", "yield from ()"),
        ("what is left beside old parts", "yield from self._list_left(number)", "yield from ()"),
        ("old values tell nothing", "shown[place] = (cell.variable, cell.measure, domain) in published[wave]", "shown[place] = wave == now and (cell.variable, cell.measure, domain) in published[wave]"),
        ("few who joined", "few = is_small_base(self.rules, base)\n", "few = False\n"),
        ("answers of those who joined", "return few or is_sensitive(self.rules, count, base)", "return few and is_sensitive(self.rules, count, base)"),
        ("other questionnaires", "return has_moved or any(", "return has_moved or False and any("),
        ("moves", "return has_moved or any(", "return any("),
        ("no groups of parents", "if rest:\n                    yield here", "if False:\n                    yield here"),
        ("filters of then", "yield from self._filter_equations(family, code)", "yield from ()"),
    ),
    *_of(
        "lineage",
        ("ids alone", "if with_answers:\n            self._pair(lambda person: (person.name", "if False:\n            self._pair(lambda person: (person.name"),
        ("nearest records", "if similarity[best] >= VERY_SIMILAR:", "if False:"),
        ("the same by chance", "found = matcher.match(with_answers=bool(columns))", "found = {}"),
    ),
    *_of(
        "weighted",
        ("weights tell nothing", "if len(set(family.structure.weights)) < 2:\n        return []", "return []"),
        ("limits tell nothing", "ROUNDINGS: Final = 3", "ROUNDINGS: Final = 1"),
        ("rests tell nothing", "if rest is not None:", "if False:"),
    ),
    *_of(
        "membership",
        ("no other members", "if not secret:\n        return Memberships(structure)", "return Memberships(structure)"),
        ("group questions beside one another", "if len(linked) < 2:\n        return set()", "return set()"),
        ("members one fewer", "search.spread(place, needed_in_part(rules, cell, around))", "search.spread(place, needed_in_part(rules, cell, around) - 2)"),
    ),
    *_of(
        "kept",
        ("decisions of other answers", "digest.update(content)\n", "pass\n"),
    ),
    *_of(
        "trend",
        ("differences from hidden values", 'if item.source == "survey" and item.is_published and', 'if item.source == "survey" and'),
    ),
    *_of(
        "bands",
        ("of small tables", "if base is None or is_small_base(rules, base):", "if base is None:"),
        ("on a finer grid", "GRID: Final = ((20, 0.1, 0.5), (100, 0.05, 0.2),", "GRID: Final = ((20, 0.02, 0.1), (100, 0.02, 0.1),"),
        ("rounded inwards", "low = math.floor(limits[0] / scale.step + DUST) * scale.step", "low = math.ceil(limits[0] / scale.step - DUST) * scale.step"),
    ),
    Mutant(
        "recall: lost histories", "pipeline/recall.py",
        "return [*recall(settings, folder, entries), *entries]", "return entries",
    ),
    Mutant(
        "recall: lost salts", "pipeline/recall.py",
        'return {**entry, "format": SEEN, "respondents": {}}', "return entry",
    ),
]  # fmt: skip
"""What is put in the place of what."""

EQUIVALENT: dict[str, str] = {}
"""Mutants that nobody can notice, and why."""
