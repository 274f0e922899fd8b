from django import forms
from django.http import HttpRequest


class SignIn(forms.Form):
    name = forms.CharField(
        max_length=150,
        error_messages={"required": "Enter your user name or work e-mail, like name@firm.com"},
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        max_length=1000,
        strip=False,
        error_messages={"required": "Enter your password"},
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


def address_of(request: HttpRequest) -> str:
    """The address that the connection came from. What a header claims could be anybody's."""
    return request.META.get("REMOTE_ADDR", "")
