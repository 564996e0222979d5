# The worker and the command line of Fairlead: the renderer, what fetches charts, and the bundle of the workflows are inside.
# docs/deployment.md and docs/install.md say how it is run, and what of this file was tried without a container engine.

FROM golang:1.26.8-bookworm@sha256:f4191582e1522dfc5980a6bdc0309a756f9697f3e7d0f199c7e26fc82ab324fd AS programs
WORKDIR /src
COPY renderer/go.mod renderer/go.sum ./
RUN go mod download
COPY renderer/ ./
# kustomize writes its version into a label, and nothing else would tell it.
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -X sigs.k8s.io/kustomize/api/provenance.version=$(go list -m -f '{{.Version}}' sigs.k8s.io/kustomize/kustomize/v5)" -o /out/fairlead-renderer . \
 && CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/fairlead-vendor ./cmd/fairlead-vendor

FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src/ src/
RUN npm run build
# The SDK brings its native part for every platform.
RUN npm prune --omit=dev --no-audit --no-fund \
 && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
      -not -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +

# Debian, as the Temporal SDK does not support Alpine.
FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates git openssh-client tini \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -m 0700 -o node -g node /var/cache/fairlead
WORKDIR /app
COPY --from=programs /out/ /usr/local/bin/
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules/ node_modules/
COPY --from=build /app/dist/ dist/
RUN chmod +x dist/src/cli/main.js && ln -s /app/dist/src/cli/main.js /usr/local/bin/fairlead
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-old-space-size=1024 \
    FAIRLEAD_CACHE=/var/cache/fairlead \
    FAIRLEAD_RENDERER=/usr/local/bin/fairlead-renderer \
    FAIRLEAD_VENDOR=/usr/local/bin/fairlead-vendor \
    FAIRLEAD_WORKFLOW_BUNDLE=/app/dist/workflows.js
USER node
# Healthy: the worker of this container polls its task queue.
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 \
    CMD ["node", "/app/dist/src/worker/health-check.js"]
ENTRYPOINT ["/usr/bin/tini", "--", "fairlead"]
CMD ["worker"]
