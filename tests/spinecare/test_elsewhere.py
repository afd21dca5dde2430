"""Kubernetes and systemd run what compose runs, with the same walls around it. Neither cluster nor systemd is here:
the manifests and units are read, and where systemd's own tool is installed it reads them too."""

import re
import shutil
import subprocess

import pytest
import yaml
from django.conf import settings

COMPOSE = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())["services"]
MANIFESTS = [
    part
    for file in sorted((settings.BASE_DIR / "deploy" / "kubernetes").glob("*.yaml"))
    for part in yaml.safe_load_all(file.read_text())
]
PODS = {
    each["metadata"]["name"]: each["spec"]["template"]["spec"]
    for each in MANIFESTS
    if each["kind"] in {"Deployment", "Job"}
}
UNITS = {
    file.stem.removeprefix("spinecare-"): file
    for file in sorted((settings.BASE_DIR / "deploy" / "systemd").glob("*.service"))
}
PROGRAMS = ("web", "worker", "beat", "migrate")
# Where it listens, and where it keeps what.
PLACES = re.compile(r"^(/|0\.0\.0\.0|127\.0\.0\.1|--ssl-|--enable-remote-control)")


def words(command):
    given = command.split() if isinstance(command, str) else command
    return [each for each in given if not PLACES.match(each)]


@pytest.mark.parametrize("name", PROGRAMS)
def test_kubernetes_runs_what_compose_runs(name):
    [container] = PODS[name]["containers"]
    assert words(container["command"]) == words(COMPOSE[name]["command"])


@pytest.mark.parametrize("name", PROGRAMS[:3])
def test_systemd_runs_what_compose_runs(name):
    started = re.search(r"^ExecStart=\S+/(.*)$", UNITS[name].read_text(), re.MULTILINE)[1]
    assert words(started) == words(COMPOSE[name]["command"])


@pytest.mark.parametrize("name", PROGRAMS)
def test_in_kubernetes_nothing_can_be_written_or_gained(name):
    pod = PODS[name]
    [container] = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["automountServiceAccountToken"] is False


def test_one_beat_and_a_web_that_never_ends_whole():
    deployed = {m["metadata"]["name"]: m["spec"] for m in MANIFESTS if m["kind"] == "Deployment"}
    assert deployed["beat"]["replicas"] == 1
    assert deployed["beat"]["strategy"] == {"type": "Recreate"}
    [budget] = [m["spec"] for m in MANIFESTS if m["kind"] == "PodDisruptionBudget"]
    assert 0 < budget["minAvailable"] < deployed["web"]["replicas"]


def test_only_the_ingress_and_the_watch_reach_the_web_and_nothing_else_is_reached():
    policies = {m["metadata"]["name"]: m["spec"] for m in MANIFESTS if m["kind"] == "NetworkPolicy"}
    assert policies["nothing"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert [each for each in policies if "ingress" in policies[each]] == ["into-web"]


@pytest.mark.processes
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
@pytest.mark.parametrize("name", PROGRAMS)
def test_systemd_itself_finds_the_unit_right_and_tight(name, tmp_path):
    """The programs of /opt/spinecare are not here: /bin/true stands for them."""
    unit = tmp_path / UNITS[name].name
    unit.write_text(re.sub(r"/opt/spinecare/\.venv/bin/\w+", "/bin/true", UNITS[name].read_text()))
    for needed in UNITS.values():
        if needed != UNITS[name]:
            (tmp_path / needed.name).write_text("[Service]\nExecStart=/bin/true\n")
    systemd = ["systemd-analyze", "security", "--offline=yes", "--threshold=30", str(unit)]
    found = subprocess.run(systemd, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-500:] + found.stderr
    verify = ["systemd-analyze", "verify", str(unit)]
    found = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert unit.name not in found.stderr, found.stderr
