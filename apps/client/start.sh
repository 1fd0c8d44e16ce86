#!/bin/sh
# Tell nginx where the API is, then run it until Kubernetes says stop.
set -eu

here=$(dirname "$0")
mkdir -p /tmp/nginx

# nginx knows nothing of search domains, which the name of a Service needs.
# The first one that Kubernetes sets is that of our own namespace.
domain=$(awk '$1 == "search" && $2 ~ /\.svc\./ { print $2 }' /etc/resolv.conf)
resolvers=$(awk '
  $1 == "nameserver" { print ($2 ~ /:/ ? "[" $2 "]" : $2) }
' /etc/resolv.conf | tr '\n' ' ')
api=$(echo "$API_URL" | awk -v domain="$domain" -F/ '{
  split($3, address, ":")
  host = address[1]
  if (domain != "" && host !~ /\./) { sub(host, host "." domain, $3) }
  print $1 "//" $3
}')

cat > /tmp/nginx/api.conf << END
resolver ${resolvers:-127.0.0.1} valid=10s;
resolver_timeout 3s;
set \$api $api;
END

nginx -e stderr -p "$here" -c nginx.conf -g "daemon off;" &
nginx=$!

stop() {
  # Requests still come in while the Service forgets this pod.
  sleep 5
  kill -QUIT "$nginx"
  wait "$nginx"
  exit $?
}
trap stop TERM INT QUIT
wait "$nginx"
