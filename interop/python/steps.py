"""Steps of a tour: each is judged by itself, and said in one line."""

import traceback

from azure.core.exceptions import HttpResponseError


class Tour:
    def __init__(self):
        self.failed = False

    def step(self, name):
        """Runs the decorated function at once; whatever it raises is the reason why the step failed."""

        def run(function):
            try:
                function()
                print(f"ok {name}")
            except Exception as error:
                self.failed = True
                where = traceback.extract_tb(error.__traceback__)[1]
                reason = " ".join(f"line {where.lineno}, {type(error).__name__}: {error}".split())
                print(f"not ok {name}: {reason}")
            return function

        return run


def same(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} instead of {expected!r}")


def refused(call, status, code, inner=None):
    """The call must be refused with this status and these codes of Key Vault."""
    try:
        call()
    except HttpResponseError as error:
        said = error.error
        found = (error.status_code, said and said.code)
        if found != (status, code):
            raise AssertionError(f"refused with {found} instead of {(status, code)}: {error.message}")
        if inner is not None:
            same((said.innererror or {}).get("code"), inner)
        return
    raise AssertionError(f"was not refused with {status} {code}")
