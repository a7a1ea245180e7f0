package io.omnigraph.server.bus;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/** Between Vert.x futures and Mutiny. */
public final class Bridge {

  private Bridge() {}

  /** A Uni that starts the operation anew for each subscriber. */
  public static <T> Uni<T> uni(Supplier<Future<T>> operation) {
    return Uni.createFrom()
        .emitter(
            emitter ->
                operation
                    .get()
                    .onComplete(
                        done -> {
                          if (done.succeeded()) {
                            emitter.complete(done.result());
                          } else {
                            emitter.fail(done.cause());
                          }
                        }));
  }

  /** Subscribes at once. */
  public static <T> Future<T> future(Uni<T> uni) {
    Promise<T> promise = Promise.promise();
    uni.subscribe().with(promise::tryComplete, promise::tryFail);
    return promise.future();
  }
}
