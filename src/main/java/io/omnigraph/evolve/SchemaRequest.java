package io.omnigraph.evolve;

import io.omnigraph.model.ActorId;
import io.omnigraph.model.CommitId;
import io.omnigraph.schema.Catalog;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A schema that somebody wants to be in force.
 *
 * @param source {@code .pg} text
 * @param allowDataLoss true makes dropped data unreadable in the past too
 * @param acceptable throws if the compiled schema would break something, such as a stored query;
 *     called before anything changes
 * @param expectedHead apply only if this is the newest commit; null for no condition
 */
public record SchemaRequest(
    String source,
    boolean allowDataLoss,
    Consumer<Catalog> acceptable,
    @Nullable ActorId actor,
    @Nullable CommitId expectedHead) {}
