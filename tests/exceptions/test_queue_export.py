"""The queue as a workbook: the same rows and masks, stamped, and nothing in it is a formula."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from opsboard.audit.models import AuditEvent
from tests.cast import DE, cause, hanging

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def workbook(client):
    """The texts of the sheet, and the raw sheet itself."""

    def ask(person, query=""):
        client.force_login(person)
        response = client.get(f"/exceptions/export.xlsx{query}")
        assert response.status_code == 200
        book = ZipFile(BytesIO(b"".join(response)))
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        return re.findall(r"<t[^>]*>(.*?)</t>", sheet), sheet

    return ask


def test_it_is_stamped_with_filter_and_instant(workbook, helen):
    hanging([100], legal_entity=DE)
    hanging([50])
    texts, sheet = workbook(helen, f"?entity={DE}")
    assert texts[0].startswith(f"Exceptions that are open in {DE},")
    assert texts[1] == "As of 2026-07-02T10:00:00Z, for Helen Marsh"
    assert "<v>100</v>" in sheet.replace("100.0000", "100")
    assert "<v>50" not in sheet
    event = AuditEvent.objects.get(action="exceptions.exported")
    assert event.after == {"filter": f"entity={DE}", "rows": 1, "as": "xlsx"}


def test_no_title_becomes_a_formula(workbook, helen):
    cause(title='=HYPERLINK("http://bad.example")')
    texts, sheet = workbook(helen)
    assert "<f>" not in sheet
    assert any(text.startswith("=HYPERLINK") for text in texts)


def test_masks_are_kept(workbook, marek):
    hanging([4711])
    texts, sheet = workbook(marek)
    assert "restricted" in texts
    assert "4711" not in sheet
