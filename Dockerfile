# Two images from one file: `ringi` (the default) for deployments, `demo` with the embedded servers besides.
ARG PYTHON=python:3.11-slim@sha256:9c900dea9e8fb7e16277c179b555cc72d29a352dbc33cff48ad5a0412fd5bfc7

FROM ${PYTHON} AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_REQUIRE_HASHES=1
COPY requirements /requirements
# Nothing is installed in a running container, and nobody runs the tests of packages there: 75 of 355 MB.
RUN python -m venv --without-pip /opt/venv \
 && pip --python /opt/venv/bin/python install -r /requirements/runtime.txt \
 && find /opt/venv -type d -name tests -prune -exec rm -r {} +

FROM packages AS demo-packages
RUN pip --python /opt/venv/bin/python install -r /requirements/demo.txt

# The source, and nothing of the machine: read-only for the user that runs it, with compiled modules.
FROM ${PYTHON} AS base
RUN groupadd --gid 10001 ringi && useradd --uid 10001 --gid ringi --no-create-home --home-dir /tmp ringi
ENV PATH=/opt/venv/bin:$PATH HOME=/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# The C library keeps for itself what a process has freed, once it freed something large such as the text of a model:
# 17 MiB a worker, unless the limit is fixed.
ENV MALLOC_TRIM_THRESHOLD_=131072
LABEL org.opencontainers.image.title="Ringi" \
      org.opencontainers.image.description="Changes of AWS, reviewed and approved before anything is provisioned" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app

FROM base AS demo
COPY --from=demo-packages /opt/venv /opt/venv
COPY . .
RUN python -m compileall -q apps config \
 && folder=$(python -c "from pathlib import Path; from apps.sandbox.prepared import static_files; print(static_files(Path.cwd()))") \
 && SECRET_KEY=while-building STATIC_ROOT=$folder python manage.py collectstatic --noinput -v0
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["python", "-m", "apps.sandbox", "--directory", "/tmp/demo", "--host", "0.0.0.0"]

FROM base AS ringi
COPY --from=packages /opt/venv /opt/venv
COPY . .
RUN python -m compileall -q apps config \
 && SECRET_KEY=while-building python manage.py collectstatic --noinput -v0
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["python", "-m", "config.serve", "--bind=0.0.0.0:8000"]
