"""Reads the reviewed text of a protocol and says everything that is wrong with it, in one go."""

from pathway.source.problems import Problem, ProtocolRefused
from pathway.source.reviewed import Reviewed, read

__all__ = ["Problem", "ProtocolRefused", "Reviewed", "read"]
