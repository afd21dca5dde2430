"""Mails that come back: whose they were is read, and somebody is called."""
