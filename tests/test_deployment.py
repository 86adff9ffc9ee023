"""The files with which a class is served from one machine agree with each other and with the app."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import psutil
import pytest
import yaml

ROOT = Path(__file__).parents[1]
NGINX = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def test_the_proxy_knows_every_server_process():
    (command,) = re.findall(r'^CMD \["deploy/serve", (.+)\]$', DOCKERFILE, re.MULTILINE)
    ports = re.findall(r"\d+", command)
    assert len(ports) == 2
    assert re.findall(r"server app:(\d+)", NGINX) == ports
    assert COMPOSE["services"]["app"]["expose"] == ports
    assert "ports" not in COMPOSE["services"]["app"], "only the proxy is reached from outside"


def test_images_have_versions():
    images = [COMPOSE["services"]["proxy"]["image"], *re.findall(r"^FROM (\S+)$", DOCKERFILE, re.MULTILINE)]
    assert len(images) == 2
    assert all(re.fullmatch(r"[a-z]+:\d+\.\d+\.\d+(-\w+)*", image) for image in images)


def test_every_path_of_the_files_exists():
    build = COMPOSE["services"]["app"]["build"]
    paths = [build["dockerfile"], *re.findall(r"^COPY (\S+) ", DOCKERFILE, re.MULTILINE)]
    paths += [volume.partition(":")[0] for volume in COMPOSE["services"]["proxy"]["volumes"]]
    assert all((ROOT / path).exists() for path in paths)
    assert (ROOT / "deploy" / "serve").stat().st_mode & 0o100


def test_the_settings_of_the_app_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    scripts = (ROOT / "deploy" / "serve").read_text(encoding="utf-8")
    for name in COMPOSE["services"]["app"]["environment"]:
        assert f"`{name}`" in readme or f"${{{name}" in scripts


@pytest.mark.parametrize(
    "line",
    [
        "add_header Content-Security-Policy \"frame-ancestors 'self'\" always;",
        "add_header X-Frame-Options SAMEORIGIN always;",
        "add_header X-Content-Type-Options nosniff always;",
        "add_header Referrer-Policy same-origin always;",
        "proxy_set_header Upgrade $http_upgrade;",
        "client_max_body_size 100m;",
    ],
)
def test_the_proxy_adds_what_streamlit_cannot(line):
    assert line in NGINX
    assert re.search(r"location /_stcore/metrics \{\s+deny all;", NGINX)


def test_the_readme_shows_the_same_headers():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    headers = [header for header in re.findall(r"add_header .+;", NGINX) if "Set-Cookie" not in header]
    assert re.findall(r"add_header .+;", readme) == headers


def test_nothing_in_the_scripts_is_misspelt(tmp_path):
    subprocess.run(["bash", "-n", str(ROOT / "deploy" / "serve")], check=True)
    nginx = shutil.which("nginx")
    if nginx is None:
        return
    local = re.sub(r"server app:", "server 127.0.0.1:", NGINX).replace("listen 80;", "listen 18080;")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{kind}_temp_path {tmp_path / kind};\n" for kind in kinds)
    (tmp_path / "nginx.conf").write_text(local.replace("http {\n", f"http {{\naccess_log off;\n{folders}", 1))
    options = ["-p", str(tmp_path), "-c", "nginx.conf", "-e", "stderr", "-g", f"pid {tmp_path / 'pid'};"]
    answer = subprocess.run([nginx, "-t", *options], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


def test_a_server_process_that_ends_is_started_again_and_all_end_with_the_script(tmp_path):
    log = tmp_path / "log"
    fake = tmp_path / "python"
    fake.write_text(f'#!/bin/sh\necho "$$ $*" >> {log}\n[ "$(wc -l < {log})" -gt 2 ] && exec sleep 60\n')
    fake.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}

    def starts() -> list[list[str]]:
        return [line.split() for line in log.read_text().splitlines()] if log.exists() else []

    with subprocess.Popen([ROOT / "deploy" / "serve", "1", "2"], env=environment) as process:
        deadline = time.monotonic() + 60
        while len(starts()) < 4 and time.monotonic() < deadline:
            time.sleep(0.1)
        ports = [start[-1] for start in starts()]
        process.terminate()
        process.wait(20)
    assert sorted(ports) == ["1", "1", "2", "2"]
    assert not any(psutil.pid_exists(int(start[0])) for start in starts())
