FROM python:3.13-slim AS base
RUN head -c 3000000 /dev/urandom > /opt/large && mkdir /opt/many \
    && for n in 1 2 3; do head -c 1000 /dev/urandom > /opt/many/$n; done

FROM base AS build
RUN mkdir /out && head -c 500000 /dev/urandom > /out/program

FROM base
ENV LEVEL=info
RUN rm /opt/large && echo again > /opt/many/1
RUN rm -rf /opt/many
WORKDIR /srv
COPY --from=build --chown=10001:10001 /out .
USER 10001:10001
EXPOSE 8000/tcp 8001/udp
STOPSIGNAL SIGTERM
ENTRYPOINT ["/srv/program"]
CMD ["serve", "now"]
