package io.omnigraph.server.bus;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.api.CommitEventJson;
import io.omnigraph.commit.CommitEvent;
import io.omnigraph.commit.CommitListener;
import io.omnigraph.commit.ReferenceEvent;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;

/** Announces commits and branch references on the event bus. Thread-safe. */
public final class BusCommitListener implements CommitListener {

  private final EventBus bus;

  public BusCommitListener(EventBus bus) {
    this.bus = bus;
  }

  @Override
  public void onCommit(CommitEvent event) {
    JsonObject json = json(CommitEventJson.write(event));
    bus.publish(Addresses.commits(event.graph()), json);
    bus.publish(Addresses.COMMITS, json);
  }

  @Override
  public void onReference(ReferenceEvent event) {
    bus.publish(Addresses.references(event.graph()), json(CommitEventJson.write(event)));
  }

  private static JsonObject json(ObjectNode node) {
    return new JsonObject(node.toString());
  }
}
