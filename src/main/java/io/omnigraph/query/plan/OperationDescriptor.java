package io.omnigraph.query.plan;

import io.omnigraph.model.TableKey;
import java.util.SortedSet;

/**
 * Which types a query reads and writes (traversed edges with both endpoints, inside negations too;
 * cascades of deletes).
 */
public record OperationDescriptor(SortedSet<TableKey> reads, SortedSet<TableKey> writes) {}
