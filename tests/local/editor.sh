#!/bin/sh
# shellcheck disable=SC2090,SC2119 # the quotes are meant, and the options are not
#
# editor.sh nvim|vim CASE: one function of editor.vim as tests/editors/run.sh runs it, beside a
# llama-server.
# shellcheck source=tests/lib.sh
. "$SOURCE_DIR/tests/lib.sh"
# shellcheck source=tests/local/server.sh
. "$SOURCE_DIR/tests/local/server.sh"

local_server
export LOCAL_URL GRAMMAR SPOKEN CLOSING SERVER_LOG="$TEST_DIR/server.log"
sh "$SOURCE_DIR/tests/editors/run.sh" "$1" "$SOURCE_DIR/tests/local/editor.vim" "$2"
