# Classifies a picture of a sunflower; or, where there are keys and none is for this test, sees itself refused.
set -eu
answer=$(curl -sS --retry 5 --retry-connrefused --max-time 60 -w '\n%{http_code}\n' \
  -H 'Content-Type: application/json' -H "Authorization: Bearer ${KEY:-none}" --data-binary "@${REQUEST:-/test/request.json}" "$URL/classify")
echo "$answer"
status=$(echo "$answer" | tail -n 1)
if [ "$KEYS" = true ] && [ -z "${KEY:-}" ]; then
  [ "$status" = 401 ] && exit
  echo "Expected the status 401 without a key, not $status." >&2
  exit 1
fi
if [ "$status" != 200 ]; then
  echo "Expected the status 200, not $status." >&2
  exit 1
fi
# Only the best label was asked for.
echo "$answer" | grep -q '"label":"sunflower"' && exit
echo 'The picture shows a sunflower, and the service says otherwise.' >&2
exit 1
