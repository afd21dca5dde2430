#!/bin/sh
# deploy/secrets.sh FOLDER          makes what is missing of the secrets that compose hands to its containers
# deploy/secrets.sh FOLDER NAME     makes this one anew: app_password, owner_password, postgres_password,
#                                   redis_password, secret_key, mfa_keys (a new key in front of the old ones)
#
# Of a role of the database the new password is told to the database first, then written; containers read it
# when they are made anew, which the last line says how to do. The folder is its owner's alone; the files in it
# are readable to the users of the containers, who see those that are mounted for them and no other.
set -eu
folder=$1 name=${2:-}
umask 077
mkdir -p "$folder"

chance() { head -c 32 /dev/urandom | base64 | tr '+/' '-_'; }
password() { chance | tr -d '='; }
key() { password | tr -d '\n'; password; }

# In the place of what was there, so that a file that is mounted stays the same file.
write() { cat > "$folder/$1"; chmod 444 "$folder/$1"; }

tell_postgres() {  # ROLE, the password on standard input: it stands in no list of processes
    new=$(cat)
    printf '\\set new %s\nALTER ROLE %s PASSWORD :'"'new'"';\n' "$new" "$1" |
        docker compose exec -T postgres psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username postgres --dbname postgres
    printf '%s\n' "$new"
}

case $name in
'')
    for each in app_password owner_password postgres_password redis_password; do
        test -e "$folder/$each" || password | write "$each"
    done
    test -e "$folder/secret_key" || key | write secret_key
    test -e "$folder/mfa_keys" || chance | write mfa_keys
    test -e "$folder/email_password" || printf '' | write email_password
    exit ;;
app_password) password | tell_postgres spinecare > "$folder/new" ;;
owner_password) password | tell_postgres spinecare_owner > "$folder/new" ;;
postgres_password) password | tell_postgres postgres > "$folder/new" ;;
redis_password) password > "$folder/new" ;;
secret_key) key > "$folder/new" ;;
mfa_keys) echo "$(chance),$(cat "$folder/mfa_keys")" > "$folder/new" ;;
*) echo "There is no secret of the name $name." >&2; exit 2 ;;
esac
chmod u+w "$folder/$name"
write "$name" < "$folder/new"
rm "$folder/new"
echo "Now: docker compose up --detach --force-recreate redis web worker beat"
