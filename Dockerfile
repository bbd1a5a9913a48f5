FROM python:3.12-slim-bookworm AS build
WORKDIR /app
COPY requirements.txt ./
COPY scripts/image scripts/image
RUN scripts/image install /opt/venv
COPY . ./
RUN scripts/image collect /opt/venv

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
HEALTHCHECK --interval=10s --timeout=5s --start-period=10m CMD ["scripts/image", "healthy"]
# Migrates, imports the content, and becomes gunicorn.
CMD ["python", "-m", "kb.serve"]
