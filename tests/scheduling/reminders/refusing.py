"""Mail servers that are there and take no mail for one address."""

from smtplib import SMTPRecipientsRefused

from django.core.mail.backends.locmem import EmailBackend


class NoSuchMailbox(EmailBackend):
    code = 550

    def send_messages(self, messages):
        recipients = {to: (self.code, b"no") for message in messages for to in message.to}
        raise SMTPRecipientsRefused(recipients)


class FullMailbox(NoSuchMailbox):
    code = 452
