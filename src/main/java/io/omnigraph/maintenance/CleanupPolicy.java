package io.omnigraph.maintenance;

import io.omnigraph.model.BadRequestException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which part of the past a cleanup may remove. With both bounds given, only what is older than both
 * goes.
 *
 * @param keepVersions newest commits of each branch that stay readable, at least 1; null for no
 *     bound by number
 * @param olderThan commits younger than this stay readable; null for no bound by age
 */
public record CleanupPolicy(@Nullable Integer keepVersions, @Nullable Duration olderThan) {

  public CleanupPolicy {
    if (keepVersions == null && olderThan == null) {
      throw new BadRequestException(
          "cleanup_policy_missing",
          "cleanup needs a policy: how many versions to keep, how old they must be, or both");
    }
    if (keepVersions != null && keepVersions < 1) {
      throw new BadRequestException(
          "cleanup_policy_invalid", "cleanup must keep at least 1 version, not " + keepVersions);
    }
    if (olderThan != null && olderThan.isNegative()) {
      throw new BadRequestException(
          "cleanup_policy_invalid", "the age given to cleanup is negative: " + olderThan);
    }
  }

  /**
   * Whether a commit stays readable.
   *
   * @param newer how many commits of the branch are newer
   */
  boolean keeps(int newer, long createdAtMicros, long nowMicros) {
    boolean among = keepVersions != null && newer < keepVersions;
    boolean young = olderThan != null && nowMicros - createdAtMicros < olderThan.toNanos() / 1_000;
    return newer == 0 || among || young;
  }
}
