package io.omnigraph.publish;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Waiting work of one lane, and the one thread that does it: while there is work a thread of the
 * pool is the committer, so no work is ever interrupted by its caller. Thread-safe.
 */
final class LaneQueue {

  private sealed interface Work {
    record Operation(Ticket<?> ticket) implements Work {}

    record Alone(Runnable task) implements Work {}
  }

  private final ExecutorService executor;
  private final int groupLimit;
  private final Consumer<List<Ticket<?>>> committer;

  /** In order of arrival; also the lock of everything here. */
  private final Deque<Work> waiting = new ArrayDeque<>();

  private boolean active;
  private boolean closed;

  LaneQueue(ExecutorService executor, int groupLimit, Consumer<List<Ticket<?>>> committer) {
    this.executor = executor;
    this.groupLimit = groupLimit;
    this.committer = committer;
  }

  void enter(Ticket<?> ticket) {
    add(new Work.Operation(ticket));
  }

  void enter(Runnable task) {
    add(new Work.Alone(task));
  }

  private void add(Work work) {
    synchronized (waiting) {
      if (closed) {
        throw Lane.closed();
      }
      waiting.addLast(work);
      if (!active) {
        active = true;
        executor.execute(this::drain);
      }
    }
  }

  /** Puts operations back to the front, in their order. Called by the committer. */
  void putBack(List<Ticket<?>> tickets) {
    synchronized (waiting) {
      for (int i = tickets.size() - 1; i >= 0; i--) {
        waiting.addFirst(new Work.Operation(tickets.get(i)));
      }
    }
  }

  private void drain() {
    while (true) {
      @Nullable Runnable alone = null;
      List<Ticket<?>> group = List.of();
      synchronized (waiting) {
        switch (waiting.peekFirst()) {
          case null -> {
            active = false;
            waiting.notifyAll();
            return;
          }
          case Work.Alone(var task) -> {
            waiting.removeFirst();
            alone = task;
          }
          case Work.Operation ignored -> group = takeGroup();
        }
      }
      if (alone != null) {
        alone.run();
      } else {
        committer.accept(group);
      }
    }
  }

  /** The first operation and whatever else waits and may share its commit. */
  private List<Ticket<?>> takeGroup() {
    List<Ticket<?>> group = new ArrayList<>();
    List<Work> rest = new ArrayList<>();
    boolean open = true;
    for (Work work : waiting) {
      switch (work) {
        case Work.Alone ignored -> {
          open = false;
          rest.add(work);
        }
        case Work.Operation(var ticket) -> {
          if (open
              && group.size() < groupLimit
              && (group.isEmpty() || ticket.mayJoin(group.get(0)))) {
            group.add(ticket);
          } else {
            rest.add(work);
          }
        }
      }
    }
    waiting.clear();
    waiting.addAll(rest);
    return group;
  }

  int waiting() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  /** Removes and returns every waiting operation. */
  List<Ticket<?>> drainTickets() {
    List<Ticket<?>> tickets = new ArrayList<>();
    synchronized (waiting) {
      waiting.removeIf(
          work -> {
            if (work instanceof Work.Operation(var ticket)) {
              tickets.add(ticket);
              return true;
            }
            return false;
          });
    }
    return tickets;
  }

  /** Lets what waits run to its end, then refuses more. */
  void close() {
    boolean interrupted = false;
    synchronized (waiting) {
      closed = true;
      while (active) {
        try {
          waiting.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }
}
