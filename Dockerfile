# DirectMQ in a container:
#
#   docker build -t directmq .
#   docker run -p 5672:5672 -p 15672:15672 -v directmq:/var/lib/directmq \
#     -e DIRECTMQ_DEFAULT_USER=admin -e DIRECTMQ_DEFAULT_PASS=… directmq
#
# docs/operations.md says more.

FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production \
    DIRECTMQ_HOST=0.0.0.0 \
    DIRECTMQ_MANAGEMENT_HOST=0.0.0.0 \
    DIRECTMQ_DATA_DIR=/var/lib/directmq
WORKDIR /opt/directmq
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
RUN ln -s /opt/directmq/dist/main.js /usr/local/bin/directmq \
    && chmod +x dist/main.js \
    && install -d -o node -g node -m 0700 /var/lib/directmq
USER node
VOLUME /var/lib/directmq
EXPOSE 5672 15672
STOPSIGNAL SIGTERM
# Logs in as the default user; with users in a config file, give DIRECTMQ_URL of one of them.
HEALTHCHECK --interval=30s --timeout=10s --start-period=10s --retries=3 \
  CMD ["sh", "-c", "directmq ping --url \"${DIRECTMQ_URL:-amqp://${DIRECTMQ_DEFAULT_USER:-guest}:${DIRECTMQ_DEFAULT_PASS:-guest}@localhost:${DIRECTMQ_PORT:-5672}}\""]
# Node.js as process 1 takes SIGTERM itself: the broker stops in an orderly way.
ENTRYPOINT ["node", "/opt/directmq/dist/main.js"]
