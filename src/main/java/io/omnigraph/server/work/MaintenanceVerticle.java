package io.omnigraph.server.work;

import io.omnigraph.server.bus.Addresses;
import io.omnigraph.server.bus.MaintenanceMessage;
import io.omnigraph.server.bus.MutinyVerticle;
import io.omnigraph.server.bus.Requests;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Background work that no request asks for: today, ending results whose clients went silent. */
public final class MaintenanceVerticle extends MutinyVerticle {

  public static final String POOL = "og-maintenance";

  private static final Logger LOG = LoggerFactory.getLogger(MaintenanceVerticle.class);
  private static final Duration TURN = Duration.ofSeconds(15);

  private final Cursors cursors;
  private final Duration idleLimit;

  public MaintenanceVerticle(Cursors cursors, Duration idleLimit) {
    this.cursors = cursors;
    this.idleLimit = idleLimit;
  }

  @Override
  protected Uni<Void> onStart() {
    vertx
        .eventBus()
        .<MaintenanceMessage>localConsumer(
            Addresses.MAINTENANCE,
            message -> message.reply(Requests.attempt(() -> run(message.body().task()))));
    vertx.setPeriodic(TURN.toMillis(), turn -> run(MaintenanceMessage.Task.CLOSE_IDLE_CURSORS));
    return Uni.createFrom().voidItem();
  }

  private int run(MaintenanceMessage.Task task) {
    return switch (task) {
      case CLOSE_IDLE_CURSORS -> {
        int closed = cursors.closeIdle(idleLimit);
        if (closed > 0) {
          LOG.info("closed {} results that no client continued for {}", closed, idleLimit);
        }
        yield closed;
      }
    };
  }
}
