package io.omnigraph;

import io.omnigraph.model.StorageException;
import io.omnigraph.storage.CommitOutcome;
import io.omnigraph.testing.CallInterceptor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Breaks the n-th storage call after {@link #arm()}, whatever it is: the instrument of the
 * advancing fault loop.
 */
final class NthCall implements CallInterceptor {

  enum Effect {
    FAIL,
    LOSE_ANSWER,
    DIE_AFTER
  }

  static final class Died extends Error {
    private static final long serialVersionUID = 1L;

    Died(String where) {
      super("the process died after " + where);
    }
  }

  private final int n;
  private final Effect effect;
  private boolean armed;
  private int calls;
  private boolean hit;
  private @Nullable String died;

  NthCall(int n, Effect effect) {
    this.n = n;
    this.effect = effect;
  }

  synchronized void arm() {
    armed = true;
  }

  synchronized void disarm() {
    armed = false;
  }

  synchronized boolean hasDied() {
    return died != null;
  }

  synchronized boolean wasHit() {
    return hit;
  }

  private synchronized boolean isNext(String where) {
    if (died != null) {
      throw new Died(died);
    }
    if (!armed || ++calls != n) {
      return false;
    }
    hit = true;
    return true;
  }

  @Override
  public <T> T around(String operation, String target, Supplier<T> body) {
    if (operation.equals("close")) {
      return body.get();
    }
    String where = "call " + n + ": " + operation + " " + target;
    if (!isNext(where)) {
      return body.get();
    }
    if (effect == Effect.FAIL) {
      return refuse(operation, where);
    }
    T result = body.get();
    discard(result);
    if (effect == Effect.DIE_AFTER) {
      synchronized (this) {
        died = where;
      }
      throw new Died(where);
    }
    return lose(operation, where);
  }

  @SuppressWarnings("unchecked")
  private static <T> T refuse(String operation, String where) {
    StorageException failure = new StorageException("storage_unreachable", "refused " + where);
    if (isCommit(operation)) {
      return (T) new CommitOutcome.Rejected(failure);
    }
    throw failure;
  }

  @SuppressWarnings("unchecked")
  private static <T> T lose(String operation, String where) {
    StorageException failure =
        new StorageException("storage_outcome_unknown", "lost the answer of " + where);
    if (isCommit(operation)) {
      return (T) new CommitOutcome.Unknown(failure);
    }
    throw failure;
  }

  private static boolean isCommit(String operation) {
    return operation.equals("commit") || operation.equals("restore");
  }

  private static void discard(@Nullable Object result) {
    Object handle =
        result instanceof CommitOutcome.Committed committed ? committed.handle() : result;
    if (handle instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
