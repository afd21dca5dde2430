"""Reports as mail servers write them: the form of each, with addresses of ours in it."""

POSTFIX = """\
Return-Path: <>
Date: Mon,  2 Mar 2026 14:05:12 +0000 (UTC)
From: MAILER-DAEMON@relay.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4A1B.1772460312/relay.example"
Message-Id: <20260302140512.9F2C@relay.example>

This is a MIME-encapsulated message.

--4A1B.1772460312/relay.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host relay.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<maria@mail.example>: host mx.mail.example[192.0.2.7] said: 550 5.1.1
    <maria@mail.example>: Recipient address rejected: User unknown

--4A1B.1772460312/relay.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
X-Postfix-Queue-ID: 4A1B
Arrival-Date: Mon,  2 Mar 2026 14:05:10 +0000 (UTC)

Final-Recipient: rfc822; maria@mail.example
Original-Recipient: rfc822;maria@mail.example
Action: {action}
Status: 5.1.1
Remote-MTA: dns; mx.mail.example
Diagnostic-Code: smtp; 550 5.1.1 <maria@mail.example>: User unknown

--4A1B.1772460312/relay.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <{to}>
Message-ID: {message_id}
Subject: Your visit
From: Spinecare <no-reply@clinic.example>
To: maria@mail.example

--4A1B.1772460312/relay.example--
"""

# No plus in the address any more, and the whole mail encloses: what some services make of it.
EXCHANGE = """\
From: <postmaster@outlook.example>
To: <bounces@clinic.example>
Date: Mon, 2 Mar 2026 14:05:12 +0000
Content-Type: multipart/report; report-type=delivery-status;
 boundary="d3cf4ce2-4d47"
Subject: Undeliverable: Your visit
MIME-Version: 1.0

--d3cf4ce2-4d47
Content-Type: multipart/alternative; differences=Content-Type;
 boundary="b7e2"

--b7e2
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: base64

WW91ciBtZXNzYWdlIGNvdWxkbid0IGJlIGRlbGl2ZXJlZC4=

--b7e2--

--d3cf4ce2-4d47
Content-Type: message/delivery-status

Reporting-MTA: dns;DM6PR.outlook.example
Arrival-Date: Mon, 2 Mar 2026 14:05:10 +0000

Final-Recipient: rfc822;Maria@Mail.example
Action: {action}
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found

--d3cf4ce2-4d47
Content-Type: message/rfc822

Message-ID: {message_id}
Subject: Your visit
From: Spinecare <no-reply@clinic.example>
To: maria@mail.example
Content-Type: text/plain

There is news about your visit.

--d3cf4ce2-4d47--
"""

AWAY = """\
From: Maria <maria@mail.example>
To: {to}
Subject: Out of office
Auto-Submitted: auto-replied
Content-Type: text/plain

I am away until Monday.
"""

NONSENSE = """\
From: somebody@mail.example
To: {to}
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: message/delivery-status

not a status at all
--x--
"""
