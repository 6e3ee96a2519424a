#!/bin/sh
# post.sh URL COMMAND…: posts what it writes, and expects the answer 200. Part of ./dev bench.

url=$1
shift
[ "$("$@" | curl -sS --noproxy '*' -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' \
    --data-binary @- "$url")" = 200 ]
