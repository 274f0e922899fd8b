"""What each line of history says after the name of who did it; opsboard itself has no name."""

PLAIN = {
    "found": "found it",
    "reopened": "found it again",
    "acknowledged": "acknowledged it",
    "commented": "wrote",
    "started": "started work on it",
    "claimed": "claimed a fix",
    "asked": "asked for a decision",
    "seconded": "approved it; a second person must",
    "waived": "approved the waiver",
    "dismissed": "confirmed the false positive",
    "permitted": "approved it",
    "refused": "refused it",
    "withdrawn": "took the request back",
    "lapsed": "closed the request",
    "snoozed": "snoozed it",
    "woken": "took it up again",
    "taken_up_again": "reopened it",
    "came_back": "reopened it",
    "not_confirmed": "found it still there: the claim is not confirmed",
    "resolved": "saw it clear: resolved on proof",
    "breached": "saw the deadline pass unmet",
    "clock_resumed": "let the clock go on",
    "split": "split some of it out",
    "unmerged": "made it a cause of its own again",
    "prepared": "prepared a replay that moves no money",
    "replaying": "had the approved messages sent",
    "replayed": "finished the replay",
    "replay_halted": "stopped the replay",
    "replay_ineffective": "found that it did not help",
    "unused": "ended the approval: nobody used it",
    "filed": "put a file on record",
}
# `before` or `after` is part of the sentence.
WITH = {
    "assigned": "handed it{from_to}",
    "waits": "set it {after_small}",
    "moved": "moved it{from_to}",
    "severity": "set the severity{from_to}",
    "split_off": "split it out of “{before}”",
    "merged": "merged it into another cause",
    "took_in": "merged “{before}” into it",
    "gave_back": "took “{after}” out of it again",
    "sought": "asked {after}",
    "helped": "took what {before} was asked",
    "answered": "answered for {before}",
    "unasked": "asks {before} no more",
    "escalated": "took it up the ladder, to {after}",
    "delegated": "gave it to {after} while its owner is away",
    "returned": "gave it back to {after}",
    "compensated": "did a step of the compensation: {after}",
}


def told(verb: str, before: str, after: str) -> str:
    if verb in PLAIN:
        return PLAIN[verb]
    changed = f" from {before} to {after}" if before and after else ""
    if verb not in WITH:
        return verb.replace("_", " ") + changed
    return WITH[verb].format(
        before=before,
        after=after,
        after_small=after[:1].lower() + after[1:],
        from_to=changed or (f" to {after}" if after else ""),
    )
