package io.omnigraph.publish;

import io.omnigraph.model.TableKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an operation's validity rests on, besides the rows it writes: predicates, endpoints,
 * uniqueness, cardinality.
 *
 * @param byTable what was read of each table
 */
public record ReadSet(Map<TableKey, Reads> byTable) {

  public static final ReadSet NOTHING = new ReadSet(Map.of());

  public ReadSet {
    byTable = new TreeMap<>(byTable);
  }

  /** How much of a table was read. */
  public sealed interface Reads {

    /** The answer could change with any change of the table. */
    record Everything() implements Reads {}

    /** Only the existence or content of rows with these ids matters. */
    record Ids(Set<String> ids) implements Reads {}

    /**
     * Rows matter by the value of a column or column tuple: cardinality by source, cascades. A
     * change matters if it adds or removes a row with one of these values.
     *
     * @param renderedValues tuples as {@code RenderedValues} writes them
     */
    record Values(List<String> columns, Set<String> renderedValues) implements Reads {}

    /**
     * Only rows that appear matter: uniqueness groups. A removed row frees its value and never
     * makes a valid change invalid.
     *
     * @param renderedValues tuples as {@code RenderedValues} writes them
     */
    record AddedValues(List<String> columns, Set<String> renderedValues) implements Reads {}

    /** Several at once. */
    record AllOf(List<Reads> parts) implements Reads {}
  }
}
