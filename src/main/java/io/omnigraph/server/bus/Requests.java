package io.omnigraph.server.bus;

import io.omnigraph.api.HttpException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;

/** Request and reply between the HTTP side and the workers. */
public final class Requests {

  /**
   * A reply inside the process cannot get lost, so there is nothing to gain from a short timeout,
   * and one that fires on a write would look like a failure.
   */
  private static final DeliveryOptions PATIENT =
      new DeliveryOptions().setLocalOnly(true).setSendTimeout(Duration.ofDays(7).toMillis());

  private Requests() {}

  /** Sends a message and unwraps the reply; a failed reply fails with the worker's exception. */
  public static <T> Uni<T> ask(EventBus bus, String address, Object message, Class<T> type) {
    return Bridge.uni(() -> bus.<Reply>request(address, message, PATIENT))
        .onFailure(ReplyException.class)
        .transform(Requests::translate)
        .map(
            reply ->
                switch (reply.body()) {
                  case Reply.Success success -> type.cast(success.value());
                  case Reply.Failed failed -> throw sneaky(failed.cause());
                });
  }

  /** Sends without waiting for the reply. */
  public static void tell(EventBus bus, String address, Object message) {
    bus.send(address, message, PATIENT);
  }

  /** Answers a message with the outcome of a piece of work. */
  public static <T> void answer(Message<?> message, Future<T> work) {
    work.onComplete(
        done ->
            message.reply(
                done.succeeded()
                    ? new Reply.Success(done.result())
                    : new Reply.Failed(done.cause()),
                PATIENT));
  }

  /**
   * Runs work on a pool and answers from its thread: going back to the consumer's context first
   * would cost one more change of threads.
   *
   * @param after runs behind the work, before the answer
   */
  public static void answerFrom(
      WorkerExecutor workers, Message<?> message, Callable<?> work, Runnable after) {
    workers
        .executeBlocking(
            () -> {
              Reply reply;
              try {
                reply = attempt(work);
              } finally {
                after.run();
              }
              message.reply(reply, PATIENT);
              return reply;
            },
            false)
        .onFailure(problem -> message.reply(new Reply.Failed(problem), PATIENT));
  }

  /** The outcome of a short piece of work as a reply. */
  public static Reply attempt(Callable<?> work) {
    try {
      return new Reply.Success(work.call());
    } catch (Exception e) {
      return new Reply.Failed(e);
    }
  }

  private static RuntimeException translate(ReplyException problem) {
    if (problem.failureType() == ReplyFailure.NO_HANDLERS) {
      return HttpException.unavailable(
          "shutting_down", "the server is shutting down; try again shortly", Map.of());
    }
    return problem;
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException sneaky(Throwable cause) throws E {
    throw (E) cause;
  }
}
