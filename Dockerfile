# Guatu in an image. On its own, with an embedded database:
#   docker run -p 127.0.0.1:8080:8080 -v guatu:/data guatu
# with PostgreSQL and more workers: compose.yaml. Beyond the machine every request needs a key: guatu keys create
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /opt/guatu
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements-build.lock requirements.lock ./
RUN pip install --require-hashes -r requirements-build.lock \
 && pip install --no-build-isolation --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY service service
COPY migrations migrations
RUN pip install --no-build-isolation --no-deps --editable . \
 && python -m compileall -q service migrations

FROM python:3.11-slim
RUN useradd --system --no-create-home --uid 10001 guatu && install -d -o 10001 -g 10001 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/guatu /opt/guatu
ENV PATH="/opt/venv/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 GUATU_ADDRESS=0.0.0.0
USER 10001:10001
# The embedded database is a file in the working folder; nothing else is written to but /tmp.
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["guatu"]
CMD ["serve"]
