"""Random numbers, levels and conditions for invented cases, in the forms that a case may write."""

import random

PEOPLE = ("ALFA", "BRAVO", "CARLO", "DELTA")


class Dice:
    """A random source that knows the names of the case it invents."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.choice = self.random.choice
        self.voices = self.people = list(PEOPLE[: self.random.randint(2, 4)])
        self.street = self.coin(0.4)
        if self.street:
            self.voices = [*self.people, "STREET"]
        self.provisions, self.shocks, self.pools = {}, [], {}

    def coin(self, chance=0.5):
        return self.random.random() < chance

    def few(self, least, most):
        return range(self.random.randint(least, most))

    def some(self, names, least=1):
        names = list(names)
        return self.random.sample(names, self.random.randint(least, max(least, len(names))))

    def learn(self, data):
        self.provisions = data["provisions"]
        self.shocks = [name for name in data["shocks"] if name != "judgement"]

    def number(self, low, high):
        """A number in a range: plain, whole, triangular, uniform or discrete."""
        ends = sorted(round(self.random.uniform(low, high), 3) for _ in range(3))
        form = self.random.randrange(6)
        if form == 0 or ends[0] == ends[2]:
            return ends[1]
        if form == 1 and high - low >= 2:
            return self.random.randint(-int(-low // 1), int(high))
        if form in {1, 2, 3}:
            return ends
        if form == 4:
            return {"uniform": [ends[0], ends[2]]}
        return {"discrete": {str(ends[0]): 0.25, str(ends[2]): 0.75}}

    def chance(self, low=0.05, high=0.95):
        return self.number(low, high)

    def stepped(self, kind, low, high):
        """A number that may depend on the package and on shocks, inside its range."""
        if self.coin(0.4):
            return self.number(low, high)
        steps = []
        for _ in self.few(1, 3):
            operation = self.choice(["set", "times", *(["add"] if kind != "probability" else [])])
            value = {
                "set": lambda: self.number(low, high),
                "times": lambda: self.number(0, 1),
                "add": lambda: self.number(0, (high - low) / 4),
            }[operation]()
            steps.append({"when": self.condition(), operation: value})
        return {"base": self.number(low, high), "steps": steps}

    def choice_atom(self):
        name = self.choice(list(self.provisions))
        record = self.provisions[name]
        levels = list(record["levels"])
        plain = [x for x in levels if not record["levels"][x].get("apart")]
        if record.get("ordered", True) and plain and self.coin():
            return f"{name} {self.choice(['<=', '>='])} {self.choice(plain)}"
        if self.coin(0.3):
            return f"{name} in [{', '.join(self.some(levels))}]"
        return f"{name} {self.choice(['==', '!='])} {self.choice(levels)}"

    def condition(self, depth=0):
        """A condition on provisions and shocks."""
        if depth < 2 and self.coin(0.35):
            parts = [self.condition(depth + 1) for _ in self.few(2, 3)]
            return "(" + f" {self.choice(['and', 'or'])} ".join(parts) + ")"
        atom = self.choice_atom()
        if self.shocks and self.coin(0.3):
            atom = f"shocks.{self.choice(self.shocks)}"
        return f"not {atom}" if self.coin(0.2) else atom

    def phases(self):
        phases = {"early": {"by": "3 months"}}
        if self.coin(0.6):
            phases["late"] = {"by": "1 year", "sustained": self.coin(0.7)}
        self.timeline = list(phases)
        return phases

    def waiting(self, owner):
        """A condition under which a pledge goes; more joining can only help."""
        atoms = [f"{self.choice(list(self.pools))} joins"]
        other = self.choice(list(self.pools))
        atoms.append(f"{other}.{self.choice(self.pools[other])} joins")
        group = self.some(self.pools)
        atoms.append(f"{self.random.randint(1, len(group))} of [{', '.join(group)}]")
        atoms += [self.condition(), f"not ({self.condition()} and {self.condition()})"]
        if owner in self.voices:
            atoms.append(f"{owner} accepts")
        picked = self.some(atoms)[:3]
        return f" {self.choice(['and', 'or'])} ".join(f"({atom})" for atom in picked)
