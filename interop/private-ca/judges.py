"""Independent programs that judge paths: each takes questions and says of each what is wrong with it, or nothing."""

import concurrent.futures
import dataclasses
import os
import re
import subprocess

from chains import Chain, file_of

cache = os.environ["INTEROP_CACHE"]
seconds_max = 300


@dataclasses.dataclass(frozen=True)
class Question:
    name: str
    chain: Chain
    # server, client, code, email or ca.
    purpose: str
    host: str = ""
    mailbox: str = ""
    # Seconds since 1970; None is now.
    at: int | None = None
    # Whether the answer has to be yes.
    good: bool = True


openssl_purposes = {"server": "sslserver", "client": "sslclient", "email": "smimesign", "ca": "crlsign"}
object_identifiers = {
    "server": "1.3.6.1.5.5.7.3.1",
    "client": "1.3.6.1.5.5.7.3.2",
    "code": "1.3.6.1.5.5.7.3.3",
    "email": "1.3.6.1.5.5.7.3.4",
}


def openssl(question):
    """Its purposes have code signing since OpenSSL 3.2 only: older ones judge all but that."""
    chain = question.chain
    options = ["-purpose", openssl_purposes.get(question.purpose, "any")]
    if question.host:
        options += ["-verify_hostname", question.host]
    if question.mailbox:
        options += ["-verify_email", question.mailbox]
    if question.at is not None:
        options += ["-attime", str(question.at)]
    if len(chain.certificates) > 2:
        options += ["-untrusted", chain.intermediates_file]
    command = ["openssl", "verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-CAfile", chain.root_file]
    return problem_of([*command, *options, chain.leaf_file])


def gnutls(question):
    chain = question.chain
    options = []
    if question.purpose in object_identifiers:
        options.append(f"--verify-purpose={object_identifiers[question.purpose]}")
    if question.host:
        options.append(f"--verify-hostname={question.host}")
    if question.mailbox:
        options.append(f"--verify-email={question.mailbox}")
    return problem_of(
        ["certtool", "--verify", f"--load-ca-certificate={chain.root_file}", f"--infile={chain.path_file}", *options]
    )


def one_by_one(judge):
    def answer(questions):
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(judge, questions))

    return answer


def in_one_go(*command):
    """For programs that read all questions from their standard input."""

    def answer(questions):
        return ask(command, [fields_of(question) for question in questions])

    return answer


def ask(command, lines):
    """Numbers the lines, and gives what the program said to each number."""
    text = "".join("\t".join([str(number), *fields]) + "\n" for number, fields in enumerate(lines))
    ended = subprocess.run(command, input=text, capture_output=True, text=True, timeout=seconds_max, check=False)
    said = dict(line.split("\t", 1) for line in ended.stdout.splitlines())
    if ended.returncode != 0 or len(said) != len(lines):
        raise AssertionError(f"{command[0]} ended with {ended.returncode}: {ended.stderr}")
    return [said[str(number)] for number in range(len(lines))]


def fields_of(question):
    at = "" if question.at is None else str(question.at)
    return [question.purpose, question.host, at, question.chain.root_file, question.chain.path_file]


def problem_of(command):
    ended = subprocess.run(command, capture_output=True, text=True, timeout=seconds_max, check=False)
    return "" if ended.returncode == 0 else (ended.stdout + ended.stderr).strip() or f"status {ended.returncode}"


judges = {
    "OpenSSL": one_by_one(openssl),
    "GnuTLS": one_by_one(gnutls),
    "Java": in_one_go("java", "-XX:TieredStopAtLevel=1", "-cp", f"{cache}/java", "Judge"),
    "Go": in_one_go(f"{cache}/go-judge", "path"),
}


def hear(tour, questions, but=()):
    """Puts the questions to every judge, except the named ones."""
    for name, judge in judges.items():
        if name in but:
            continue
        for question, problem in zip(questions, judge(questions), strict=True):
            if question.good:
                tour.say(f"{name} accepts {question.name}", problem)
            else:
                tour.say(f"{name} refuses {question.name}", "" if problem else "it was accepted")
