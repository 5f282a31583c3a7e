#!/bin/bash
# The journey against the composed platform: push, approve, a point, its screen, recall. Ends with 0 if every step held.
# Needs: the platform up (docker compose up -d), .env beside this file, curl, jq, tar. COMPOSE is the compose command.
# usage: deploy/compose/try.sh [--down]        --down: take everything down at the end, with its data
set -euo pipefail
cd "$(dirname "$0")"
read -ra compose <<<"${COMPOSE:-docker compose}"
set -a
# shellcheck source=/dev/null
. ./.env
set +a
[ "${SECOND_FACTOR:-required}" = offered ] || { echo "try.sh signs in by passwords alone: set SECOND_FACTOR=offered in .env for it" >&2 && exit 1; }
door=http://localhost:${GATEWAY_PORT:-8000}
screen=http://localhost:${POINT_PORT:-8100}
password=mau-$(head -c 12 /dev/urandom | base64 | tr -dc 'a-zA-Z0-9')-1
package=mau/thu-$(date +%s)

say() { printf '%s\n' "— $*"; }
down() { "${compose[@]}" --profile point down -v; }
if [ "${1:-}" = --down ]; then trap down EXIT; fi

within() { # SECONDS WHAT COMMAND…
    local until=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$until" ] || { echo "not so in time: $what" >&2 && return 1; }
        sleep 1
    done
    say "$what"
}

token() { # ACCOUNT PASSWORD
    curl -sSf "$door/connect/token" -d grant_type=client_credentials -d "client_id=$1" --data-urlencode "client_secret=$2" | jq -er .access_token
}
api() { # TOKEN METHOD PATH [JSON]
    curl -sS --fail-with-body -X "$2" -H "Authorization: Bearer $1" ${4:+-H 'Content-Type: application/json' --data "$4"} "$door$3"
}
account() { # NAME ROLE
    api "$admin" POST /api/points/accounts \
        "$(jq -n --arg u "$1" --arg r "$2" --arg p "$password" '{userName: $u, name: "Tài khoản mẫu", roles: [$r], password: $p}')" >/dev/null
    token "$1" "$password"
}
shows() { curl -sf "$screen/r/$package" | grep -q 'Gói mẫu'; }
gone() { [ "$(curl -s -o /dev/null -w '%{http_code}' "$screen/r/$package")" = 404 ]; }
published() { [ "$(api "$editor" GET "/api/catalog/releases/$release" | jq -r .state)" = published ]; }
stands() { [ "$(api "$ops" GET "/api/telemetry/coverage/$release" | jq -r --arg p "$point" '.points[] | select(.pointId == $p) | .state')" = "$1" ]; }

within 120 "the gateway answers and an administrator can sign in" token admin "$ADMIN_PASSWORD"
admin=$(token admin "$ADMIN_PASSWORD")
editor=$(account "bientap-$$" editor)
reviewer=$(account "duyet-$$" reviewer)
ops=$(account "vanhanh-$$" ops)
say "an editor, a reviewer and an ops account are there"

release=$(tar -czC ../samples/che-shan . | curl -sS --fail-with-body -H "Authorization: Bearer $editor" \
    -H 'Content-Type: application/gzip' --data-binary @- \
    "$door/api/catalog/releases?package=$package&title.vi=G%C3%B3i%20m%E1%BA%ABu&language=vi&category=smart-farming" | jq -er .id)
if api "$editor" POST "/api/catalog/releases/$release/approve" >/dev/null 2>&1; then
    echo "the author could approve" >&2
    exit 1
fi
api "$reviewer" POST "/api/catalog/releases/$release/approve" >/dev/null
within 60 "the sample package is published: pushed by one, approved by another" published

unit=$(api "$ops" GET "/api/points/units?q=S%C3%ACn%20H%E1%BB%93" | jq -er '.items[0].code')
point=$(api "$ops" POST /api/points "$(jq -n --arg u "$unit" '{name: "Điểm mẫu", unitCode: $u, languages: ["vi"]}')" | jq -er .id)
POINT_CODE=$(api "$ops" POST "/api/points/$point/enrolment-codes" | jq -er .code)
export POINT_CODE
"${compose[@]}" --profile point rm -sfv point >/dev/null 2>&1
POINT_POLL_SECONDS=2 "${compose[@]}" --profile point up -d point >/dev/null 2>&1
within 90 "the point enrolled, pulled the package and shows it: $screen/r/$package" shows
within 60 "the platform knows that it arrived" stands showing

api "$ops" POST "/api/catalog/releases/$release/recall" '{"reason": "Thử thu hồi (mẫu)"}' >/dev/null
within 60 "recalled: it is off the screen" gone
within 60 "the platform knows that the point removed it" stands removed
say "every step held"
