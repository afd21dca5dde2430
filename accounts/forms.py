from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership


class InviteForm(forms.Form):
    """Whom an administrator invites to work in the clinic."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role, widget=forms.RadioSelect)
