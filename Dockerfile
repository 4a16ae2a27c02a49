# The commands of Guatu in an image: docker run --rm -v "$PWD/inbox:/inbox:ro" -v guatu:/data guatu replay /inbox
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
 && python -m compileall -q service

FROM python:3.11-slim
RUN useradd --system --create-home --uid 10001 guatu && install -d -o guatu /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/guatu /opt/guatu
ENV PATH="/opt/venv/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER guatu
# The embedded database is a file in the working folder.
WORKDIR /data
VOLUME /data
ENTRYPOINT ["guatu"]
CMD ["--help"]
