/**
 * The hook that runs once for each pushed ref; smart-http.ts tells it the protected branches, and the rules as lines `what pattern`. The
 * words are those of github.com: of GH006 in its documentation, of GH013 as people show them in issues, such as dependabot-core#9439.
 */
export const updateHook = `#!/bin/sh
isZero() { case "$1" in *[!0]*) return 1 ;; esac; }
case "$FORGE_PROTECTED" in
  *" $1 "*)
    isZero "$2" && exit 0
    echo "error: GH006: Protected branch update failed for $1." >&2
    echo "error: Changes must be made through a pull request." >&2
    exit 1 ;;
esac
[ -z "$FORGE_RULES" ] && exit 0
if isZero "$3"; then what=deletion; words="Cannot delete this branch"
elif isZero "$2"; then what=creation; words="Cannot create ref due to creations being restricted."
elif git merge-base --is-ancestor "$2" "$3"; then what=update; words="Cannot update this protected ref."
else what=non_fast_forward; words="Cannot force-push to this branch"
fi
printf '%s\\n' "$FORGE_RULES" | while read -r rule pattern; do
  [ "$rule" = "$what" ] || continue
  case "$1" in $pattern) exit 1 ;; esac
done && exit 0
echo "error: GH013: Repository rule violations found for $1." >&2
echo "Review all repository rules at $FORGE_RULES_PAGE?ref=$1" >&2
echo "" >&2
echo "- $words" >&2
exit 1
`;
