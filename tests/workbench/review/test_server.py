"""The server over real connections: what it lets in, what it writes, what others see."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from screening.runs.decisions.decide import decide_all
from screening.runs.decisions.log import DecisionLog
from screening.runs.decisions.verify import verify
from screening.runs.run import open_run
from tests.workbench.review.conftest import PASSWORD, Asker, LocalServer, Server
from workbench.cli.main import main
from workbench.review.openapi import document
from workbench.review.people import People
from workbench.review.routes import ROUTES

Serving = Callable[..., Server]
Local = Callable[..., LocalServer]
#: Record of the best hit of the run.
HIT = 17


def test_a_link_with_a_secret_opens_it_and_nothing_else_does(run_folder: Path, local: Local) -> None:
    server = local(run_folder)
    asker = Asker(server.port)
    assert asker.ask("GET", "/")[0] == 401
    assert asker.ask("GET", "/?token=wrong")[0] == 401
    for path in (
        "/api/review",
        "/api/hits",
        "/api/state",
        f"/hits/{HIT}/small.svg",
        "/site.js",
        "/api",
        "/api/openapi.json",
    ):
        assert asker.ask("GET", path)[0] == 401, path
    assert Asker(server.port, token="wrong").ask("GET", "/api/review")[0] == 401
    status, _, headers = asker.ask("GET", f"/?token={server.token}")
    assert status == 302
    assert server.token not in headers["Location"]
    status, page, headers = asker.ask("GET", "/")
    assert status == 200
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert b"<script src" in page
    assert b"<script>" not in page
    about = asker.get("/api/review")
    assert (about["me"], about["role"]) == ("ada", "lead")
    # Another page, another name of the server, no XSRF token: refused, and nothing is written.
    decision = {"records": [HIT], "verdict": "accept"}
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert asker.ask("POST", "/api/decisions", decision, headers=headers)[0] == 403
    assert asker.ask("POST", "/api/decisions", decision, xsrf=False)[0] == 403
    assert not (run_folder / "review" / "decisions.jsonl").exists()
    # A request a form of another page could send: not JSON.
    assert asker.ask("POST", "/api/decisions", b"{}", headers={"Content-Type": "text/plain"})[0] == 400
    asker.post("/api/decisions", decision)
    assert asker.ask("POST", "/api/decisions", {"records": [10**9], "verdict": "accept"})[0] == 400
    status, said, _ = asker.ask("POST", "/api/decisions", {"records": [0], "verdict": "accept"})
    assert status == 400
    assert said["error"].startswith("compounds.library: the library of this run is not there")  # no folder of ours
    assert asker.ask("POST", "/api/decisions", {"records": [HIT], "verdict": "yes"})[0] == 400
    assert asker.ask("POST", "/api/decisions", {"records": [HIT], "verdict": "hold", "extra": 1})[0] == 400
    status, said, _ = asker.ask("POST", "/api/decisions", {**decision, "evidence": "0" * 64})
    assert status == 409
    assert "evidence has changed" in said["error"]
    assert len(asker.get("/api/decisions")["lines"]) == 1


def test_every_route_does_what_the_page_needs(run_folder: Path, local: Local) -> None:
    server = local(run_folder)
    asker = Asker(server.port, token=server.token)
    record = open_run(run_folder).hits().column("record").to_pylist()
    hit = asker.get(f"/api/hits/{record[0]}")
    assert hit["row"]["rank"] == 1
    asker.post("/api/decisions", {"records": record[:3], "verdict": "accept", "evidence": ""})
    asker.post("/api/comments", {"records": [record[0]], "text": "<b>good</b>"})
    asker.post("/api/tags", {"records": [record[0]], "tag": "series A"})
    asker.post("/api/lists", {"records": record[:2], "name": "buy", "reasons": {record[0]: "best"}})
    row = asker.get(f"/api/hits/{record[0]}")["review"]
    assert (row["decision"], row["tags"], row["lists"]) == ("accept", ["series A"], ["buy"])
    assert row["comments"][0]["text"] == "<b>good</b>"
    assert asker.post("/api/undo", {"line": 2})["rows"][0]["decision"] == ""  # the whole group
    assert all(one["decision"] == "" for one in asker.get("/api/state")["rows"])
    assert asker.ask("POST", "/api/undo", {"line": 2})[0] == 400
    listed = asker.get("/api/lists")
    assert listed["lists"]["buy"] == sorted(record[:2])
    export = asker.get("/api/lists/buy")
    assert [one["record"] for one in export["rows"]] == sorted(record[:2])
    log = DecisionLog(run_folder, open_run(run_folder).plan.key)
    assert export["decisions"] == log.head.facts()
    picks = asker.post("/api/shortlist", {"count": 2, "method": "maxmin"})["picks"]
    assert len(picks) == 2
    assert all(pick["why"] for pick in picks)
    assert asker.get("/api/next")["record"] == record[0]
    assert asker.get(f"/api/next?after={record[0]}")["record"] == record[1]
    assert asker.ask("GET", f"/hits/{record[0]}/small.svg")[1].startswith(b"<svg")
    assert asker.ask("GET", "/hits/99999/small.svg")[0] == 400
    assert asker.ask("GET", "/nothing")[0] == 404
    assert asker.ask("GET", "/api/hits/x")[0] == 400
    assert "no 3D view" in asker.get("/api/site")["problem"]
    assert asker.get("/api/agreement")["records"] == 0
    assert asker.ask("POST", "/api/signatures", {"name": "buy", "meaning": "x", "password": "y"})[0] == 400
    found = asker.get("/api/openapi.json")
    assert {(path, method) for path, all_of in found["paths"].items() for method in all_of} == {
        (route.path, route.method.lower()) for route in ROUTES
    }
    assert json.loads(json.dumps(document())) == found
    # Every schema that is referred to is there.
    for reference in set(json.dumps(found).split('"$ref": "#/components/schemas/')[1:]):
        assert reference.split('"')[0] in found["components"]["schemas"]


def test_people_log_in_with_their_roles(run_folder: Path, people_file: Path, local: Local) -> None:
    token = People(people_file).new_token("bo")
    server = local(run_folder, people=people_file)
    assert "token" not in server.link
    ada, stranger, observer = Asker(server.port), Asker(server.port), Asker(server.port)
    assert stranger.ask("GET", "/")[2]["Location"] == "/login"
    for guess in range(5):
        assert stranger.log_in("ada", f"wrong {guess}") == 401
    assert stranger.log_in("ada") == 429  # also with the right password, and from this address for anybody
    assert stranger.log_in("nobody") == 429
    server = local(run_folder, people=people_file)
    ada, observer, bo = Asker(server.port), Asker(server.port), Asker(server.port, token=token)
    assert ada.log_in("ada") == 200
    assert observer.log_in("ob") == 200
    decision = {"records": [HIT], "verdict": "accept", "text": "why not"}
    ada.post("/api/decisions", decision)
    bo.post("/api/decisions", {**decision, "verdict": "reject"})
    assert observer.ask("POST", "/api/decisions", decision)[0] == 403
    assert observer.get("/api/state")["rows"][0]["decision"] == "disputed"
    assert ada.ask("POST", "/api/settings", {"blind": True})[0] == 400  # she is no lead
    assert ada.ask("POST", "/api/undo", {"line": 2})[0] == 400  # not hers
    # Taken out of the file: gone at once.
    People(people_file).remove("ada")
    assert ada.ask("GET", "/api/review")[0] == 401
    assert bo.get("/api/review")["me"] == "bo"


def test_blind_pass_repeats_and_signature(run_folder: Path, people_file: Path, local: Local) -> None:
    tokens = {name: People(people_file).new_token(name) for name in ("ada", "bo", "cy")}
    server = local(run_folder, people=people_file)
    ada, bo, cy = (Asker(server.port, token=tokens[name]) for name in ("ada", "bo", "cy"))
    cy.post("/api/settings", {"blind": True, "hide_ranks": True, "repeats": 0.5})
    records = open_run(run_folder).hits().column("record").to_pylist()
    assert ada.get("/api/review")["order"] != bo.get("/api/review")["order"]
    assert sorted(ada.get("/api/review")["order"]) == sorted(records)
    seen: list[int] = []
    repeated = 0
    after = ""
    for _ in range(min(12, len(records))):
        found = ada.get(f"/api/next{after}")
        record = found["record"]
        assert found["review"]["mine"] == ""  # nothing says that it was there before
        answer = ada.post("/api/decisions", {"records": [record], "verdict": "reject" if record in seen else "accept",
                                             "text": "blind"})  # fmt: skip
        assert answer["rows"][0]["mine"]
        repeated += record in seen
        seen.append(record)
        after = f"?after={record}"
    assert repeated >= 1
    bo.post("/api/decisions", {"records": [seen[0]], "verdict": "hold"})
    assert [one["who"] for one in bo.get(f"/api/hits/{seen[0]}")["review"]["decisions"]] == ["bo"]
    assert {one["who"] for one in bo.get("/api/decisions")["lines"]} == {"bo", "cy"}
    assert all(one["action"] != "repeat" for one in ada.get("/api/decisions")["lines"])
    assert cy.ask("GET", "/api/agreement")[0] == 400
    assert cy.get("/api/lists")["lists"] == {}
    cy.post("/api/settings", {"blind": False})
    found = cy.get("/api/agreement")
    assert found["consistency"] == [["ada", repeated, 0.0]]
    assert found["disagreements"] == [seen[0]]
    assert {one["who"] for one in bo.get(f"/api/hits/{seen[0]}")["review"]["decisions"]} == {"ada", "bo"}
    # A lead signs with the password; a later change voids it and says so.
    cy.post("/api/lists", {"records": seen[1:3], "name": "buy"})
    assert cy.ask("POST", "/api/signatures", {"name": "buy", "meaning": "released", "password": "wrong"})[0] == 400
    assert ada.ask("POST", "/api/signatures", {"name": "buy", "meaning": "x", "password": PASSWORD})[0] == 400
    signed = cy.post("/api/signatures", {"name": "buy", "meaning": "released", "password": PASSWORD})["signatures"][0]
    assert (signed["who"], signed["meaning"], signed["void"]) == ("cy", "released", "")
    cy.post("/api/decisions", {"records": [seen[1]], "verdict": "reject"})
    assert "cy changed record" in cy.get("/api/lists")["signatures"][0]["void"]
    plan = open_run(run_folder).plan.key
    assert verify(run_folder / "review" / "decisions.jsonl", plan).whole


@pytest.mark.slow
def test_a_killed_server_keeps_what_it_acknowledged(run_folder: Path, serving: Serving) -> None:
    server = serving(run_folder)
    asker = Asker(server.port, token=server.token)
    for verdict in ("accept", "hold", "reject"):
        asker.post("/api/decisions", {"records": [HIT], "verdict": verdict})
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.communicate(timeout=30)
    again = serving(run_folder)
    asker = Asker(again.port, token=again.token)
    assert [one["after"] for one in asker.get("/api/decisions")["lines"]] == ["accept", "hold", "reject"]


def test_decisions_from_elsewhere_arrive(run_folder: Path, local: Local) -> None:
    server = local(run_folder)
    asker = Asker(server.port, token=server.token)
    asker.get("/api/state")  # the server has read the log before
    decide_all(open_run(run_folder), [HIT], who="bo", action="decide", after="reject")
    answer = asker.post("/api/decisions", {"records": [27], "verdict": "accept"})
    assert answer["undo"] == 2
    assert asker.get(f"/api/hits/{HIT}")["review"]["decision"] == "reject"


def test_tls_is_spoken_and_cookies_stay_inside(
    run_folder: Path, people_file: Path, certificate: tuple[Path, Path], local: Local
) -> None:
    cert, key = certificate
    server = local(run_folder, people=people_file, cert=cert, key=key)
    assert server.link.startswith("https://")
    trusting = ssl.create_default_context(cafile=str(cert))
    ada = Asker(server.port, tls=trusting)
    assert ada.log_in("ada") == 200
    status, said, headers = ada.ask("POST", "/login", {"name": "ada", "password": PASSWORD})
    assert status == 200, said
    assert "Secure" in headers["Set-Cookie"]
    assert "HttpOnly" in headers["Set-Cookie"]
    ada.post("/api/decisions", {"records": [HIT], "verdict": "accept"})
    assert ada.get(f"/api/hits/{HIT}")["review"]["mine"] == "accept"
    with pytest.raises(ssl.SSLError):  # nobody vouches for it elsewhere
        Asker(server.port, tls=ssl.create_default_context()).ask("GET", "/login")
    with pytest.raises((http.client.HTTPException, OSError)):
        Asker(server.port).ask("GET", "/login")  # no plain answer


def test_many_write_at_once_and_each_line_is_there(run_folder: Path, local: Local) -> None:
    server = local(run_folder)

    def write(at: int) -> list[int]:
        asker = Asker(server.port, token=server.token)
        body = {"records": [HIT], "verdict": ("accept", "hold")[at % 2]}
        return [asker.post("/api/decisions", body)["undo"] for _ in range(10)]

    with ThreadPoolExecutor(8) as pool:
        numbers = [n for found in pool.map(write, range(8)) for n in found]
    assert sorted(numbers) == list(range(1, 81))
    found = verify(run_folder / "review" / "decisions.jsonl", open_run(run_folder).plan.key)
    assert found.whole
    assert found.head.count == 80


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Give a command that must end with one sentence, and return the sentence."""

    def run(*arguments: object) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["review", *map(str, arguments)])
        assert ended.value.code in (1, 2)
        said = capsys.readouterr().err
        assert said.startswith("error: ")
        assert said.count("\n") == 1
        return said

    return run


def test_what_cannot_be_served_is_one_sentence(
    root: Path, run_folder: Path, people_file: Path, refused: Callable[..., str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"port {port} is in use" in refused("serve", run_folder, "--port", port)
    stopped = root / "tests" / "formats" / "0.1" / "stopped.run"
    assert "is not finished" in refused("serve", stopped)
    assert "is not a run directory" in refused("serve", root)
    assert "--people and --cert and --key is not given" in refused("serve", run_folder, "--host", "0.0.0.0")
    assert "--cert and --key is not given" in refused("serve", run_folder, "--host", "0.0.0.0", "--people", people_file)
    assert "holds nobody" in refused("serve", run_folder, "--people", run_folder / "nobody.json")
    assert "is no file of people" in refused("serve", run_folder, "--people", run_folder / "plan.json")
    assert "nobody is called" in refused("people", "token", people_file, "zoe")
    log = run_folder / "review" / "decisions.jsonl"
    assert "there is no log" in refused("verify", run_folder)
    log.parent.mkdir(exist_ok=True)
    log.write_text("rank,name\n")
    assert "line 1" in refused("serve", run_folder)
    assert "line 1" in refused("decide", run_folder, "accept", "-r", HIT)


def test_what_cannot_be_decided_is_one_sentence(
    root: Path, run_folder: Path, people_file: Path, tmp_path: Path, refused: Callable[..., str]
) -> None:
    stopped = root / "tests" / "formats" / "0.1" / "stopped.run"
    for command in (["decide", stopped, "accept", "-r", HIT], ["shortlist", stopped], ["agreement", stopped]):
        assert "is not finished" in refused(*command)
    # A record that is not there, nowhere and beyond the kept hits; the library of this run is gone.
    assert "10000000" in refused("decide", run_folder, "accept", "-r", 10**7)
    assert "the library of this run is not there" in refused("decide", run_folder, "accept", "-r", 0)
    assert "rank 99 is not in the hit list" in refused("decide", run_folder, "accept", "--rank", 99)
    assert not (run_folder / "review" / "decisions.jsonl").exists()
    decide_all(open_run(run_folder), [HIT], who="ada", action="decide", after="accept")
    log = run_folder / "review" / "decisions.jsonl"
    whole = log.read_bytes()
    # The log of another run, and one whose middle was changed: nothing is written to it.
    foreign = shutil.copytree(root / "tests" / "formats" / "0.1" / "finished.run", tmp_path / "other")
    (foreign / "review").mkdir()
    header = json.loads(whole.split(b"\n")[0])
    (foreign / "review" / "decisions.jsonl").write_text(json.dumps({**header, "run": "0" * 64}) + "\n")
    for command in (["serve", foreign], ["decide", foreign, "accept", "-r", HIT], ["shortlist", foreign]):
        assert "another run" in refused(*command)
    decide_all(open_run(run_folder), [HIT], who="bo", action="decide", after="hold")
    log.write_bytes(log.read_bytes().replace(b'"accept"', b'"reject"', 1))
    damaged = log.read_bytes()
    for command in (["serve", run_folder], ["decide", run_folder, "accept", "-r", HIT], ["agreement", run_folder]):
        assert "does not follow from the line before" in refused(*command)
    assert log.read_bytes() == damaged
    log.write_bytes(whole)
    signing = ["--people", people_file, "--meaning", "x", "--password-stdin"]
    assert "nobody is called 'zoe'" in refused("sign", run_folder, "accepted", "--who", "zoe", *signing)
    assert log.read_bytes() == whole
