"""What may stand in the place of a file, and is answered in a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import worlds
from rackwright import console, render
from rackwright.problems import Problem
from rackwright.spec import files

CSV = "as-built/h1-su01.csv"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    worlds.copy(tmp_path / "site")
    monkeypatch.chdir(tmp_path / "site")
    return Path()


def only(site: Path) -> tuple[str, str]:
    (problem,) = render.check(site)
    return str(problem.at), f"{problem.message} [{problem.code}]"


def test_a_folder_in_the_place_of_the_specification(site: Path) -> None:
    (site / "site.yaml").unlink()
    (site / "site.yaml").mkdir()
    assert only(site)[1] == "site.yaml cannot be read: it is a folder [unreadable]"


def test_a_pipe_is_not_waited_for(site: Path) -> None:
    (site / CSV).unlink()
    os.mkfifo(site / CSV)
    assert only(site)[1] == f"{CSV} cannot be read: it is no file [unreadable]"


def test_a_file_in_the_place_of_the_folder(site: Path) -> None:
    (site / CSV).unlink()
    (site / "as-built").rmdir()
    (site / "as-built").touch()
    assert only(site)[1] == "as-built cannot be read: Not a directory [unreadable]"


def test_a_link_that_leads_to_itself(site: Path) -> None:
    (site / "site.yaml").unlink()
    (site / "site.yaml").symlink_to("site.yaml")
    message = "site.yaml cannot be read: Too many levels of symbolic links [unreadable]"
    assert only(site)[1] == message


@pytest.mark.parametrize("target", ["/etc/passwd", "/dev/zero", "../other.yaml"])
def test_nothing_of_a_file_outside_the_site_is_shown(site: Path, target: str) -> None:
    Path("../other.yaml").write_text("root: somebody else's\n")
    (site / "site.yaml").unlink()
    (site / "site.yaml").symlink_to(target)
    assert only(site)[1] == "site.yaml leads out of the site's folder [outside-site]"
    assert "root" not in console.problems_text(render.check(site))


def test_a_folder_outside_the_site_is_not_listed(site: Path) -> None:
    (site / CSV).unlink()
    (site / "as-built").rmdir()
    (site / "as-built").symlink_to("/etc")
    assert only(site)[1] == "as-built leads out of the site's folder [outside-site]"


def test_a_link_inside_the_site_is_followed(site: Path) -> None:
    (site / CSV).rename("factory.csv")
    (site / CSV).symlink_to("../factory.csv")
    assert render.check(site) == ()


def test_a_site_may_be_reached_through_a_link(site: Path) -> None:
    Path("../link").symlink_to(site.resolve())
    assert render.check(Path("../link")) == ()


def test_a_file_that_may_not_be_read(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    found = files.read(site, "site.yaml")
    assert isinstance(found, Problem)
    assert found.message == "site.yaml cannot be read: Permission denied"


def test_what_editors_leave_behind_is_not_read(site: Path) -> None:
    (site / "as-built/.#h1-su01.csv").symlink_to("somebody@somewhere.4711")
    assert render.check(site) == ()


def test_a_file_name_that_is_no_text_is_shown_in_ascii(site: Path) -> None:
    (site / "as-built/\udcff\n.csv").touch()
    message = "as-built holds a file with the odd name '\\udcff\\n.csv' [unreadable]"
    assert only(site)[1] == message


def test_the_place_of_a_wrong_byte_is_counted_in_characters(site: Path) -> None:
    (site / "site.yaml").write_bytes("a: 1\nb: éé".encode() + b"\xff")
    assert only(site)[0] == "site.yaml:2:6"


def test_a_file_at_the_limit_is_read(site: Path) -> None:
    text = (site / "site.yaml").read_bytes()
    (site / "site.yaml").write_bytes(text + b"#" * (files.LARGEST - len(text)))
    assert render.check(site) == ()
