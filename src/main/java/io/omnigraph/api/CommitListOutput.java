package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commits of a branch, newest first.
 *
 * @param nextAfter what to pass as {@code after} for the following page; absent on the last one
 */
public record CommitListOutput(
    List<CommitOutput> commits,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String nextAfter) {}
