# One static binary in an otherwise empty root file system. See docs/container.md.

ARG BUILD_IMAGE=rust:1-slim-bookworm
ARG VERSION=0.1.0

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY Cargo.toml Cargo.lock build.rs ./
COPY src src
COPY fixtures fixtures
ARG VERSION
# Naming the host as the target is what keeps `crt-static` away from the proc-macros, which are loaded by rustc and so
# must stay dynamic. The triple is asked for, not written down: the same line builds on amd64 and arm64.
RUN grep -qx "version = \"${VERSION}\"" Cargo.toml \
      || { echo "build argument VERSION is ${VERSION}, which is not the version in Cargo.toml" >&2; exit 1; } \
 && host="$(rustc -vV | sed -n 's/^host: //p')" \
 && RUSTFLAGS="-C target-feature=+crt-static -C relocation-model=static" \
      cargo build --locked --release --bin sdrs-mock --target "${host}" \
 && cp "target/${host}/release/sdrs-mock" /sdrs-mock \
 && mkdir /state

FROM scratch
ARG VERSION
ARG SOURCE=""
LABEL org.opencontainers.image.title="sdrs-mock" \
      org.opencontainers.image.description="Mock server of SDRS, the Storage Disaster Recovery Service of Huawei Cloud and Open Telekom Cloud" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.source="${SOURCE}"
COPY --from=build /sdrs-mock /sdrs-mock
# Where a volume for --state may go: a named volume takes its owner from here.
COPY --from=build --chown=65532:65532 /state /state
# By number: there is no /etc/passwd to look a name up in, and Kubernetes' runAsNonRoot believes numbers only.
USER 65532:65532
# Loopback, the binary's own default, would be the container's and reach nobody.
ENV SDRS_MOCK_LISTEN=0.0.0.0:7705
EXPOSE 7705
STOPSIGNAL SIGTERM
# Exec form, for there is no shell. No --start-interval: not every builder knows it, compose.yaml sets it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s --retries=3 CMD ["/sdrs-mock", "healthcheck"]
ENTRYPOINT ["/sdrs-mock"]
