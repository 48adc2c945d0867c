# One image for the server and the media node; docker-compose.yml says which of them a container runs.
FROM node:24-bookworm

WORKDIR /app
ENV TORILLA_CACHE_DIR=/opt/torilla
COPY . .
# The same set-up as `npm start`: npm packages, mediasoup's worker, the database client, the built web client.
RUN node --input-type=module -e "\
  import { symlinkSync } from 'node:fs'; \
  import { bootstrap } from './scripts/bootstrap.mjs'; \
  const { env } = await bootstrap({ client: true }); \
  symlinkSync(env.MEDIASOUP_WORKER_BIN, '/usr/local/bin/mediasoup-worker');"

RUN useradd --system --create-home torilla && mkdir /data && chown torilla:torilla /data
USER torilla
ENV NODE_ENV=production MEDIASOUP_WORKER_BIN=/usr/local/bin/mediasoup-worker TORILLA_DATA_DIR=/data
VOLUME /data
EXPOSE 3000 44444/udp 44444/tcp
CMD ["node_modules/.bin/node", "server/main.ts"]
