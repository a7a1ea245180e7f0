package io.omnigraph.server.auth;

import io.omnigraph.api.HttpException;
import io.omnigraph.model.ActorId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much one actor may have under way at once, over all graphs of the process: a count of writes
 * and a sum of their estimated bytes. Refuses at once and never queues. Thread-safe.
 */
public final class Admission {

  /** Seconds a refused caller is asked to wait. */
  public static final int RETRY_AFTER_SECONDS = 60;

  private static final String ANONYMOUS = "anonymous";

  private final int maxCount;
  private final long maxBytes;

  /** Guarded by itself. */
  private final Map<String, Usage> usages = new HashMap<>();

  public Admission(int maxCount, long maxBytes) {
    this.maxCount = maxCount;
    this.maxBytes = maxBytes;
  }

  private static final class Usage {
    private int count;
    private long bytes;
  }

  /**
   * Admits one write.
   *
   * @param bytes its estimated size
   * @throws HttpException 429 if a budget is used up
   */
  public Ticket admit(@Nullable ActorId actor, long bytes) {
    String key = actor == null ? ANONYMOUS : actor.value();
    synchronized (usages) {
      Usage usage = usages.computeIfAbsent(key, absent -> new Usage());
      if (usage.count >= maxCount) {
        throw HttpException.tooManyRequests(
            "actor_in_flight_cap",
            "actor in-flight count cap " + maxCount + " exceeded",
            RETRY_AFTER_SECONDS);
      }
      if (usage.bytes + bytes > maxBytes) {
        long wanted = usage.bytes + bytes;
        forgetIfIdle(key, usage);
        throw overBudget(wanted);
      }
      usage.count++;
      usage.bytes += bytes;
      return new Ticket(key, bytes);
    }
  }

  private HttpException overBudget(long wanted) {
    return HttpException.tooManyRequests(
        "actor_byte_budget",
        "actor byte budget exceeded: would use " + wanted + " bytes against cap " + maxBytes,
        RETRY_AFTER_SECONDS);
  }

  private void forgetIfIdle(String key, Usage usage) {
    if (usage.count == 0) {
      usages.remove(key);
    }
  }

  /** What an admitted write holds until it is done. */
  public final class Ticket implements AutoCloseable {
    private final String key;
    private long bytes;
    private boolean closed;

    private Ticket(String key, long bytes) {
      this.key = key;
      this.bytes = bytes;
    }

    /**
     * Adds bytes that turned up after the write was admitted.
     *
     * @throws HttpException 429 if they go beyond the budget
     */
    public void grow(long more) {
      synchronized (usages) {
        Usage usage = usages.get(key);
        if (closed || usage == null) {
          return;
        }
        if (usage.bytes + more > maxBytes) {
          throw overBudget(usage.bytes + more);
        }
        usage.bytes += more;
        bytes += more;
      }
    }

    /** Gives the budget back; further calls do nothing. */
    @Override
    public void close() {
      synchronized (usages) {
        if (closed) {
          return;
        }
        closed = true;
        Usage usage = usages.get(key);
        if (usage != null) {
          usage.count--;
          usage.bytes -= bytes;
          forgetIfIdle(key, usage);
        }
      }
    }
  }
}
