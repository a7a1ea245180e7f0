package io.omnigraph.manifest;

import io.omnigraph.storage.StagedWrite;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A fold of the manifest that is written but not committed.
 *
 * @param base the state it builds on
 * @param kept fragments of the past that stay as they are
 * @param history the data file of the fragment that joins them; null if there is none
 * @param fragments number of fragments afterwards
 */
public record StagedFold(
    ManifestState base,
    StagedWrite write,
    SortedSet<Integer> kept,
    @Nullable String history,
    int fragments) {
  public StagedFold {
    kept = Collections.unmodifiableSortedSet(new TreeSet<>(kept));
  }
}
