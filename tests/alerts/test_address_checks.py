"""Addresses that no mail could leave by are said before one waits."""

import pytest
from django.core import checks


def told():
    return [one.msg for one in checks.run_checks() if one.id == "opsboard.E003"]


@pytest.mark.parametrize(
    "address",
    [
        "mail.example.com",
        "localhost:25",
        "http://mail.example.com:25",
        "smtp://mail.example.com:many",
        "smtp://opsboard:hunter#2@mail.example.com",
        "smtp://opsboard:hunter2@mail.example.com?starttls=yes",
        "smtp://opsboard:hunter2@mail.example.com?tls=1",
        "smtp://opsboard:hunter2@mail.example.com?starttls=",
        "smtps://opsboard:hunter2@mail.example.com?starttls=1",
        "smtp://mail example.com",
    ],
)
def test_an_address_by_which_no_mail_can_leave_stops_the_start(settings, address):
    settings.SMTP_URL = address
    (said,) = told()
    assert said.startswith("OPSBOARD_SMTP_URL: does not fit; write smtp://host:port")
    assert "hunter" not in said


@pytest.mark.parametrize("address", ["ops.example.com", "ftp://ops", "http://", "http://ops:many"])
def test_an_address_of_no_page_stops_the_start(settings, address):
    settings.ADDRESS = address
    assert told() == ["OPSBOARD_ADDRESS: does not fit; write https://ops.example.com"]


@pytest.mark.parametrize("sender", ["opsboard", "opsboard@", "", "ops board@example.com"])
def test_a_sender_that_is_no_mailbox_stops_the_start(settings, sender):
    settings.MAIL_FROM = sender
    assert told() == ["OPSBOARD_MAIL_FROM: does not fit; write opsboard@example.com"]


def test_addresses_in_use_are_taken(settings):
    settings.SMTP_URL = "smtp://opsboard:p%23%40@mail.example.com:587?starttls=1"
    settings.ADDRESS = "https://ops.example.com:8443"
    settings.MAIL_FROM = "Operations <ops@example.com>"
    assert told() == []
