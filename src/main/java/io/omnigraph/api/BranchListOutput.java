package io.omnigraph.api;

import java.util.List;

/** Branch names, sorted. */
public record BranchListOutput(List<String> branches) {}
