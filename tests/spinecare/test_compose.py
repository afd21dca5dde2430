"""docker-compose.yml is held to what exists; `make image-test` runs it, which takes minutes and root.

Every variable is read by the settings, every command is one that its program accepts, every health path
is in the URLconf, and the roles that the database container makes are tried on a real PostgreSQL.
"""

import ast
import os
import re
import secrets
import shlex
import stat
import subprocess
import sys
from importlib.util import find_spec

import psycopg
import pytest
import yaml
from celery.app.utils import find_app
from celery.bin.celery import celery as celery_command
from click import Context
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.urls import resolve
from granian.cli import cli as granian_command

from spinecare.embedded import BASE_DIR
from spinecare.production import refusals
from tests.clusters import new_cluster

COMPOSE = (BASE_DIR / "docker-compose.yml").read_text()
SERVICES = yaml.safe_load(COMPOSE)["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("build")}
NGINX = (BASE_DIR / "deploy" / "nginx.conf").read_text()


def settings_variables():
    """The names that settings.py reads, found in its syntax tree."""
    tree = ast.parse((BASE_DIR / "spinecare" / "settings.py").read_text())
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def health_command(service):
    return " ".join(SERVICES[service]["healthcheck"]["test"][1:])


def run_secrets(*words, **environment):
    """deploy/secrets.sh."""
    return subprocess.run(
        ["sh", BASE_DIR / "deploy" / "secrets.sh", *words], env=os.environ | environment,
        capture_output=True, text=True, check=True,
    )  # fmt: skip


def accepts(command):
    """Parse a command line as its own program would, without running it."""
    program, *words = command
    if program == "sh":
        return all(accepts(part.split()) for part in words[1].split(" && "))
    if program == "granian":
        there = [__file__ if "/inside/" in word else word for word in words]  # they have to exist
        context = granian_command.make_context("granian", there)
        assert context.params["app"].replace(":", ".") == settings.WSGI_APPLICATION
        return find_spec(context.params["app"].split(":")[0])
    if command[1] == "-m":
        assert find_spec(words[1])
        return len(words) == {"spinecare.inside": 4}.get(words[1], 3)
    if program == "celery":
        assert find_app(words[words.index("--app") + 1]).main == "spinecare"
        return parse_celery(words)
    assert command[:2] == ["python", "manage.py"], command
    name, *options = words[1:]
    return (
        load_command_class(get_commands()[name], name).create_parser("", name).parse_args(options)
    )


def parse_celery(words):
    at = next(i for i, word in enumerate(words) if word in celery_command.commands)
    command = celery_command.commands[words[at]]
    parser = command.make_parser(Context(command, info_name=words[at]))
    _, left, _ = parser.parse_args(args=words[at + 1 :])
    assert not [word for word in left if word.startswith("-")]
    return command


class TestVariables:
    @pytest.mark.parametrize("name", sorted(OURS))
    def test_every_variable_of_ours_is_one_that_the_settings_read(self, name):
        given = {each.removesuffix("_FILE") for each in OURS[name]["environment"]}
        assert given <= settings_variables() | {"OWN_CERTIFICATE"}

    @pytest.mark.parametrize("name", ["web", "worker", "beat", "migrate"])
    def test_nothing_falls_back_to_the_private_servers(self, name):
        needed = {"SPINECARE_MODE", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS"}
        assert needed <= set(OURS[name]["environment"])
        assert OURS[name]["environment"]["SPINECARE_MODE"] == "production"

    @pytest.mark.parametrize("name", ["web", "worker", "beat", "migrate"])
    def test_each_starts_with_the_secrets_that_it_is_given(self, name, tmp_path):
        """And prints them: what stands there is what its files held, and nothing else."""
        given = OURS[name]["environment"]
        kept = {key: one.rpartition("/")[2] for key, one in given.items() if "/secrets/" in one}
        for file in kept.values():
            (tmp_path / file).write_text(f"{file} {'0123456789abcdef' * 4}\n")
        own = {
            key: str(tmp_path / kept[key]) if key in kept else "nothing.example" for key in given
        }
        own |= {key: given[key] for key in given if "URL" in key or "SPINECARE" in key}
        own |= {
            "PRIVATE_NETWORK": "1",
            "SITE_URL": "https://nothing.example",
            "TRUSTED_PROXY_COUNT": "1",
        }
        asked = (
            "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'spinecare.settings'; from django.conf import settings as s;"
            "print(s.SECRET_KEY, *s.MFA_KEYS, s.DATABASES['default']['PASSWORD'], s.REDIS_URL, s.CELERY_BROKER_URL, s.EMAIL_HOST_PASSWORD)"
        )
        out = subprocess.run(
            [sys.executable, "-c", asked], cwd=BASE_DIR, env={"PATH": os.environ["PATH"], **own},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert out.returncode == 0, out.stderr
        said = set(re.findall(r"\w+_(?:key|keys|password)\b", out.stdout))
        assert said == set(kept.values()) == set(OURS[name].get("secrets", []))

    def test_who_sees_which_secret(self):
        seen = {name: set(one.get("secrets", [])) for name, one in SERVICES.items()}
        opens = {"secret_key", "mfa_keys", "app_password", "redis_password"}
        assert {name: files for name, files in seen.items() if files} == {
            "web": opens,
            "worker": opens | {"email_password"},
            "beat": {"redis_password"},
            "migrate": {"owner_password"},
            "postgres": {"postgres_password", "owner_password", "app_password"},
            "redis": {"redis_password"},
        }

    def test_no_secret_comes_from_the_environment_and_each_is_a_file_that_the_script_makes(
        self, tmp_path
    ):
        assert not re.findall(r"\$\{\w*(?:KEY|KEYS|PASSWORD)\b", COMPOSE)
        run_secrets(tmp_path / "made")
        made = {path.name: path.read_text() for path in (tmp_path / "made").iterdir()}
        named = {
            one["file"].rpartition("/")[2] for one in yaml.safe_load(COMPOSE)["secrets"].values()
        }
        assert set(made) == named
        assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o700
        run_secrets(tmp_path / "made")
        assert made == {path.name: path.read_text() for path in (tmp_path / "made").iterdir()}
        assert not refusals(
            debug=False, hosts=["x"], redis_url="x", open_lines=[],
            secret_key=made["secret_key"].strip(), mfa_keys=made["mfa_keys"].split(),
        )  # fmt: skip

    def test_the_example_lists_what_compose_asks_for(self):
        asked = set(re.findall(r"\$\{(\w+)", COMPOSE)) - {"SPINECARE_VERSION"}
        example = re.findall(r"^(\w+)=", (BASE_DIR / ".env.example").read_text(), re.MULTILINE)
        assert set(example) == asked

    def test_the_operations_page_lists_every_variable(self):
        page = (BASE_DIR / "docs" / "operations.md").read_text()
        missing = {name for name in settings_variables() if f"`{name}`" not in page}
        assert missing == set()

    def test_production_refuses_to_start_without_its_secret(self):
        bare = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgresql://db.example/spinecare"}
        command = [sys.executable, "manage.py", "check"]
        out = subprocess.run(
            command, cwd=BASE_DIR, env=bare, capture_output=True, text=True, check=False
        )
        assert out.returncode != 0
        assert "SECRET_KEY is missing" in out.stderr


class TestCommands:
    @pytest.mark.parametrize("name", sorted(OURS))
    def test_every_program_accepts_its_command_line(self, name):
        assert accepts(OURS[name]["command"])

    def test_the_image_by_itself_is_a_web_process(self):
        dockerfile = (BASE_DIR / "Dockerfile").read_text()
        assert accepts(yaml.safe_load(re.search(r"^CMD (.*)$", dockerfile, re.MULTILINE)[1]))

    def test_a_command_with_an_unknown_option_would_be_noticed(self):
        with pytest.raises(Exception, match="No such option"):
            accepts(["granian", "--wokers", "2", "spinecare.wsgi:application"])
        with pytest.raises(Exception, match="No such option"):
            accepts(["celery", "--app", "spinecare", "worker", "--concurency", "2"])

    @pytest.mark.parametrize("name", ["worker", "beat"])
    def test_the_pings_are_accepted_too(self, name):
        assert accepts(shlex.split(health_command(name)))


class TestOrderAndHealth:
    @pytest.mark.parametrize("name", ["web", "worker", "beat"])
    def test_they_wait_for_the_tables_and_the_servers(self, name):
        waits = {
            service: what["condition"] for service, what in SERVICES[name]["depends_on"].items()
        }
        own = {"certificates": "service_completed_successfully"} if name == "web" else {}
        assert waits == own | {
            "migrate": "service_completed_successfully",
            "postgres": "service_healthy",
            "redis": "service_healthy",
        }

    def test_migrate_waits_for_the_database_only_and_runs_once(self):
        assert list(SERVICES["migrate"]["depends_on"]) == ["postgres"]
        assert SERVICES["migrate"]["restart"] == "no"

    def test_whatever_is_waited_for_as_healthy_has_a_health_check(self):
        for service in SERVICES.values():
            for name, what in service["depends_on"].items() if "depends_on" in service else ():
                if what["condition"] == "service_healthy":
                    assert SERVICES[name]["healthcheck"]["test"]

    def test_the_web_is_ready_when_its_own_page_says_so(self):
        path = re.search(r"https://localhost:8000(/\w+)", health_command("web"))[1]
        assert resolve(path).url_name == "readyz"
        assert f"location = {path} {{" in NGINX  # and strangers are not told

    def test_nginx_asks_itself_on_a_path_of_its_own(self):
        path = re.search(r"127\.0\.0\.1:8080(/[\w-]+)", health_command("nginx"))[1]
        assert f"location = {path} {{" in NGINX


class TestDoors:
    def test_only_nginx_is_open_to_the_world(self):
        assert [name for name, service in SERVICES.items() if service.get("ports")] == ["nginx"]
        assert "server web:8000;" in NGINX
        assert OURS["web"]["command"][OURS["web"]["command"].index("--port") + 1] == "8000"

    def test_nginx_reads_a_request_to_its_end_and_tells_the_truth_about_the_client(self):
        assert "proxy_request_buffering on;" in NGINX
        assert "X-Forwarded-For $remote_addr;" in NGINX
        assert "X-Forwarded-Proto https;" in NGINX
        assert OURS["web"]["environment"]["TRUSTED_PROXY_COUNT"] == "1"

    def test_nginx_says_by_itself_what_the_product_says_on_its_pages(self, client):
        said = set(client.get("/help-now/", secure=True).headers)
        plain = {"Content-Type", "Content-Language", "Content-Length", "Vary", "X-Request-ID"}
        own = set(re.findall(r"^add_header (\S+)", NGINX, re.MULTILINE))
        assert own == said - plain | {"Strict-Transport-Security"}

    @pytest.mark.parametrize("name", ["nginx", *sorted(OURS)])
    def test_containers_of_ours_can_write_nothing_and_gain_nothing(self, name):
        service = SERVICES[name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]

    @pytest.mark.parametrize(
        "image",
        sorted(
            {one["image"] for one in SERVICES.values() if "build" not in one}
            | set(re.findall(r"^FROM (\S+)", (BASE_DIR / "Dockerfile").read_text(), re.MULTILINE))
        ),
    )
    def test_an_image_of_others_is_named_with_its_digest(self, image):
        assert re.fullmatch(r"[a-z/-]+:\d+(\.\d+)*-[a-z-]+@sha256:[0-9a-f]{64}", image)
        page = (BASE_DIR / "docs" / "operations.md").read_text()
        assert "docker buildx imagetools inspect" in page

    def test_the_image_is_not_root_and_holds_base_packages_only(self):
        dockerfile = (BASE_DIR / "Dockerfile").read_text()
        assert re.search(r"^USER spinecare$", dockerfile, re.MULTILINE)
        assert re.findall(r"requirements/(\w+)\.txt", dockerfile) == ["base", "base"]

    @pytest.mark.parametrize("name", sorted(SERVICES))
    def test_none_takes_the_whole_machine(self, name):
        assert re.fullmatch(r"\d+[mg]", SERVICES[name]["mem_limit"])
        assert 50 <= SERVICES[name]["pids_limit"] <= 300

    def test_nginx_and_web_speak_by_tls_and_each_sees_only_what_it_needs(self):
        assert set(re.findall(r"proxy_pass (\w+)://", NGINX)) == {"https"}
        assert "proxy_ssl_verify on;" in NGINX
        web, nginx = SERVICES["web"], SERVICES["nginx"]
        assert "inside:/var/lib/spinecare/inside:ro" in web["volumes"]
        assert "inside:/etc/nginx/inside:ro" in nginx["volumes"]
        holders = [
            name for name, one in SERVICES.items() if "authority:" in str(one.get("volumes"))
        ]
        assert holders == ["certificates"]
        assert set(OURS["certificates"]["environment"]) == {"ALLOWED_HOSTS", "OWN_CERTIFICATE"}
        only = [one for one in OURS["certificates"]["volumes"] if "TLS_FOLDER" in one]
        assert only == ["${TLS_FOLDER:?}/fullchain.pem:/tls/fullchain.pem:ro"]  # and not its key

    def test_only_two_have_a_way_to_the_outside_and_each_to_one_place(self):
        """docs/security.md, Who speaks with whom: nginx is called and calls web; the way out leads to the relay."""
        networks = yaml.safe_load(COMPOSE)["networks"]
        outside = {name for name, one in networks.items() if not (one or {}).get("internal")}
        reaching = {name for name, one in SERVICES.items() if outside & set(one["networks"])}
        assert reaching == {"nginx", "way-out"}
        assert set(re.findall(r"proxy_pass \w+://([^;/]+)", NGINX)) == {"web"}
        *_rest, ways = OURS["way-out"]["command"]
        assert ways == "587=${EMAIL_HOST:?}:587"
        address = SERVICES["way-out"]["networks"]["mail"]["ipv4_address"]
        assert OURS["worker"]["extra_hosts"] == [f"${{EMAIL_HOST:?}}:{address}"]
        assert not any("ANYMAIL" in str(one.get("environment")) for one in OURS.values())

    def test_a_service_outside_is_reached_by_a_way_that_leads_to_it_alone(self):
        """deploy/services-outside.yml: who asks for a name comes to the way that passes on to that name."""
        more = yaml.safe_load((BASE_DIR / "deploy" / "services-outside.yml").read_text())
        assert more["networks"]["outside"]["internal"]
        leads = {}
        for name, way in more["services"].items():
            if name.startswith("way-to-"):
                _, host = re.fullmatch(r"(\d+)=(\S+):\1", way["command"][-1]).groups()
                leads[way["networks"]["outside"]["ipv4_address"]] = host
                assert (way["read_only"], way["cap_drop"]) == (True, ["ALL"]), name
        assert len(leads) == 4
        for name in ("web", "worker"):
            asks = more["services"][name]
            assert asks["networks"] == ["outside"]
            assert all(
                leads[at] == host
                for host, _, at in (one.rpartition(":") for one in asks["extra_hosts"])
            )
            read = {variable.removesuffix("_FILE") for variable in asks["environment"]}
            assert read <= settings_variables()
        page = (BASE_DIR / "docs" / "operations.md").read_text()
        asked = re.findall(
            r"\$\{(\w+_HOST)", (BASE_DIR / "deploy/services-outside.yml").read_text()
        )
        assert {one for one in asked if f"`{one}`" not in page} == set()

    def test_no_container_of_ours_reaches_the_lines_that_were_written(self):
        """They go to standard output: what Docker keeps of them, or sends on, no process of ours can change."""
        for name, one in SERVICES.items():
            held = [str(volume) for volume in one.get("volumes", [])]
            assert not [
                where for where in held if re.search(r"docker\.sock|/var/(log|lib/docker)", where)
            ], name
            from_host = [where for where in held if re.match(r"[./$]", where)]
            assert all(where.endswith(":ro") for where in from_host), name
            assert not one.get("privileged")

    def test_the_lines_of_every_container_go_to_a_server_elsewhere_by_tls(self):
        other = (BASE_DIR / "deploy" / "logs-elsewhere.yml").read_text()
        sent = yaml.safe_load(other)["services"]
        assert set(sent) == set(SERVICES)
        for name, service in sent.items():
            assert set(service) == {"logging"}, name
            options = service["logging"]["options"]
            assert service["logging"]["driver"] == "syslog"
            assert options["syslog-address"] == "${LOGS_TO:?}"
            assert options["syslog-tls-ca-cert"] == "${LOGS_AUTHORITY:?}"
            assert options["mode"] == "non-blocking"  # a server that is away stops nobody
            assert not {"syslog-tls-skip-verify"} & set(options)
        assert "tcp+tls://" in other
        page = (BASE_DIR / "docs" / "operations.md").read_text()
        assert "deploy/logs-elsewhere.yml" in page
        assert "`LOGS_TO`" in page

    def test_production_runs_without_what_the_image_leaves_out(self):
        left_out = re.findall(
            r"^(spinecare/[\w./]+)$", (BASE_DIR / ".dockerignore").read_text(), re.MULTILINE
        )
        assert "spinecare/demo" in left_out
        names = [path.removesuffix(".py").replace("/", ".") for path in left_out]
        code = (
            f"import sys; sys.modules |= dict.fromkeys({names}); import django; django.setup();"
            "from django.core.management import call_command; from django.urls import get_resolver;"
            "get_resolver().url_patterns; call_command('check'); import spinecare.wsgi, spinecare.tasks"
        )
        produced = {
            "SPINECARE_MODE": "production", "SECRET_KEY": secrets.token_urlsafe(50), "MFA_KEYS": "unused",
            "DATABASE_URL": "postgresql://spinecare@localhost/spinecare", "REDIS_URL": "redis://localhost/0",
            "PRIVATE_NETWORK": "1", "ALLOWED_HOSTS": "spinecare.example", "HASHED_STATIC": "0",
            "SITE_URL": "https://spinecare.example", "DJANGO_SETTINGS_MODULE": "spinecare.settings",
        }  # fmt: skip
        out = subprocess.run(
            [sys.executable, "-c", code], cwd=BASE_DIR, env={"PATH": os.environ["PATH"], **produced},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert out.returncode == 0, out.stderr

    def test_redis_refuses_before_it_is_ended(self):
        own = int(re.search(r"--maxmemory (\d+)mb", " ".join(SERVICES["redis"]["command"]))[1])
        assert own < int(SERVICES["redis"]["mem_limit"].removesuffix("m"))

    def test_redis_keeps_its_data_and_evicts_nothing(self):
        command = " ".join(SERVICES["redis"]["command"])
        assert "--appendonly yes --appendfsync everysec --maxmemory-policy noeviction" in command
        assert "--requirepass" in command


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with new_cluster(tmp_path_factory.mktemp("roles")) as cluster:
        cluster.migrate()
        yield cluster


@pytest.fixture(scope="module")
def connect_as(cluster):
    return lambda role: psycopg.connect(cluster.url(role))


@pytest.mark.processes
class TestRoles:
    """deploy/postgres-roles.sh, as the database container runs it on an empty folder."""

    def test_the_application_reads_and_writes_rows(self, connect_as):
        with connect_as("spinecare") as session:
            session.execute("INSERT INTO django_content_type (app_label, model) VALUES ('a', 'b')")
            session.execute("UPDATE django_content_type SET model = 'c' WHERE app_label = 'a'")
            session.execute("DELETE FROM django_content_type WHERE app_label = 'a'")

    @pytest.mark.parametrize(
        "statement",
        [
            "TRUNCATE patients_symptomlog CASCADE",
            "ALTER TABLE patients_symptomlog DISABLE TRIGGER ALL",
            "SET session_replication_role = replica",
            "DROP TABLE patients_symptomlog",
            "DELETE FROM patients_symptomlog",
            "UPDATE patients_safetyanswer SET answer = false",
            "DELETE FROM patients_decision",
            "UPDATE patients_symptomlogevent SET average_pain = 0",
            "DELETE FROM patients_symptomlogevent",
            "CREATE TABLE elsewhere (copied text)",
        ],
    )
    def test_the_application_cannot_go_around_the_history(self, connect_as, statement):
        with (
            connect_as("spinecare") as session,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            session.execute(statement)

    def test_the_next_migration_takes_what_was_granted_by_hand(self, cluster, connect_as):
        asked = "SELECT has_table_privilege('spinecare', 'patients_symptomlog', %s)"
        with connect_as("spinecare_owner") as session:
            session.execute("GRANT DELETE, TRUNCATE ON patients_symptomlog TO spinecare, PUBLIC")
        cluster.migrate()
        with connect_as("spinecare_owner") as session:
            rights = ("DELETE", "TRUNCATE", "INSERT", "UPDATE")
            has = {right: session.execute(asked, [right]).fetchone()[0] for right in rights}
        assert has == {"DELETE": False, "TRUNCATE": False, "INSERT": True, "UPDATE": True}

    def test_a_password_is_made_anew_and_the_old_one_opens_nothing(self, cluster, tmp_path):
        """deploy/secrets.sh FOLDER app_password, with the server here in its container's place."""
        docker = tmp_path / "docker"
        docker.write_text('#!/bin/sh\nshift 4\nexec "$@"\n')  # compose exec -T postgres
        docker.chmod(0o755)
        there = cluster.environment("postgres")
        there["PATH"] = f"{tmp_path}:{there['PATH']}"
        folder = tmp_path / "secrets"
        run_secrets(folder)
        passwords = []
        with cluster.passwords_asked_of("spinecare"):
            for _ in range(2):
                run_secrets(folder, "app_password", **there)
                passwords.append((folder / "app_password").read_text().strip())
            with psycopg.connect(cluster.url("spinecare"), password=passwords[1]) as session:
                assert session.execute("SELECT current_user").fetchone() == ("spinecare",)
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(cluster.url("spinecare"), password=passwords[0])
