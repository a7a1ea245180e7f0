package io.omnigraph.cli;

import io.omnigraph.api.WriteConditions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that make a write repeatable, shared by {@code mutate} and {@code load}. */
final class ConditionOptions {

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "do a request that is repeated with this key only once")
  @Nullable String idempotencyKey;

  WriteConditions conditions(@Nullable String ifCommit) {
    return new WriteConditions(ifCommit, idempotencyKey);
  }
}
