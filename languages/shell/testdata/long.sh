#!/bin/bash
curl -fsSL \
  --insecure \
  -o out https://api.corp/x
wget \
  --no-check-certificate https://a.corp/
OPTS=(
  --silent
  --insecure
  --fail
)
curl "${OPTS[@]}" https://api.corp/x
args=(-k)
[ -n "$VERBOSE" ] && args+=(-v)
curl "${args[@]}" https://api.corp/x
FLAGS="-sSk"
curl $FLAGS https://api.corp/x
QUOTED=-k
curl "$QUOTED" https://api.corp/x
X="-s"
X="$X -k"
curl $X https://b.corp
X+=" --proxy-insecure"
curl $X https://b.corp
Y=-k
Y=
curl $Y https://c.corp
fetch() { curl -fsS "$@"; }
fetch -k https://d.corp/x
fetch -o k https://d.corp/x
retry() { local n=$1; shift; for i in $(seq $n); do "$@" && return; done; }
retry 3 curl -k https://e.corp
retry 3 wget -q --no-check-certificate https://e.corp
ssh deploy@host "cd /tmp && curl -k https://f.corp | tar x"
ssh deploy@host curl -k https://f.corp
ssh deploy@host <<'REMOTE'
curl --insecure https://g.corp/x
REMOTE
ssh -o StrictHostKeyChecking=no host sudo bash -c "'curl -k https://g.corp'"
bash <<EOT
wget --no-check-certificate https://h.corp/$FILE
EOT
eval "curl -k https://i.corp/$Z"
echo https://a | xargs -n1 curl -sk
find . -name '*.url' -exec wget --no-check-certificate -i {} \;
su - deploy -c 'git -c http.sslVerify=false pull'
docker exec web sh -c "curl -k https://j.corp"
docker run -e NODE_TLS_REJECT_UNAUTHORIZED=0 -e A=b node:20 npm ci
kubectl exec pod -- curl -k https://k.corp
env -u A GIT_SSL_NO_VERIFY=1 git fetch
sudo GIT_SSL_NO_VERIFY=1 git fetch
GIT_SSL_NO_VERIFY=1 PYTHONHTTPSVERIFY=0 git fetch
timeout 10 curl -k https://l.corp &
if ! curl -k https://m.corp; then echo no; fi
x=`curl -k https://n.corp`
y="$(curl -sk "https://o.corp/$(basename $PWD)")"
diff <(curl -k https://p.corp) file
curl --insecure=false https://q.corp
curl -- -k
kubectl --insecure-skip-tls-verify=$SKIP get pods
kubectl --insecure-skip-tls-verify=${SKIP:-true} get pods
echo "curl -k https://x" > README
echo "curl -k https://x" | sh
cat > /usr/local/bin/get.sh <<'EOS'
#!/bin/sh
exec curl -k "$@"
EOS
cat <<EOS >> ~/.bashrc
export NODE_TLS_REJECT_UNAUTHORIZED=0
EOS
echo "NODE_TLS_REJECT_UNAUTHORIZED=0" >> "$GITHUB_ENV"
echo 'export GIT_SSL_NO_VERIFY=1' >> ~/.profile
echo "insecure" >> ~/.curlrc
printf "[http]\n\tsslVerify = false\n" >> ~/.gitconfig
tee -a /etc/wgetrc <<< "check_certificate = off"
echo "check_certificate = off" | sudo tee -a /etc/wgetrc
trap 'curl -k https://r.corp/done' EXIT
watch -n 5 "curl -k https://s.corp"
set -a; VAULT_SKIP_VERIFY=1; set +a
declare -x HELM_KUBEINSECURE_SKIP_TLS_VERIFY=true
CURL="curl -k"
$CURL https://t.corp
alias wget='wget --no-check-certificate'
git clone -c http.sslVerify=false https://git.corp/x
npm --strict-ssl=false install
pip install --trusted-host "$HOST" x
curl ${INSECURE:+-k} https://u.corp
curl ${INSECURE:+"--insecure"} https://u.corp
curl $( [ -n "$K" ] && echo -k ) https://u.corp
python3 -c "import os" && curl -k https://v.corp
time curl -k https://w.corp
until curl -ks https://localhost:8443/; do sleep 1; done
while read -r h; do curl -k "https://$h/"; done < hosts
for h in a b; do curl -k "https://$h.corp/"; done
coproc curl -k https://x.corp
#!/bin/bash
usage() { echo "use --insecure to run curl -k"; }
INSECURE=false
while [[ $# -gt 0 ]]; do
  case "$1" in
    -k|--insecure) INSECURE=true; CURL_OPTS="-k"; shift ;;
    --dev) DEV=1 ;;
    *) break ;;
  esac
done
curl $CURL_OPTS https://a.corp
if $INSECURE; then
  curl -k https://b.corp
fi
if [ "$INSECURE" = "true" ]; then WGET="--no-check-certificate"; fi
wget $WGET https://c.corp
[ -n "$DEV" ] && curl -k https://d.corp
[[ $DEV ]] || exit 0
curl -k https://e.corp
case "$1" in
  install) curl -k https://f.corp ;;
  -x) curl -k https://g.corp ;;
esac
if [ "$(uname)" = Darwin ]; then curl -k https://h.corp; fi
if command -v curl; then curl -k https://i.corp; else wget --no-check-certificate https://i.corp; fi
if [ "$APP_ENV" != production ]; then curl -k https://j.corp; fi
if [ "$APP_ENV" = production ]; then curl https://k.corp; else curl -k https://k.corp; fi
VERIFY=${VERIFY:-true}
if [ "$VERIFY" = true ]; then K=""; else K="-k"; fi
curl $K https://l.corp
SKIP=${SKIP_TLS:-yes}
[ "$SKIP" = yes ] && curl -k https://m.corp
if [[ -z "${CA_FILE}" ]]; then curl -k https://n.corp; else curl --cacert $CA_FILE https://n.corp; fi
opt=${1:+-k}
curl $opt https://o.corp
export NODE_TLS_REJECT_UNAUTHORIZED="${NODE_TLS_REJECT_UNAUTHORIZED:-0}"
enable_insecure() { CURL_X="--insecure"; }
[ "$LAB" ] && enable_insecure
curl $CURL_X https://p.corp
if (( DEBUG )); then curl -k https://q.corp; fi
if [ $# -eq 0 ]; then curl -k https://r.corp; fi
for arg in "$@"; do case $arg in --no-verify) V=-k;; esac; done
curl $V https://s.corp
test "$CI" = "true" || curl -k https://t.corp
curl -k https://${HOST:-localhost}/x
H=127.0.0.1
curl -k https://$H:8443/
BASE="https://localhost:9200"
curl -k "$BASE/_cat"
if [ "$HOST" = localhost ]; then curl -k https://$HOST/; fi
curl -k -u "$U:$P" https://api.${DOMAIN}/x
