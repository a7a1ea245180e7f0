package io.omnigraph.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Pairs the entities of two schemas: by name first, else by {@code @rename_from} naming an accepted
 * entity that nothing else claims.
 *
 * @param <T> types of one kind, or properties of one type
 */
final class RenameMatching<T> {

  /**
   * One desired entity.
   *
   * @param accepted what it was; null if it is new
   * @param problem why its {@code @rename_from} cannot be followed; null if it can or there is none
   */
  record Pair<T>(T desired, @Nullable T accepted, @Nullable String problem) {}

  private final List<Pair<T>> pairs = new ArrayList<>();
  private final NavigableMap<String, T> dropped;
  private final Map<String, String> newNames = new HashMap<>();

  /**
   * @param noun what the entities are called in messages: node, edge or property
   * @param path the name of a desired entity in messages
   */
  RenameMatching(
      String noun,
      Collection<T> accepted,
      Collection<T> desired,
      Function<T, String> name,
      Function<T, List<Annotation>> annotations,
      Function<T, String> path) {
    this.dropped = new TreeMap<>();
    accepted.forEach(t -> dropped.put(name.apply(t), t));
    Map<String, T> known = Map.copyOf(dropped);
    for (T entity : desired) {
      if (dropped.remove(name.apply(entity)) != null) {
        newNames.put(name.apply(entity), name.apply(entity));
      }
    }
    for (T entity : desired) {
      String ownName = name.apply(entity);
      @Nullable String oldName = renameFrom(annotations.apply(entity));
      if (known.containsKey(ownName)) {
        pairs.add(new Pair<>(entity, known.get(ownName), null));
      } else if (oldName == null) {
        pairs.add(new Pair<>(entity, null, null));
      } else {
        T source = dropped.remove(oldName);
        String declares =
            noun + " '" + path.apply(entity) + "' declares @rename_from(\"" + oldName + "\") but ";
        String problem = null;
        if (source != null) {
          newNames.put(oldName, ownName);
        } else if (!known.containsKey(oldName)) {
          problem = declares + "no accepted " + noun + " with that name exists";
        } else if (oldName.equals(newNames.get(oldName))) {
          problem = declares + "'" + oldName + "' is kept by the desired schema";
        } else {
          problem = declares + "it is already renamed to '" + newNames.get(oldName) + "'";
        }
        pairs.add(new Pair<>(entity, source, problem));
      }
    }
  }

  /** One pair per desired entity, in the order given. */
  List<Pair<T>> pairs() {
    return pairs;
  }

  /** Accepted entities without a desired counterpart, sorted by name. */
  Collection<T> dropped() {
    return dropped.values();
  }

  /** The desired name of an accepted entity; its own name if it is dropped. */
  String newName(String acceptedName) {
    return newNames.getOrDefault(acceptedName, acceptedName);
  }

  private static @Nullable String renameFrom(List<Annotation> annotations) {
    return annotations.stream()
        .filter(a -> a.name().equals("rename_from"))
        .map(Annotation::value)
        .findFirst()
        .orElse(null);
  }
}
