#!/bin/sh
# What CI does with a repository of sites, for any CI there is: github.yaml and gitlab.yaml call it.
#
#   infra/ci/rackwright.sh review     everything below for a change; writes the comment
#   infra/ci/rackwright.sh check      every mistake, and whether rendered/ is current and readable
#   infra/ci/rackwright.sh diff       what the change means, and whether it passes the gates
#   infra/ci/rackwright.sh stacks     the Pulumi stacks that the change touches, one a line
#   infra/ci/rackwright.sh preview STACK...
#   infra/ci/rackwright.sh comment    puts together what the others wrote
#   infra/ci/rackwright.sh drift [STACK...]   on a runner that reaches the out-of-band network
#
# BASE     what the change is compared with: origin/main. A change is what came since both parted.
# SITES    the sites' folders: infra/sites/*/
# OUTPUT   where results go: review/. The comment is OUTPUT/comment.md.
# LABELS   labels of the pull request, separated by commas, for the site's gates
# FORMAT   how mistakes are told: text, or github for annotations
# VERIFY   yes; build, to build the image of the programs that read the files first; or no, where the
#          runner gives no root
# PULUMI_BACKEND_URL   the backend of the stacks; without it nothing is previewed, and that is said
#
# Exit codes: 0 all is well, 1 a mistake, a difference or a gate, 3 a tool is missing. Every step runs,
# whatever the one before it found.
set -u

BASE=${BASE:-origin/main}
SITES=${SITES:-infra/sites/*/}
OUTPUT=${OUTPUT:-review}
LABELS=${LABELS:-}
FORMAT=${FORMAT:-text}
VERIFY=${VERIFY:-yes}
LONGEST=${LONGEST:-64000} # characters of a comment; GitHub takes 65,536
worst=0

note() { # a code that a step ended with: the worst is what this script ends with
    if [ "$1" -gt "$worst" ]; then worst=$1; fi
}

say() { printf '%s\n' "$*" >&2; }

# shellcheck disable=SC2317 # steps are called by their names
step() { # NAME COMMAND...: run a step, note how it ended, and list it for the comment
    step=$1
    shift
    "$@"
    code=$?
    note "$code"
    case $code in
        0) word=passed ;;
        3) word="**not possible**: a tool is missing" ;;
        *) word="**failed** with $code" ;;
    esac
    printf '| %s | %s |\n' "$step" "$word" >>"$OUTPUT/steps.md"
    say "$step: $word"
}

skip() { # NAME REASON: what is not done is said, too
    printf '| %s | **not done**: %s |\n' "$1" "$2" >>"$OUTPUT/steps.md"
    say "$1: not done: $2"
}

check() {
    if [ "$VERIFY" = build ]; then VERIFY_OPTION=--build-image; fi
    for site in $SITES; do
        name=$(basename "$site")
        step "check $name" rackwright check "$site" --format "$FORMAT"
        step "render --check $name" rackwright render --check "$site" --format "$FORMAT"
        if [ "$VERIFY" = no ]; then
            skip "verify $name" "VERIFY=no"
        else
            # shellcheck disable=SC2086 # one option or none
            step "verify $name" rackwright verify "$site" --format "$FORMAT" ${VERIFY_OPTION:-}
        fi
    done
}

page() { # SITE FILE: write what the change means; exits 1 where it does not pass a gate
    site=$1
    file=$2
    set --
    while IFS= read -r label; do
        if [ -n "$label" ]; then set -- "$@" --label "$label"; fi
    done <<LABELS
$(printf '%s' "$LABELS" | tr ',' '\n')
LABELS
    rackwright diff "$BASE..." --site "$site" --format markdown "$@" >"$file"
}

annotate() { # the same as annotations, where the CI shows them
    if [ "$FORMAT" = github ]; then rackwright diff "$BASE..." --site "$1" --format github; fi
    return 0
}

gone() { # sites that the change takes away altogether: their stacks are left without a plan
    git diff --no-renames --diff-filter=D --name-only "$BASE...HEAD" | grep '/site\.yaml$' |
        while IFS= read -r file; do
            printf '> **Removed**: the whole site %s. No plan names its racks any more:\n' \
                "$(dirname "$file")"
            printf '> they must have been decommissioned before.\n'
        done
}

diff() {
    gone >"$OUTPUT/diff-0-gone.md"
    for site in $SITES; do
        name=$(basename "$site")
        step "diff and gates $name" page "$site" "$OUTPUT/diff-$name.md"
        annotate "$site"
    done
}

stacks() {
    for site in $SITES; do
        rackwright units "$site" --changed-since "$BASE..." --stacks --format names
        note $?
    done
    return "$worst"
}

preview() { # STACK...
    for stack in "$@"; do
        if [ -z "${PULUMI_BACKEND_URL:-}" ]; then
            skip "pulumi preview $stack" "no PULUMI_BACKEND_URL names a backend"
        elif ! pulumi stack select --non-interactive "$stack" >"$OUTPUT/select-$stack.log" 2>&1; then
            skip "pulumi preview $stack" "the backend does not give the stack; a new one: pulumi stack init $stack"
        else
            step "pulumi preview $stack" previewed "$stack"
        fi
    done
}

previewed() {
    pulumi preview --diff --non-interactive --color never --stack "$1" >"$OUTPUT/preview-$1.txt" 2>&1
}

drift() { # [STACK...]: what is there against what was last brought up, and against what is rendered
    if [ $# -eq 0 ]; then
        for site in $SITES; do
            # shellcheck disable=SC2046 # names of stacks have no spaces
            set -- "$@" $(rackwright units "$site" --stacks --format names)
        done
    fi
    for stack in "$@"; do
        step "drift of the metal $stack" pulumi refresh --preview-only --diff --expect-no-changes \
            --non-interactive --color never --stack "$stack"
        step "drift of the plan $stack" pulumi preview --diff --expect-no-changes \
            --non-interactive --color never --stack "$stack"
    done
}

fenced() { # FILE CHARACTERS: a file as a block that nothing in it can end
    printf '\n<details><summary>%s</summary>\n\n~~~~~~~~text\n' "$(basename "$1" .txt)"
    head -c "$2" "$1" | sed 's/^~~~~/ ~~~~/'
    if [ "$(wc -c <"$1")" -gt "$2" ]; then printf '\n… cut: all of it is in the job'"'"'s artefact\n'; fi
    printf '\n~~~~~~~~\n\n</details>\n'
}

comment() {
    {
        for file in "$OUTPUT"/diff-*.md; do
            if [ -s "$file" ]; then cat "$file" && printf '\n'; fi
        done
        printf '\n| step | |\n| --- | --- |\n'
        if [ -f "$OUTPUT/steps.md" ]; then cat "$OUTPUT/steps.md"; fi
    } >"$OUTPUT/comment.md"
    for file in "$OUTPUT"/preview-*.txt; do
        if [ -f "$file" ]; then
            left=$((LONGEST - $(wc -m <"$OUTPUT/comment.md") - 400))
            if [ "$left" -lt 1000 ]; then
                printf '\n%s: too long for one comment; it is in the artefact of the job.\n' \
                    "$(basename "$file")" >>"$OUTPUT/comment.md"
            else
                if [ "$left" -gt 8000 ]; then left=8000; fi
                fenced "$file" "$left" >>"$OUTPUT/comment.md"
            fi
        fi
    done
}

review() {
    check
    diff
    if found=$(stacks); then
        # shellcheck disable=SC2086 # names of stacks have no spaces
        preview $found
    else
        note 1
        skip "pulumi preview" "nobody knows which stacks the change touches"
    fi
    comment
}

verb=${1:-help}
if [ $# -gt 0 ]; then shift; fi
mkdir -p "$OUTPUT" || exit 1
case $verb in
    review) review ;;
    check) check ;;
    diff) diff ;;
    stacks) stacks ;;
    preview) preview "$@" ;;
    comment) comment ;;
    drift) drift "$@" ;;
    help) sed -n '2,/^set -u/s/^# \{0,1\}//p' "$0" ;;
    *)
        say "there is no $verb: review, check, diff, stacks, preview, comment, drift, help"
        worst=2
        ;;
esac
exit "$worst"
