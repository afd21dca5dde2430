"""The same form sent twice, by an impatient thumb or a late retry, is one form."""

from datetime import timedelta

# So long the same words by the same person about the same thing are taken for the form that came before.
SAME_FORM = timedelta(minutes=10)
