package io.omnigraph.read;

import java.util.ArrayList;
import java.util.List;

/** Lets whoever asked a query give it up, from before it starts until it has ended. Thread-safe. */
public final class Cancellation {

  private final List<Runnable> listeners = new ArrayList<>();
  private boolean cancelled;

  /** Makes the query end soon with an error. Never waits. */
  public synchronized void cancel() {
    cancelled = true;
    listeners.forEach(Runnable::run);
    listeners.clear();
  }

  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /** Has something done once the query is given up; at once if it was. */
  synchronized void whenCancelled(Runnable listener) {
    if (cancelled) {
      listener.run();
    } else {
      listeners.add(listener);
    }
  }
}
