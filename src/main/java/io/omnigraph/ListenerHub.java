package io.omnigraph;

import io.omnigraph.commit.CommitEvent;
import io.omnigraph.commit.CommitListener;
import io.omnigraph.commit.ReferenceEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes what an engine announces to every handle's listener, under the handle's graph name. */
final class ListenerHub implements CommitListener {

  private static final Logger LOG = LoggerFactory.getLogger(ListenerHub.class);

  private record Entry(String graphName, CommitListener listener) {}

  private final List<Entry> entries = new CopyOnWriteArrayList<>();

  /** Adds a listener; the returned action removes it. */
  Runnable add(String graphName, CommitListener listener) {
    Entry entry = new Entry(graphName, listener);
    entries.add(entry);
    return () -> entries.removeIf(e -> e == entry);
  }

  @Override
  public void onCommit(CommitEvent event) {
    for (Entry entry : entries) {
      try {
        entry.listener().onCommit(new CommitEvent(entry.graphName(), event.commit()));
      } catch (RuntimeException e) {
        LOG.warn("a commit listener failed on {}", event.commit().id(), e);
      }
    }
  }

  @Override
  public void onReference(ReferenceEvent event) {
    for (Entry entry : entries) {
      try {
        entry
            .listener()
            .onReference(
                new ReferenceEvent(
                    entry.graphName(),
                    event.branch(),
                    event.kind(),
                    event.from(),
                    event.incarnation()));
      } catch (RuntimeException e) {
        LOG.warn("a reference listener failed on {}", event, e);
      }
    }
  }
}
