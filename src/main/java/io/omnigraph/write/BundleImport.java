package io.omnigraph.write;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.commit.CommitCodec;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.manifest.LineageRow;
import io.omnigraph.manifest.SchemaStore;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.CompileException;
import io.omnigraph.model.StorageException;
import io.omnigraph.model.TableKey;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.SchemaCompiler;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the history of a bundle again, commit by commit, in a root that holds no graph yet. What it
 * makes is no graph before the caller writes the schema files; on failure the caller removes it.
 */
public final class BundleImport {

  /**
   * What was made.
   *
   * @param rows rows of all commits together
   * @param unreadable commits whose content the bundle does not hold: they were cleaned up before
   * @param schemaSource the accepted schema text of main's head
   */
  public record Result(
      long commits,
      long branches,
      long rows,
      long unreadable,
      String schemaSource,
      Catalog catalog) {}

  private final BundleGraph graph;
  private final SchemaStore schemas;
  private final Map<String, Catalog> catalogs = new HashMap<>();
  private long rows;
  private long commits;
  private long unreadable;

  public BundleImport(BundleGraph graph, SchemaStore schemas) {
    this.graph = graph;
    this.schemas = schemas;
  }

  /**
   * Reads a bundle to its end.
   *
   * @throws BadRequestException if it is no bundle, damaged, cut short or of another version
   */
  public Result read(InputStream input) {
    try {
      BundleReader bundle = new BundleReader(input);
      JsonNode header = bundle.header();
      JsonNode last = sections(bundle);
      bundle.requireEnd();
      requireCounts(bundle, last);
      String source = header.path("schema_source").asText();
      Catalog catalog = SchemaCompiler.compile(source);
      if (!catalog.hash().equals(graph.schemaHash(BranchName.MAIN))) {
        throw bundle.corrupt("its schema text is not the schema of main", null);
      }
      return new Result(commits, graph.branchCount(), rows, unreadable, source, catalog);
    } catch (CompileException e) {
      throw new BadRequestException(
          "bundle_corrupt",
          "a schema of the bundle does not compile: " + e.getMessage(),
          Map.of(),
          e);
    } catch (IOException e) {
      throw new StorageException(
          "input_unreadable", "cannot read the bundle: " + e.getMessage(), Map.of(), e);
    }
  }

  private JsonNode sections(BundleReader bundle) throws IOException {
    while (true) {
      bundle.beginSection();
      JsonNode line = bundle.line();
      switch (line.path("section").asText()) {
        case "schema" -> {
          schema(bundle, line);
          requireEnd(bundle);
        }
        case "branch" -> {
          requireEnd(bundle);
          graph.fork(
              new BranchName(text(bundle, line, "name")),
              new BranchName(text(bundle, line, "from")),
              new CommitId(text(bundle, line, "at")));
        }
        case "commit" -> commit(bundle, line);
        case "complete" -> {
          return line;
        }
        default -> throw bundle.corrupt("it begins no section", null);
      }
    }
  }

  private void requireCounts(BundleReader bundle, JsonNode last) {
    if (last.path("commits").asLong() != commits
        || last.path("rows").asLong() != rows
        || last.path("branches").asLong() != graph.branchCount()) {
      throw bundle.corrupt("it counts other commits, branches or rows", null);
    }
  }

  private static void requireEnd(BundleReader bundle) throws IOException {
    if (!bundle.line().path("section").asText().equals("end")) {
      throw bundle.corrupt("the section should end here", null);
    }
  }

  private void schema(BundleReader bundle, JsonNode line) {
    Catalog catalog = SchemaCompiler.fromCanonicalJson(line.path("schema").toString());
    if (!catalog.hash().equals(line.path("hash").asText())) {
      throw bundle.corrupt("the schema has another hash", null);
    }
    catalogs.put(catalog.hash(), catalog);
    schemas.put(catalog);
  }

  private void commit(BundleReader bundle, JsonNode head) throws IOException {
    CommitRecord commitRecord = decode(bundle, head.path("commit"));
    List<CommitRecord> carried = new ArrayList<>();
    for (JsonNode one : head.path("carried")) {
      carried.add(decode(bundle, one));
    }
    commits++;
    if (!head.path("readable").asBoolean()) {
      requireEnd(bundle);
      unreadable++;
      graph.remember(commitRecord);
      return;
    }
    Catalog catalog = catalogs.get(head.path("schema").asText());
    if (catalog == null) {
      throw bundle.corrupt("it names a schema that did not come before", null);
    }
    Map<TableKey, TableImport> changes = new TreeMap<>();
    JsonNode line = null;
    while (!bundle.atRow()) {
      line = bundle.line();
      if (!line.has("table")) {
        break;
      }
      change(bundle, line, changes);
      line = null;
    }
    try (BundleGraph.Change change = graph.begin(commitRecord, carried, catalog, changes)) {
      if (line == null) {
        rows += change.addRows(bundle.rows());
        line = bundle.line();
      }
      if (!line.path("section").asText().equals("end")) {
        throw bundle.corrupt("the section should end here", null);
      }
      change.publish();
    }
  }

  private static void change(
      BundleReader bundle, JsonNode line, Map<TableKey, TableImport> changes) {
    TableKey key = TableKey.parse(line.path("table").asText());
    TableImport.Kind kind =
        switch (line.path("change").asText()) {
          case "delta" -> TableImport.Kind.DELTA;
          case "image" -> TableImport.Kind.IMAGE;
          case "drop" -> TableImport.Kind.DROP;
          default -> throw bundle.corrupt("it names no change that this build knows", null);
        };
    TableImport change = changes.computeIfAbsent(key, k -> new TableImport(kind));
    line.path("deleted").forEach(id -> change.deleted().add(id.asText()));
  }

  private static CommitRecord decode(BundleReader bundle, JsonNode node) {
    if (!(node.get("metadata") instanceof ObjectNode metadata)) {
      throw bundle.corrupt("a commit without metadata", null);
    }
    return CommitCodec.decode(
        new LineageRow(
            new CommitId(text(bundle, node, "id")),
            new BranchName(text(bundle, node, "branch")),
            node.path("manifest_version").asLong(),
            metadata,
            metadata.hasNonNull("carried_by")));
  }

  private static String text(BundleReader bundle, JsonNode node, String field) {
    @Nullable JsonNode value = node.get(field);
    if (value == null || !value.isTextual() || value.asText().isEmpty()) {
      throw bundle.corrupt("it lacks '" + field + "'", null);
    }
    return value.asText();
  }
}
