package io.omnigraph.server.bus;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** A verticle that starts and stops as a Uni. */
public abstract class MutinyVerticle extends VerticleBase {

  protected abstract Uni<Void> onStart();

  protected Uni<Void> onStop() {
    return Uni.createFrom().voidItem();
  }

  @Override
  public final Future<?> start() {
    return Bridge.future(onStart());
  }

  @Override
  public final Future<?> stop() {
    return Bridge.future(onStop());
  }
}
