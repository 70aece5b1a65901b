"""What the tour says: one line for each thing that was judged."""


class Tour:
    def __init__(self):
        self.failed = False

    def say(self, name, problem=""):
        """@param problem: why it failed; nothing when it did not."""
        if problem:
            self.failed = True
            print(f"not ok {name}: {' '.join(str(problem).split())[:1000]}")
        else:
            print(f"ok {name}")
