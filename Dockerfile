# One image for the indexer, the API and the making of certificates.
#
# The tag says which Python; a digest says which bytes. To pin them:
#   docker build --build-arg PYTHON_IMAGE=python:3.13-slim@sha256:... .
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY requirements/build.lock requirements/server.lock requirements/
# Wheels only, each with a hash of the lock file: nothing is compiled, and pip itself stays behind.
RUN python -m venv tools \
    && tools/bin/pip install --only-binary :all: --require-hashes --requirement requirements/build.lock \
    && python -m venv --without-pip /opt/rasd \
    && tools/bin/pip --python /opt/rasd/bin/python install \
        --only-binary :all: --require-hashes --requirement requirements/server.lock
COPY pyproject.toml README.md LICENSE ./
COPY analyzers analyzers
COPY api api
COPY embedder embedder
COPY engine engine
COPY indexer indexer
COPY settings settings
RUN tools/bin/pip wheel --no-deps --no-build-isolation --no-index --wheel-dir dist . \
    && tools/bin/pip --python /opt/rasd/bin/python install --no-deps --no-index dist/*.whl

FROM ${PYTHON_IMAGE}
# The user has the number of OpenSearch's own, so that the node can read the key that is made here and that is for its
# owner alone. An empty volume takes owner and mode from these folders.
RUN groupadd --gid 1000 rasd \
    && useradd --uid 1000 --gid rasd --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin rasd \
    && install -d -o rasd -g rasd /certificates/authority /certificates/node /certificates/admin \
    && openssl version
COPY --from=build /opt/rasd /opt/rasd
COPY --chmod=0755 docker/certificates.sh /opt/rasd/bin/rasd-certificates
COPY seeds /seeds
ENV PATH=/opt/rasd/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    RASD_HOST=0.0.0.0 \
    RASD_PORT=8000
USER 1000:1000
EXPOSE 8000
# Past any proxy that the environment may name.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 CMD ["python", "-c", "import http.client, sys; client = http.client.HTTPConnection('127.0.0.1', 8000, timeout=2); client.request('GET', '/health/live'); sys.exit(client.getresponse().status != 200)"]
CMD ["python", "-m", "api"]
