package io.omnigraph.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.model.TableKey;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What has to happen to get from one schema to another, in order. Immutable.
 *
 * <p>An empty plan between two schemas of different hash means that they differ only in what has no
 * effect, such as a {@code @rename_from} that has done its work.
 */
public record MigrationPlan(List<MigrationStep> steps) {

  private static final JsonMapper JSON = new JsonMapper();

  public MigrationPlan {
    steps = List.copyOf(steps);
  }

  /** Whether every step can be applied. */
  public boolean supported() {
    return firstUnsupported().isEmpty();
  }

  public boolean isEmpty() {
    return steps.isEmpty();
  }

  /** The first difference that cannot be applied, if any. */
  public Optional<MigrationStep.UnsupportedChange> firstUnsupported() {
    return steps.stream()
        .filter(MigrationStep.UnsupportedChange.class::isInstance)
        .map(MigrationStep.UnsupportedChange.class::cast)
        .findFirst();
  }

  /**
   * Whether rows written under the old schema stay as they are and every old name keeps its
   * meaning: new types, new nullable properties, wider enums, indexes and metadata only. Such a
   * plan can be applied while other branches exist.
   */
  public boolean isAdditive() {
    return steps.stream()
        .allMatch(
            step ->
                switch (step) {
                  case MigrationStep.AddType s -> true;
                  case MigrationStep.AddProperty s -> true;
                  case MigrationStep.AddConstraint s -> true;
                  case MigrationStep.ExtendEnum s -> true;
                  case MigrationStep.UpdateTypeMetadata s -> true;
                  case MigrationStep.UpdatePropertyMetadata s -> true;
                  case MigrationStep.RenameType s -> false;
                  case MigrationStep.RenameProperty s -> false;
                  case MigrationStep.DropType s -> false;
                  case MigrationStep.DropProperty s -> false;
                  case MigrationStep.UnsupportedChange s -> false;
                });
  }

  /**
   * What each step does to stored data, one entry per step in the same order.
   *
   * @param rowCounts rows per table of the accepted schema; a missing table has an unknown count
   */
  public List<DataWork> dataWork(Map<TableKey, Long> rowCounts) {
    return DataWorkEstimate.of(steps, rowCounts);
  }

  /** {@code {"supported":..,"steps":[{"kind":..,..}]}}, a new tree on every call. */
  public ObjectNode toJson() {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeBooleanField("supported", supported());
      json.writeArrayFieldStart("steps");
      for (MigrationStep step : steps) {
        MigrationJson.write(json, step);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.flush();
      return (ObjectNode) CanonicalReader.tree(text.toString());
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory cannot fail", impossible);
    }
  }
}
