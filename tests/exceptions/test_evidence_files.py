"""Evidence: what is taken, by content and not by name; who reads it; and that it never changes."""

import hashlib
import io
import stat
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from opsboard.audit.models import AuditEvent
from opsboard.config import using
from opsboard.exceptions.item import files
from opsboard.exceptions.models import Evidence
from tests.cast import CONFIG, cause

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


def package(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "<x/>")
    return out.getvalue()


SHEET = package("[Content_Types].xml", "xl/workbook.xml")
GOOD = {
    "contract.pdf": (PDF, "application/pdf"),
    "screen.png": (b"\x89PNG\r\n\x1a\n\x00\x00", "image/png"),
    "photo.JPG": (b"\xff\xd8\xff\xe0\x00", "image/jpeg"),
    "rates.xlsx": (SHEET, files.SHEET),
    "letter.docx": (package("word/document.xml"), files.LETTER),
    "rates.csv": ("Größe;1\n".encode(), "text/plain"),
}
HOSTILE = {
    "a program called .pdf": ("contract.pdf", b"MZ\x90\x00\x03"),
    "a page called .pdf": ("contract.pdf", b"<html><script>alert(1)</script>"),
    "a PDF called .png": ("contract.png", PDF),
    "a picture that is a page": ("logo.svg", b"<svg onload='alert(1)'/>"),
    "a page": ("page.html", b"<html><script>alert(1)</script>"),
    "a script": ("run.sh", b"#!/bin/sh\nrm -rf /\n"),
    "a sheet with macros": ("rates.xlsx", package("xl/workbook.xml", "xl/vbaProject.bin")),
    "an archive": ("all.zip", package("a.txt")),
    "an archive called .docx": ("all.docx", package("a.txt")),
    "half an archive": ("rates.xlsx", SHEET[:40]),
    "binary called text": ("notes.txt", b"ok\x00\x01\x02"),
    "text that is no UTF-8": ("notes.txt", b"\xff\xfe\x00h"),
    "escape codes for a terminal": ("notes.txt", b"\x1b[2J\x1b[31mnothing to see"),
    "nothing": ("empty.txt", b""),
    "no ending": ("contract", PDF),
    "only an ending": (".pdf", PDF),
}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "evidence"


@pytest.fixture(autouse=True)
def firm(world, folder):
    with using(f'{CONFIG}\n[evidence]\nfolder = "{folder}"\nmost_mb = 1\n'):
        yield


@pytest.fixture
def group():
    return cause(title="Penhallow Water has no VAT number")


@pytest.fixture
def send(client):
    def put(who, group, name, content):
        client.force_login(who)
        sent = {"file": SimpleUploadedFile(name, content, "text/html")}
        return client.post(f"/exceptions/{group.pk}/file/", sent, follow=True)

    return put


def stored(folder):
    return [one for one in folder.rglob("*") if one.is_file()] if folder.exists() else []


@pytest.mark.parametrize("name", GOOD)
def test_what_is_known_by_its_content_is_put_on_record(send, sofia, group, folder, name):
    content, media_type = GOOD[name]
    assert "is on record" in send(sofia, group, name, content).content.decode()
    found = Evidence.objects.get()
    digest = hashlib.sha256(content).hexdigest()
    assert (found.name, found.media_type, found.size) == (name, media_type, len(content))
    assert (found.sha256, found.by) == (digest, sofia)
    [file] = stored(folder)
    assert file.read_bytes() == content
    assert stat.S_IMODE(file.stat().st_mode) == 0o400
    line = group.history.get(verb="filed")
    assert digest in line.note
    assert AuditEvent.objects.filter(action="exception.filed", actor=sofia).exists()


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_something_else_is_refused(send, sofia, group, folder, what):
    name, content = HOSTILE[what]
    assert "Not saved." in send(sofia, group, name, content).content.decode()
    assert not Evidence.objects.exists()
    assert stored(folder) == []


def test_what_is_too_large_is_refused(send, sofia, group, folder):
    said = send(sofia, group, "long.txt", b"a" * (1024 * 1024 + 1)).content.decode()
    assert "more than 1 MB" in said
    assert stored(folder) == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/cron.d/job.txt", "job.txt"),
        ("C:\\Users\\eve\\rates.csv", "rates.csv"),
        ("in\r\nSet-Cookie: a=b.txt", "inSet-Cookie: a=b.txt"),
        ("rate\u202etxt.csv", "ratetxt.csv"),
        ("x" * 400 + ".txt", "x" * 196 + ".txt"),
        ('quo"te; filename=evil.exe.txt', 'quo"te; filename=evil.exe.txt'),
    ],
)
def test_a_name_is_a_name_and_no_path(sent, kept):
    name = files.clean_name(sent)
    assert name == kept
    assert len(name) <= files.LONGEST_NAME


def test_it_is_given_to_be_saved_and_never_to_be_run(client, send, sofia, group):
    send(sofia, group, "contract.pdf", PDF)
    found = Evidence.objects.get()
    response = client.get(f"/exceptions/{group.pk}/evidence/{found.pk}/")
    assert response.content == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="contract.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert AuditEvent.objects.filter(action="evidence.read").count() == 1


def test_only_who_sees_the_exception_reads_it_and_only_there(client, send, sofia, charlie, group):
    send(sofia, group, "contract.pdf", PDF)
    found, other = Evidence.objects.get(), cause()
    assert client.get(f"/exceptions/{other.pk}/evidence/{found.pk}/").status_code == 404
    client.force_login(charlie)
    assert client.get(f"/exceptions/{group.pk}/evidence/{found.pk}/").status_code == 403
    assert send(charlie, group, "contract.pdf", PDF).status_code == 403
    client.logout()
    assert client.get(f"/exceptions/{group.pk}/evidence/{found.pk}/").status_code == 302


def test_nobody_changes_or_removes_it(send, sofia, group):
    send(sofia, group, "contract.pdf", PDF)
    found = Evidence.objects.all()
    for act in (lambda: found.update(name="other.pdf"), lambda: found.delete()):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            act()


def test_a_stored_file_that_was_tampered_with_is_not_shown(client, send, sofia, group, folder):
    send(sofia, group, "contract.pdf", PDF)
    [file] = stored(folder)
    address = f"/exceptions/{group.pk}/evidence/{Evidence.objects.get().pk}/"
    file.chmod(0o600)
    file.write_bytes(PDF + b"more")
    assert client.get(address).status_code == 410
    file.unlink()
    assert client.get(address).status_code == 410


def test_the_same_file_twice_lies_there_once(send, sofia, helen, group, folder):
    send(sofia, group, "one.pdf", PDF)
    send(helen, cause(), "two.pdf", PDF)
    assert Evidence.objects.count() == 2
    assert len(stored(folder)) == 1
