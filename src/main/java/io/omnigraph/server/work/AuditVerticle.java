package io.omnigraph.server.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.api.CommitEventJson;
import io.omnigraph.api.Json;
import io.omnigraph.commit.CommitEvent;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.server.bus.Addresses;
import io.omnigraph.server.bus.AuditMessage;
import io.omnigraph.server.bus.MutinyVerticle;
import io.omnigraph.server.bus.Requests;
import io.omnigraph.server.graphs.GraphRegistry;
import io.omnigraph.server.graphs.ServedGraph;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds commit events into the projection of each graph, in order. An event is a hint: on start,
 * and whenever an event does not continue what is known, the log is read. So lost events cost a
 * read and nothing else.
 */
public final class AuditVerticle extends MutinyVerticle {

  public static final String POOL = "og-audit";

  private static final Logger LOG = LoggerFactory.getLogger(AuditVerticle.class);

  private final GraphRegistry registry;
  private final Projections projections;

  public AuditVerticle(GraphRegistry registry, Projections projections) {
    this.registry = registry;
    this.projections = projections;
  }

  @Override
  protected Uni<Void> onStart() {
    vertx.eventBus().<JsonObject>consumer(Addresses.COMMITS, message -> fold(message.body()));
    vertx
        .eventBus()
        .<AuditMessage>localConsumer(
            Addresses.AUDIT,
            message ->
                message.reply(
                    Requests.attempt(
                        () ->
                            repair(
                                message.body().graph(), new BranchName(message.body().branch())))));
    for (ServedGraph graph : registry.all()) {
      for (BranchName branch : graph.api().graph().branches()) {
        repair(graph.id(), branch);
      }
    }
    return Uni.createFrom().voidItem();
  }

  private void fold(JsonObject json) {
    CommitEvent event;
    try {
      event = CommitEventJson.read((ObjectNode) Json.MAPPER.readTree(json.encode()));
    } catch (JsonProcessingException | RuntimeException e) {
      LOG.warn("ignored a commit event that cannot be read: {}", json, e);
      return;
    }
    try {
      if (!projections.of(event.graph()).fold(event.commit())) {
        repair(event.graph(), event.commit().branch());
      }
    } catch (RuntimeException e) {
      // The next event of the branch finds the gap again and repairs it.
      LOG.warn("commit {} was not projected", event.commit().id(), e);
    }
  }

  /** Brings one branch up to the log; returns how many commits were missing. */
  private int repair(String graph, BranchName branch) {
    CommitProjection projection = projections.of(graph);
    var served = registry.find(graph);
    if (served.isEmpty()) {
      return 0;
    }
    try {
      List<GraphCommit> added = projection.repair(branch, served.get().api().graph()::commits);
      LOG.debug("read {} commits of '{}' {} from the log", added.size(), graph, branch);
      return added.size();
    } catch (NotFoundException e) {
      projection.forget(branch);
      return 0;
    }
  }
}
