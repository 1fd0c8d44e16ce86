#!/bin/sh
# Writes configuration from templates, with the environment's values filled in.
set -e

templates=${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
suffix=${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}
output=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
filter=${NGINX_ENVSUBST_FILTER:-}

[ -d "$templates" ] || exit 0

# Only variables that are set are filled in: nginx has variables of its own.
names=$(env | sed -n "s/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p" \
    | grep -E "$filter" | sed 's/.*/${&}/')

find "$templates" -follow -type f -name "*$suffix" | while read -r template; do
    name=${template#"$templates"/}
    target=$output/${name%"$suffix"}
    mkdir -p "$(dirname "$target")"
    envsubst "$names" <"$template" >"$target"
done
