"""One line for each operation that a JUnit report judges."""

import sys
from xml.etree import ElementTree

failed = False
for case in ElementTree.parse(sys.argv[1]).iter("testcase"):
    name = case.get("name")
    faults = [fault for kind in ("failure", "error") for fault in case.findall(kind)]
    if faults:
        failed = True
        text = " | ".join(" ".join((fault.get("message") or fault.text or "").split())[:1000] for fault in faults)
        print(f"not ok {name}: {text}")
    elif case.find("skipped") is None:
        print(f"ok {name}")
sys.exit(1 if failed else 0)
