# One image for web, worker, beat and migrate; docker-compose.yml says which is which.
# Only requirements/base.txt: neither the embedded servers nor the tests go to production.

FROM python:3.11.16-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /venv && /venv/bin/pip install --no-deps --require-hashes -r /tmp/base.txt

FROM python:3.11.16-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin spinecare \
    && install -d -o spinecare -g spinecare -m 700 /var/lib/spinecare/uploads /var/lib/spinecare/authority \
    && install -d -o spinecare -g spinecare -m 755 /var/lib/spinecare/inside
ARG VERSION=unknown
ENV SPINECARE_VERSION=$VERSION
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
# Hashed and compressed once, here; the values are of this step alone and stay out of the image.
RUN SPINECARE_MODE=production PRIVATE_NETWORK=1 DATABASE_URL=postgresql://nobody@nowhere/none REDIS_URL=redis://nowhere/0 \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" MFA_KEYS=none ALLOWED_HOSTS=nowhere \
    python manage.py collectstatic --no-input
USER spinecare
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--host", "0.0.0.0", "--port", "8000", "spinecare.wsgi:application"]
