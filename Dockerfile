# Release QA on the processor, all it needs inside: nothing is fetched when it runs.
#
#   docker build -t release-qa .
#   docker build -t release-qa --build-context model=./my-model --build-arg MODEL=/srv/model .
#
# TORCH_INDEX is the address of PyTorch's packages for the processor, from its page "Get started";
# without it the image also holds gigabytes of libraries for graphics cards.

# An embedding model of one's own: a folder given as --build-context model=DIR stands in for this.
FROM scratch AS model

FROM python:3.11-slim AS packages
ARG TORCH_INDEX=""
ARG EXTRAS="formats,mcp,postgresql"
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY requirements.lock requirements-dev.lock ./
RUN python -m venv /opt/qa \
 && /opt/qa/bin/pip install ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} "$(grep '^torch==' requirements.lock)" \
 && /opt/qa/bin/pip install -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY qa/ qa/
# The versions of the extras are those that the tests run with.
RUN grep -v '^-r' requirements-dev.lock > extras.lock \
 && /opt/qa/bin/pip install --no-build-isolation -c requirements.lock -c extras.lock ".[$EXTRAS]"

FROM python:3.11-slim
ARG MODEL="all-MiniLM-L6-v2"
COPY --from=packages /opt/qa /opt/qa
COPY --from=model / /srv/model/
COPY seeds/ /srv/releases/
ENV PATH="/opt/qa/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    HF_HUB_OFFLINE=1 \
    GRADIO_ANALYTICS_ENABLED=False \
    QA_SETTINGS=/srv/qa.yaml \
    QA_INDEX=/srv/index \
    QA_RELEASES=/srv/releases \
    PORT=7860
# An image whose model is missing or damaged is not built.
RUN useradd --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin qa \
 && install --directory --owner qa /srv/index \
 && echo "model: $MODEL" > /srv/qa.yaml \
 && qa --version
USER 10001
WORKDIR /srv
VOLUME /srv/index
EXPOSE 7860
HEALTHCHECK --interval=10s --timeout=6s --start-period=10m --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/api/ready\", timeout=5)"]
# Building is quick if nothing has changed.
CMD ["sh", "-c", "qa build --releases \"$QA_RELEASES\" && exec qa serve --host 0.0.0.0 --port \"$PORT\" --releases \"$QA_RELEASES\""]
