"""The link by which somebody in line answers an offer. It opens one time and dies with the answer."""

from __future__ import annotations

from django.core import signing

from scheduling.models import WaitlistOffer

SALT = "scheduling.offered_time"


def offer_token(offer: WaitlistOffer) -> str:
    return signing.Signer(salt=SALT).sign(str(offer.pk))


def offer_of_token(token: str) -> WaitlistOffer | None:
    try:
        key = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    related = ("entry__patient__clinic", "entry__patient__user", "entry__visit", "hold")
    return WaitlistOffer.objects.select_related(*related).filter(pk=key).first()
