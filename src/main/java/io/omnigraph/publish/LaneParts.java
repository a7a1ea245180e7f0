package io.omnigraph.publish;

/** The helpers that the lanes of one engine share. */
record LaneParts(
    Preparer preparer,
    SidecarStore sidecars,
    HeadPublisher publisher,
    Recovery recovery,
    SidecarCleaner cleaner) {}
