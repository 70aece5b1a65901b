"""Independent programs that judge paths: each takes questions and says of each what is wrong with it, or nothing."""

import concurrent.futures
import dataclasses
import os
import subprocess

import published
from chains import Chain

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
    # Where they look for revocation: nowhere, in `lists`, or at the `ocsp` responder.
    revocation: str = ""
    # A certificate policy that has to lead up to the root.
    policy: str = ""
    # Whether the answer has to be yes; and a word that has to stand in a no.
    good: bool = True
    because: str = ""


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
    if question.revocation == "lists":
        options += ["-crl_check_all", "-extended_crl", "-use_deltas", "-CRLfile", published.lists_file(chain)]
    if question.policy:
        options += ["-policy_check", "-explicit_policy", "-policy", question.policy]
    command = ["openssl", "verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-CAfile", chain.root_file]
    problem = problem_of([*command, *options, chain.leaf_file])
    return problem or (openssl_ocsp(chain) if question.revocation == "ocsp" else "")


def openssl_ocsp(chain):
    """Asks for every certificate below the root, with a nonce."""
    for link in chain.links():
        trusted = ["-CAfile", chain.authorities_file, "-issuer", link.issuer_file]
        said = output_of(
            ["openssl", "ocsp", *trusted, "-cert", link.leaf_file, "-url", published.ocsp_address(link.leaf)]
        )
        if "Response verify OK" not in said or f"{link.leaf_file}: good" not in said:
            return said
    return ""


def gnutls(question):
    chain = question.chain
    options = []
    if question.purpose in object_identifiers:
        options.append(f"--verify-purpose={object_identifiers[question.purpose]}")
    if question.host:
        options.append(f"--verify-hostname={question.host}")
    if question.mailbox:
        options.append(f"--verify-email={question.mailbox}")
    if question.revocation == "lists":
        options.append(f"--load-crl={published.lists_file(chain)}")
    problem = problem_of(
        ["certtool", "--verify", f"--load-ca-certificate={chain.root_file}", f"--infile={chain.path_file}", *options]
    )
    return problem or (gnutls_ocsp(chain) if question.revocation == "ocsp" else "")


def gnutls_list(list_file, issuer_file):
    """What it says of the signature of a revocation list: `Verified.`, or `Not verified.` and why."""
    said = output_of(["certtool", "--verify-crl", f"--load-ca-certificate={issuer_file}", f"--infile={list_file}"])
    return said.partition("Verification output: ")[2] or said


def gnutls_ocsp(chain):
    for link in chain.links():
        said = output_of(
            [
                *["ocsptool", f"--ask={published.ocsp_address(link.leaf)}", "--nonce"],
                *[f"--load-cert={link.leaf_file}", f"--load-issuer={link.issuer_file}"],
            ]
        )
        if "Certificate Status: good" not in said or "Verifying OCSP Response: Success" not in said:
            return said
    return ""


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
    files = [question.chain.root_file, question.chain.path_file]
    return [question.purpose, question.host, at, *files, question.revocation, question.policy]


def output_of(command):
    ended = subprocess.run(command, capture_output=True, text=True, timeout=seconds_max, check=False)
    return ended.stdout + ended.stderr


def problem_of(command):
    ended = subprocess.run(command, capture_output=True, text=True, timeout=seconds_max, check=False)
    return "" if ended.returncode == 0 else (ended.stdout + ended.stderr).strip() or f"status {ended.returncode}"


judges = {
    "OpenSSL": one_by_one(openssl),
    "GnuTLS": one_by_one(gnutls),
    "Java": in_one_go(
        *["java", "-XX:TieredStopAtLevel=1", "-Dcom.sun.security.enableCRLDP=true", "-cp", f"{cache}/java", "Judge"]
    ),
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
            elif problem and question.because not in problem.lower():
                tour.say(f"{name} refuses {question.name}", f"it was refused for another reason: {problem}")
            else:
                tour.say(f"{name} refuses {question.name}", "" if problem else "it was accepted")
