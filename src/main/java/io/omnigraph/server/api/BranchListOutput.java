package io.omnigraph.server.api;

import java.util.List;

/** Branch names, sorted. */
public record BranchListOutput(List<String> branches) {}
