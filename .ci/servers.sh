# PostgreSQL, Redis and Chromium for .ci/run: those that answer are used, those that are missing are installed from
# Debian's packages and started on free ports in a temporary folder, which goes away at the end.

SERVERS=$(mktemp -d)
chmod 755 "$SERVERS" # PostgreSQL refuses to run as root and must be able to enter as another user
trap 'stop_servers' EXIT

POSTGRES_BIN=
UNSAFE="-c fsync=off -c full_page_writes=off -c max_wal_size=4GB" # its data is thrown away: nothing waits for a disk
AS_POSTGRES=()
[ "$(id -u)" != 0 ] || AS_POSTGRES=(runuser -u postgres --)

postgres_answers() { # port
    .venv/bin/python -c "import psycopg2; psycopg2.connect(host='127.0.0.1', port=$1, user='postgres', connect_timeout=3)" 2>/dev/null
}

redis_answers() { # port
    .venv/bin/python -c "import redis; redis.Redis(port=$1, socket_timeout=3).ping()" 2>/dev/null
}

install_missing() {
    local missing=()
    postgres_answers 5432 || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || missing+=(postgresql)
    redis_answers 6379 || command -v redis-server >/dev/null || missing+=(redis-server)
    command -v pdftotext >/dev/null || missing+=(poppler-utils)
    command -v chromium >/dev/null || missing+=(chromium)
    compgen -G "/usr/share/fonts/opentype/noto/NotoSansCJK*" >/dev/null || missing+=(fonts-noto-cjk)
    [ ${#missing[@]} = 0 ] || install "${missing[@]}"
}

install() { # packages; tried three times, as mirrors have bad moments
    local root=() attempt
    [ "$(id -u)" = 0 ] || root=(sudo)
    echo "installing $*"
    for attempt in 1 2 3; do
        "${root[@]}" apt-get update -qq &&
            "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" &&
            return
        sleep $((attempt * 5))
    done
    echo "could not install $*" >&2
    return 1
}

find_or_start_servers() {
    local port=5432
    postgres_answers $port || { port=$(free_port) && start_postgres "$port"; }
    DATABASE_URL=postgres://postgres@127.0.0.1:$port/ci_$$
    port=6379
    redis_answers $port || { port=$(free_port) && start_redis "$port"; }
    REDIS_URL=redis://127.0.0.1:$port/15
    echo "$DATABASE_URL $REDIS_URL"
}

start_postgres() { # port
    POSTGRES_BIN=$(compgen -G "/usr/lib/postgresql/*/bin" | sort -V | tail -1)
    mkdir "$SERVERS/postgres"
    [ "$(id -u)" != 0 ] || chown postgres "$SERVERS/postgres"
    (
        cd "$SERVERS"
        "${AS_POSTGRES[@]}" "$POSTGRES_BIN/initdb" -D postgres/data -U postgres -A trust -E UTF8 --locale C.UTF-8 >/dev/null
        "${AS_POSTGRES[@]}" "$POSTGRES_BIN/pg_ctl" -D postgres/data -l postgres/log -w start >/dev/null \
            -o "-p $1 -c listen_addresses=127.0.0.1 -c unix_socket_directories=$SERVERS/postgres $UNSAFE"
    ) || { cat "$SERVERS/postgres/log" >&2; return 1; }
}

start_redis() { # port
    redis-server --port "$1" --bind 127.0.0.1 --dir "$SERVERS" --appendonly yes --save "" >"$SERVERS/redis.log" &
    REDIS_PID=$!
    for _ in $(seq 50); do
        redis_answers "$1" && return
        sleep 0.1
    done
    cat "$SERVERS/redis.log" >&2
    return 1
}

stop_servers() { # those that this run started
    [ -z "${REDIS_PID:-}" ] || kill "$REDIS_PID" 2>/dev/null || true
    [ ! -d "$SERVERS/postgres/data" ] ||
        (cd "$SERVERS" && "${AS_POSTGRES[@]}" "$POSTGRES_BIN/pg_ctl" -D postgres/data -m immediate stop >/dev/null) || true
    rm -rf "$SERVERS"
}

free_port() {
    .venv/bin/python -c "import socket; print(socket.create_server(('127.0.0.1', 0)).getsockname()[1])"
}
