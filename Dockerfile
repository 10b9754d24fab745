# eda-rl with Icarus Verilog 12, without compilers, for a user who is nobody in particular.
#   docker build -t eda-rl .
#   docker run --rm -u "$(id -u):$(id -g)" -v "$PWD:/work" eda-rl search design.v
# See docs/container.md for build arguments and for builds without a Docker daemon.

ARG BASE=debian:bookworm-slim

FROM ${BASE} AS icarus
# Icarus finds its plug-ins where it was built to: the last stage has it at the same place.
WORKDIR /opt/eda-rl
COPY third_party/icarus third_party/icarus
RUN third_party/icarus/build 12 && .icarus/12/bin/iverilog -V | head -1

FROM ${BASE} AS python
# What pip is told: where packages come from, and which parts of eda-rl are installed. On x86_64
# PyPI's torch is the CUDA build of several GB; name an index or a folder that has the CPU build.
ARG PIP_INDEX_URL=
ARG PIP_EXTRA_INDEX_URL=
ARG PIP_FIND_LINKS=
ARG PIP_CERT=
ARG EXTRAS=cluster,suites
RUN apt-get update -qq && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        python3 python3-venv >/dev/null && \
    rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/eda-rl/venv
COPY constraints.txt /src/
COPY pyproject.toml README.md LICENSE eda_rl.py eda_rl_doctor.py /src/
COPY eda /src/eda
COPY rl /src/rl
COPY verilogeval /src/verilogeval
# Compiled modules stay: the user cannot write them, and would compile them anew at each start.
RUN for name in PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_CERT; do \
        eval "[ -n \"\$$name\" ]" || unset "$name"; \
    done; \
    /opt/eda-rl/venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check \
        -c /src/constraints.txt "/src[${EXTRAS}]"

FROM ${BASE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="eda-rl" \
      org.opencontainers.image.description="Logic synthesis that searches, and Verilog scoring that can be trusted" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
RUN apt-get update -qq && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        python3 procps >/dev/null && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "libpython$(python3 -c 'import sys; print(*sys.version_info[:2], sep=".")')" >/dev/null && \
    rm -rf /var/lib/apt/lists/* && \
    groupadd --gid 1000 eda && useradd --uid 1000 --gid eda --create-home eda && \
    install -d -m 1777 /cache && install -d -o eda -g eda /work
COPY --from=icarus /opt/eda-rl/.icarus /opt/eda-rl/.icarus
COPY --from=python /opt/eda-rl/venv /opt/eda-rl/venv
COPY --chown=eda:eda examples /opt/eda-rl/examples
# RAY_...: Ray's workers would otherwise be given what everything else leaves over.
ENV PATH=/opt/eda-rl/venv/bin:/opt/eda-rl/.icarus/12/bin:$PATH \
    EDA_RL_CACHE=/cache \
    EDA_RL_IVERILOG=/opt/eda-rl/.icarus/12/bin/iverilog \
    RAY_worker_niceness=0 \
    PYTHONUNBUFFERED=1
USER eda
WORKDIR /work
# A build whose tools are not all found is no image. Libraries are converted now, not at each start.
RUN eda-rl doctor
ENTRYPOINT ["eda-rl"]
CMD ["--help"]
