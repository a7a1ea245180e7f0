package io.omnigraph;

import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphUri;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The engines of this process: one per canonical root and mode, shared by every handle and closed
 * with the last one. A read-only handle joins a writing engine of the same root, whose reads need
 * no probe. Thread-safe.
 */
final class Engines {

  private record Key(GraphUri root, boolean writes) {}

  /** The lock of one root, so that waiting for one lease never holds up other graphs. */
  private static final class Slot {
    @Nullable GraphEngine engine;
    int handles;
  }

  private static final Map<Key, Slot> SLOTS = new ConcurrentHashMap<>();

  private Engines() {}

  /** A share of an engine. Close it once. */
  record Share(GraphEngine engine, Runnable release) {}

  static Share openReadWrite(GraphUri root, Supplier<GraphEngine> open) {
    return share(new Key(root, true), open);
  }

  /** Creates a graph; its root must not be open here. */
  static Share init(GraphUri root, Supplier<GraphEngine> create) {
    Slot slot = SLOTS.computeIfAbsent(new Key(root, true), k -> new Slot());
    synchronized (slot) {
      if (slot.engine != null) {
        throw new ConflictException(
            "already_initialized",
            "graph already initialized at '" + root + "' and open in this process",
            Map.of("uri", root.toString()));
      }
      return share(new Key(root, true), create);
    }
  }

  static Share openReadOnly(GraphUri root, Supplier<GraphEngine> open) {
    Slot written = SLOTS.get(new Key(root, true));
    if (written != null) {
      synchronized (written) {
        GraphEngine engine = written.engine;
        if (engine != null) {
          written.handles++;
          return new Share(engine, () -> release(written));
        }
      }
    }
    return share(new Key(root, false), open);
  }

  /** Two openers of one root get one engine; the second waits for the first. */
  private static Share share(Key key, Supplier<GraphEngine> open) {
    Slot slot = SLOTS.computeIfAbsent(key, k -> new Slot());
    synchronized (slot) {
      GraphEngine engine = slot.engine;
      if (engine == null) {
        engine = open.get();
        slot.engine = engine;
      }
      slot.handles++;
      return new Share(engine, () -> release(slot));
    }
  }

  private static void release(Slot slot) {
    synchronized (slot) {
      slot.handles--;
      GraphEngine engine = slot.engine;
      if (slot.handles == 0 && engine != null) {
        slot.engine = null;
        engine.close();
      }
    }
  }
}
