package io.omnigraph.branch;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.publish.LaneContext;
import io.omnigraph.storage.ObjectStore.ObjectInfo;
import io.omnigraph.storage.TableBranch;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every branch was made from, and whose tables it may show besides those of its ancestors.
 * Only the process that owns a graph makes branches, so it remembers them. In a bucket, where
 * asking the reference of each branch is a request, each branch also has a small object whose
 * <em>name</em> says it, so that one listing tells all of them to the next owner: {@code
 * __branches/<branch>/from/<parent>} and {@code __branches/<branch>/shows/<other>}. They decide
 * nothing: one that is missing, doubled, or older than the reference of its branch is not believed,
 * and the reference is asked. Guarded by the lock of {@link Branches}.
 */
final class BranchOrigins {

  private static final Logger LOG = LoggerFactory.getLogger(BranchOrigins.class);
  private static final String FOLDER = "__branches/";
  private static final String FROM = "from";
  private static final String SHOWS = "shows";
  private static final byte[] NOTHING = {'\n'};

  /**
   * @param parent empty for main
   * @param shows branches that are no ancestors and whose tables the branch showed when it was
   *     made; later on it may show fewer
   */
  private record Origin(Optional<BranchName> parent, Set<BranchName> shows) {}

  private final LaneContext context;
  private final Map<BranchName, Origin> known = new HashMap<>();

  BranchOrigins(LaneContext context) {
    this.context = context;
  }

  /** Takes note of a branch that was just made; its reference is there already. */
  void made(BranchName name, Snapshot source) {
    Origin origin = origin(parentOf(source.branch()), source);
    known.put(name, origin);
    note(name, origin);
  }

  /** Forgets a branch that is gone. */
  void gone(BranchName name) {
    Origin origin = known.remove(name);
    if (!context.objects().isLocal()) {
      try {
        if (origin == null || !origin.shows().isEmpty()) {
          context.objects().deletePrefix(folder(name));
        } else {
          context.objects().delete(key(name, FROM, parentName(origin)));
        }
      } catch (GraphException e) {
        LOG.warn("the note of the deleted branch {} stays; it is not believed later", name, e);
      }
    }
  }

  /**
   * Makes sure that the origin of every branch is known.
   *
   * @param references the live branches, and when their references were written
   * @param snapshots what a branch shows now
   */
  void learn(Map<BranchName, Instant> references, Function<BranchName, Snapshot> snapshots) {
    known.keySet().retainAll(references.keySet());
    if (known.keySet().containsAll(references.keySet())) {
      return;
    }
    notes(references).forEach(known::putIfAbsent);
    if (known.keySet().containsAll(references.keySet())) {
      return;
    }
    for (TableBranch branch : context.manifests().branches()) {
      if (references.containsKey(branch.name()) && !known.containsKey(branch.name())) {
        Snapshot shown = snapshots.apply(branch.name());
        Origin origin = origin(Optional.ofNullable(branch.parent()), shown);
        known.put(branch.name(), origin);
        note(branch.name(), origin);
      }
    }
  }

  /** Every live branch that may show a table of another one without descending from it. */
  Set<BranchName> mayShow(BranchName owner) {
    return known.entrySet().stream()
        .filter(entry -> entry.getValue().shows().contains(owner))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether one branch was made from another, or from one that was. */
  boolean descendsFrom(BranchName branch, BranchName ancestor) {
    Set<BranchName> seen = new HashSet<>();
    Optional<BranchName> at = Optional.of(branch);
    while (at.isPresent() && seen.add(at.get())) {
      Origin origin = known.get(at.get());
      at = origin == null ? Optional.empty() : origin.parent();
      if (at.filter(ancestor::equals).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private static Optional<BranchName> parentOf(BranchName source) {
    return source.isMain() ? Optional.empty() : Optional.of(source);
  }

  private static Origin origin(Optional<BranchName> parent, Snapshot shown) {
    Set<BranchName> shows = new TreeSet<>();
    for (TableEntry entry : shown.tables().values()) {
      BranchName owner = entry.tableBranch();
      if (owner != null && !owner.equals(shown.branch())) {
        shows.add(owner);
      }
    }
    // What comes from the parent is found by the descent; that of its ancestors stays listed.
    parent.ifPresent(shows::remove);
    return new Origin(parent, Set.copyOf(shows));
  }

  // ---- notes

  private void note(BranchName name, Origin origin) {
    if (context.objects().isLocal()) {
      return;
    }
    try {
      for (BranchName other : origin.shows()) {
        context.objects().put(key(name, SHOWS, other), NOTHING);
      }
      // Last: it is what makes the others believed.
      context.objects().put(key(name, FROM, parentName(origin)), NOTHING);
    } catch (GraphException e) {
      LOG.warn("what branch {} was made from is not noted; its reference tells it", name, e);
    }
  }

  private Map<BranchName, Origin> notes(Map<BranchName, Instant> references) {
    Map<BranchName, Origin> found = new HashMap<>();
    if (context.objects().isLocal()) {
      return found;
    }
    Map<BranchName, List<Note>> byBranch = new HashMap<>();
    for (ObjectInfo object : context.objects().list(FOLDER)) {
      Note note = Note.of(object);
      Instant made = note == null ? null : references.get(note.branch());
      if (note != null && made != null && !object.lastModified().isBefore(made)) {
        byBranch.computeIfAbsent(note.branch(), b -> new ArrayList<>()).add(note);
      }
    }
    byBranch.forEach(
        (branch, notes) -> {
          List<Note> from = notes.stream().filter(n -> n.kind().equals(FROM)).toList();
          if (from.size() == 1) {
            BranchName parent = from.get(0).other();
            Set<BranchName> shows =
                notes.stream()
                    .filter(n -> n.kind().equals(SHOWS))
                    .map(Note::other)
                    .collect(Collectors.toUnmodifiableSet());
            found.put(branch, new Origin(parentOf(parent), shows));
          }
        });
    return found;
  }

  private record Note(BranchName branch, String kind, BranchName other) {

    /** Null for anything else that lies there. */
    static @Nullable Note of(ObjectInfo object) {
      String[] parts = object.key().substring(FOLDER.length()).split("/");
      if (parts.length != 3 || !parts[1].equals(FROM) && !parts[1].equals(SHOWS)) {
        return null;
      }
      return new Note(decoded(parts[0]), parts[1], decoded(parts[2]));
    }
  }

  private static BranchName parentName(Origin origin) {
    return origin.parent().orElse(BranchName.MAIN);
  }

  private static String folder(BranchName name) {
    return FOLDER + encoded(name) + "/";
  }

  private static String key(BranchName name, String kind, BranchName other) {
    return folder(name) + kind + "/" + encoded(other);
  }

  private static String encoded(BranchName name) {
    return URLEncoder.encode(name.value(), StandardCharsets.UTF_8);
  }

  private static BranchName decoded(String text) {
    return new BranchName(URLDecoder.decode(text, StandardCharsets.UTF_8));
  }
}
