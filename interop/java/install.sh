# Fetches the clients at the versions of pom.xml and compiles the tour. All of it goes to the cache.
set -euo pipefail
for program in mvn javac; do
  command -v "$program" >/dev/null || { echo "not ok install: $program is missing; install Maven and a JDK, 17 or later"; exit 1; }
done
mvn --batch-mode --quiet -Dmaven.repo.local="$INTEROP_CACHE/repository" -Doutput="$INTEROP_CACHE/target" compile
