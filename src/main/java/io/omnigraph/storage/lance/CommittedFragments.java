package io.omnigraph.storage.lance;

import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lance.FragmentMetadata;
import org.lance.operation.Update;

/**
 * The fragments after a commit, told from those before it: asking the library for all of them costs
 * more than the rest of what a small commit sets off.
 */
final class CommittedFragments {

  /** More added files than this, and the library is asked. */
  private static final int MOST_ADDED = 4;

  private CommittedFragments() {}

  /**
   * @param before the fragments of the base; null if nobody needed them yet
   * @param landed the committed version
   * @return null if the library has to be asked
   */
  static @Nullable List<FragmentInfo> after(
      @Nullable List<FragmentInfo> before, Update update, LanceSnapshot landed) {
    if (before == null || update.newFragments().size() > MOST_ADDED) {
      return null;
    }
    Set<Long> removed = new HashSet<>(update.removedFragmentIds());
    Map<Integer, FragmentInfo> changed = new HashMap<>();
    for (FragmentMetadata fragment : update.updatedFragments()) {
      changed.put(fragment.getId(), LanceSnapshot.info(fragment));
    }
    List<FragmentInfo> after = new ArrayList<>(before.size() + MOST_ADDED);
    int highest = -1;
    for (FragmentInfo fragment : before) {
      highest = Math.max(highest, fragment.id());
      if (!removed.contains((long) fragment.id())) {
        after.add(changed.getOrDefault(fragment.id(), fragment));
      }
    }
    for (FragmentMetadata fragment : update.newFragments()) {
      // Ids are never given twice, so a gap is possible; then the guess names no such file.
      Optional<FragmentInfo> found = landed.fragment(++highest);
      String file = fragment.getFiles().get(0).getPath();
      if (found.isEmpty() || !found.get().dataFile().equals(file)) {
        return null;
      }
      after.add(found.get());
    }
    after.sort(Comparator.comparingInt(FragmentInfo::id));
    return List.copyOf(after);
  }
}
